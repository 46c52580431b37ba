// Pages of rules, shown without the network: the server has them.

import * as vscode from "vscode";

const SCHEME = "trilith";

/** Shows the text of a rule as a page. */
export class Explanations implements vscode.TextDocumentContentProvider {
  private readonly pages = new Map<string, string>();

  register(): vscode.Disposable {
    return vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.pages.get(uri.path) ?? "";
  }

  async show(rule: string, markdown: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${rule}.md` });
    this.pages.set(uri.path, markdown);
    await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
  }
}

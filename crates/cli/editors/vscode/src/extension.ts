// Starts `trilith lsp` and keeps it running.

import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions, State } from "vscode-languageclient/node";

import { Explanations } from "./explanation";
import { findServer, surroundings } from "./server";

/** The command of the server that explains a rule, and gives its page. */
const EXPLAIN = "trilith.explain";
const INSTALL = "https://github.com/trilith-dev/trilith#install";
/** What the server has something to say about. It passes over what is none of its business. */
const LANGUAGES = [
  "yaml", "json", "jsonc", "cloudformation", "terraform", "terraform-vars", "opentofu", "opentofu-vars", "hcl",
];
const PATTERNS = ["**/{trilith,.trilith}.toml", "**/*.{template,tf,tofu,tfvars}"];

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const explanations = new Explanations();
  const log = vscode.window.createOutputChannel("Trilith", { log: true });
  const restart = async (): Promise<void> => {
    await deactivate();
    await start(explanations, log);
  };
  context.subscriptions.push(
    log,
    explanations.register(),
    vscode.commands.registerCommand("trilith.restart", restart),
    vscode.commands.registerCommand("trilith.log", () => log.show()),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("trilith.path") || event.affectsConfiguration("trilith.arguments")) {
        await restart();
      }
    }),
  );
  await start(explanations, log);
}

export async function deactivate(): Promise<void> {
  const running = client;
  client = undefined;
  if (running !== undefined && running.state !== State.Stopped) {
    await running.stop();
  }
}

async function start(explanations: Explanations, log: vscode.LogOutputChannel): Promise<void> {
  const settings = vscode.workspace.getConfiguration("trilith");
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const command = findServer(settings.get<string>("path", ""), surroundings(folder));
  if (command === undefined) {
    await complain(settings.get<string>("path", ""));
    return;
  }
  log.info(`starting ${command}`);
  const args = ["lsp", ...settings.get<string[]>("arguments", [])];
  const server: ServerOptions = { command, args, options: { cwd: folder } };
  const next = new LanguageClient("trilith", "Trilith", server, clientOptions(explanations, log));
  try {
    await next.start();
    client = next;
  } catch (error) {
    log.error(`${command}: ${String(error)}`);
    void vscode.window.showErrorMessage(`Trilith cannot be started: ${String(error)}`);
  }
}

function clientOptions(explanations: Explanations, log: vscode.LogOutputChannel): LanguageClientOptions {
  const languages = LANGUAGES.map((language) => ({ scheme: "file", language }));
  const patterns = PATTERNS.map((pattern) => ({ scheme: "file", pattern }));
  return {
    documentSelector: [...languages, ...patterns],
    outputChannel: log,
    // The pages of rules are shown here, and not by a browser.
    initializationOptions: { showsExplanations: true },
    middleware: {
      executeCommand: async (command, args, next) => {
        const result: unknown = await next(command, args);
        if (command === EXPLAIN && typeof result === "string") {
          await explanations.show(String(args[0]), result);
        }
        return result;
      },
    },
  };
}

async function complain(setting: string): Promise<void> {
  const where = setting === "" ? "in PATH or where cargo installs programs" : `at \`${setting}\` (trilith.path)`;
  const chosen = await vscode.window.showWarningMessage(`There is no program trilith ${where}.`, "How to install it", "Settings");
  if (chosen === "How to install it") {
    await vscode.env.openExternal(vscode.Uri.parse(INSTALL));
  } else if (chosen === "Settings") {
    await vscode.commands.executeCommand("workbench.action.openSettings", "trilith.path");
  }
}

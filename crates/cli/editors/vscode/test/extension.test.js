// The built extension with stand-ins for VS Code and for the client of the protocol, which need a
// window; and, where there is one, with the real server.
"use strict";

const assert = require("node:assert/strict");
const { spawn } = require("node:child_process");
const { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { tmpdir } = require("node:os");
const { delimiter, join } = require("node:path");
const test = require("node:test");

const { buildSync } = require("esbuild");

const home = mkdtempSync(join(tmpdir(), "trilith-vscode-"));
const manifest = JSON.parse(readFileSync(join(__dirname, "..", "package.json"), "utf8"));

/** Puts a program somewhere. */
function program(directory, name = "trilith") {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, name);
  writeFileSync(path, "#!/bin/sh\n");
  chmodSync(path, 0o755);
  return path;
}

/** A module of the sources, with stand-ins for what it imports. */
function load(name, replaced = {}) {
  const outfile = join(home, `${name}-${Math.random()}.js`);
  buildSync({
    entryPoints: [join(__dirname, "..", "src", `${name}.ts`)], bundle: true, outfile, format: "cjs",
    platform: "node", external: ["vscode", "vscode-languageclient/node"],
  });
  const original = Module._load;
  Module._load = (request, ...rest) => replaced[request] ?? original(request, ...rest);
  try {
    return require(outfile);
  } finally {
    Module._load = original;
  }
}

/** VS Code, as far as the extension knows it. */
function window(settings) {
  const seen = { commands: new Map(), executed: [], warnings: [], listeners: [], clients: [], providers: new Map() };
  const vscode = {
    Uri: { from: (parts) => parts, parse: (text) => text },
    env: { openExternal: async (uri) => seen.executed.push(["open", uri]) },
    commands: {
      registerCommand: (name, run) => (seen.commands.set(name, run), { dispose() {} }),
      executeCommand: async (...command) => void seen.executed.push(command),
    },
    window: {
      createOutputChannel: () => ({ info() {}, error() {}, show() {}, dispose() {} }),
      showWarningMessage: async (text) => (seen.warnings.push(text), seen.answer),
      showErrorMessage: async (text) => void seen.warnings.push(text),
    },
    workspace: {
      workspaceFolders: [{ uri: { fsPath: home } }],
      getConfiguration: () => ({ get: (key, standard) => settings[key] ?? standard }),
      onDidChangeConfiguration: (listener) => (seen.listeners.push(listener), { dispose() {} }),
      registerTextDocumentContentProvider: (scheme, it) => (seen.providers.set(scheme, it), { dispose() {} }),
    },
  };
  class LanguageClient {
    constructor(id, name, server, options) {
      Object.assign(this, { id, name, server, options, state: 1 });
      seen.clients.push(this);
    }
    async start() {
      if (settings.fails) throw new Error("it fell over");
      this.state = 2;
    }
    async stop() {
      this.state = 1;
    }
  }
  const client = { LanguageClient, State: { Stopped: 1, Running: 2 } };
  const extension = load("extension", { vscode, "vscode-languageclient/node": client });
  return { extension, seen, settings };
}

test("the program is found where the settings say, in PATH, and where cargo puts it", () => {
  const { findServer } = load("server");
  const around = { path: "", home, platform: "linux", folder: join(home, "work") };
  assert.equal(findServer("", around), undefined);
  const cargo = program(join(home, ".cargo", "bin"));
  assert.equal(findServer("", around), cargo);
  const first = program(join(home, "first"));
  const path = ["", ".", join(home, "none"), join(home, "first"), join(home, ".cargo", "bin")].join(delimiter);
  assert.equal(findServer("", { ...around, path }), first);
  const own = program(join(home, "work", "bin"), "own");
  assert.equal(findServer("bin/own", around), own);
  assert.equal(findServer(own, around), own);
  assert.equal(findServer("~/work/bin/own", around), own);
  assert.equal(findServer("trilith", { ...around, path }), first);
  assert.equal(findServer("bin/none", around), undefined);
  assert.equal(findServer(home, around), undefined, "a directory is no program");
  const windows = program(join(home, "windows"), "trilith.exe");
  const there = { ...around, path: join(home, "windows"), platform: "win32" };
  assert.equal(findServer("", there), windows);
});

test("the server is started, started again when settings change, and stopped", async () => {
  const path = program(join(home, "start"));
  const { extension, seen, settings } = window({ path, arguments: ["--preview"] });
  await extension.activate({ subscriptions: [] });
  assert.deepEqual(seen.warnings, []);
  const [client] = seen.clients;
  assert.deepEqual([client.server.command, client.server.args], [path, ["lsp", "--preview"]]);
  const languages = client.options.documentSelector.map((one) => one.language);
  for (const language of ["yaml", "json", "terraform"]) assert.ok(languages.includes(language), language);
  assert.ok(client.options.documentSelector.every((one) => one.scheme === "file"));
  settings.arguments = [];
  const change = (key) => ({ affectsConfiguration: (name) => name === key });
  await seen.listeners[0](change("editor.fontSize"));
  assert.equal(seen.clients.length, 1);
  await seen.listeners[0](change("trilith.arguments"));
  assert.deepEqual([client.state, seen.clients.length, seen.clients[1].server.args], [1, 2, ["lsp"]]);
  await seen.commands.get("trilith.restart")();
  assert.equal(seen.clients.length, 3);
  await extension.deactivate();
  assert.equal(seen.clients[2].state, 1);
});

test("what cannot be started is told", async () => {
  const nowhere = window({ path: join(home, "nowhere") });
  nowhere.seen.answer = "Settings";
  await nowhere.extension.activate({ subscriptions: [] });
  assert.equal(nowhere.seen.clients.length, 0);
  assert.match(nowhere.seen.warnings[0], /nowhere.*trilith\.path/);
  assert.deepEqual(nowhere.seen.executed, [["workbench.action.openSettings", "trilith.path"]]);
  const broken = window({ path: program(join(home, "broken")), fails: true });
  await broken.extension.activate({ subscriptions: [] });
  assert.match(broken.seen.warnings[0], /it fell over/);
  await broken.extension.deactivate();
});

test("a rule is explained in a page of its own", async () => {
  const { extension, seen } = window({ path: program(join(home, "explain")) });
  await extension.activate({ subscriptions: [] });
  const { middleware, initializationOptions } = seen.clients[0].options;
  assert.equal(initializationOptions.showsExplanations, true);
  const result = await middleware.executeCommand("trilith.explain", ["some-rule"], async () => "**text**");
  assert.equal(result, "**text**");
  const [[command, uri]] = seen.executed;
  assert.equal(command, "markdown.showPreviewToSide");
  assert.equal(seen.providers.get("trilith").provideTextDocumentContent(uri), "**text**");
  await middleware.executeCommand("other", [], async () => "x");
  assert.equal(seen.executed.length, 1);
});

test("the manifest names what the code has, and the tags of CloudFormation", () => {
  for (const { command } of manifest.contributes.commands) assert.match(command, /^trilith\./);
  const tags = manifest.contributes.configurationDefaults["yaml.customTags"];
  for (const tag of ["!Ref scalar", "!Sub sequence", "!GetAtt scalar", "!If sequence", "!FindInMap sequence"]) {
    assert.ok(tags.includes(tag), tag);
  }
  assert.equal(new Set(tags).size, tags.length);
  const text = readFileSync(join(__dirname, "..", "package-lock.json"), "utf8");
  const hosts = new Set([...text.matchAll(/"resolved": "https?:\/\/([^/"]+)/g)].map((one) => one[1]));
  assert.deepEqual([...hosts].filter((host) => host !== "registry.npmjs.org"), []);
});

test("the real server answers", { skip: process.env.TRILITH === undefined && "TRILITH names no program" }, async () => {
  const { findServer } = load("server");
  const command = findServer(process.env.TRILITH, { path: "", home, platform: process.platform, folder: process.cwd() });
  assert.ok(command, "found");
  const server = spawn(command, ["lsp"], { cwd: home });
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params: { capabilities: {} } });
  server.stdin.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
  const [chunk] = await require("node:events").once(server.stdout, "data");
  assert.match(String(chunk), /"serverInfo":\{"name":"trilith"/);
  server.stdin.end();
  const [code] = await require("node:events").once(server, "exit");
  assert.equal(code, 1, "it was not shut down");
});

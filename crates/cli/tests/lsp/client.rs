//! An editor as a script: it starts the server and speaks to it over standard input and output.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::{Value as Json, json};

/// How long an answer may take on a machine that has other things to do.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long nothing is said until there is nothing to say.
const QUIET: Duration = Duration::from_millis(150);

/// A directory of a test.
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
}

impl Folder {
    /// An empty directory with files in it.
    pub(crate) fn with(name: &str, files: &[(&str, &str)]) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("lsp").join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(path.join(".git")).expect("a directory");
        let path = path.canonicalize().expect("there");
        let folder = Self { path };
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path.join(name);
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        std::fs::write(path, text).expect("written");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path.join(name)).expect("a file")
    }

    pub(crate) fn uri(&self, name: &str) -> String {
        address(&self.path.join(name))
    }
}

pub(crate) fn address(path: &Path) -> String {
    format!("file://{}", path.to_string_lossy().replace(' ', "%20"))
}

/// An editor.
pub(crate) struct Editor {
    child: Child,
    input: Option<ChildStdin>,
    output: Receiver<Json>,
    next_id: i64,
    /// What the server said in the answer to `initialize`.
    pub(crate) capabilities: Json,
    /// What it said last about a document, by address.
    pub(crate) diagnostics: RefCell<BTreeMap<String, Json>>,
    /// What it asked for, and told besides diagnostics.
    pub(crate) heard: RefCell<VecDeque<Json>>,
    /// Documents: address, version and text.
    documents: BTreeMap<String, (i64, String)>,
}

impl Editor {
    /// Starts the server in a folder, with the abilities that most editors have.
    pub(crate) fn start(folder: &Folder) -> Self {
        Self::start_with(folder, &[], &abilities())
    }

    pub(crate) fn start_with(folder: &Folder, arguments: &[&str], abilities: &Json) -> Self {
        let mut editor = Self::launch(&folder.path, arguments);
        let folders = json!([{ "uri": address(&folder.path), "name": "test" }]);
        let params = json!({
            "processId": null, "capabilities": abilities, "rootUri": null,
            "workspaceFolders": folders,
        });
        let answer = editor.ask("initialize", &params);
        editor.capabilities = answer["result"]["capabilities"].clone();
        editor.tell("initialized", &json!({}));
        editor
    }

    /// Starts the server without a word.
    pub(crate) fn launch(directory: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_trilith"))
            .arg("lsp")
            .args(arguments)
            .current_dir(directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let input = child.stdin.take();
        let output = child.stdout.take().expect("piped");
        let (sender, receiver) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            input,
            output: receiver,
            next_id: 0,
            capabilities: Json::Null,
            diagnostics: RefCell::default(),
            heard: RefCell::default(),
            documents: BTreeMap::new(),
        }
    }

    pub(crate) fn send_raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("open");
        input.write_all(bytes).expect("the server listens");
        input.flush().expect("the server listens");
    }

    pub(crate) fn send(&mut self, message: &Json) {
        let text = message.to_string();
        self.send_raw(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    }

    pub(crate) fn tell(&mut self, method: &str, params: &Json) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request and gives its id.
    pub(crate) fn request(&mut self, method: &str, params: &Json) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    /// Sends a request and waits for the answer.
    pub(crate) fn ask(&mut self, method: &str, params: &Json) -> Json {
        let id = self.request(method, params);
        self.answer(id)
    }

    /// Waits for the answer to a request.
    pub(crate) fn answer(&mut self, id: i64) -> Json {
        loop {
            let message = self.output.recv_timeout(PATIENCE).expect("an answer");
            if message.get("method").is_none() && message["id"] == json!(id) {
                return message;
            }
            self.hear(message);
        }
    }

    fn hear(&mut self, message: Json) {
        if message["method"] == "textDocument/publishDiagnostics" {
            let uri = message["params"]["uri"].as_str().unwrap_or_default().to_owned();
            self.diagnostics.borrow_mut().insert(uri, message["params"].clone());
            return;
        }
        if let (Some(_), Some(id)) = (message.get("method"), message.get("id")) {
            let id = id.clone();
            self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": null }));
        }
        self.heard.borrow_mut().push_back(message);
    }

    /// Waits until the server has looked at everything that it was told.
    pub(crate) fn sync(&mut self) {
        self.ask("textDocument/hover", &json!({
            "textDocument": { "uri": "file:///none" }, "position": { "line": 0, "character": 0 },
        }));
    }

    /// Listens until the server has nothing more to say.
    pub(crate) fn settle(&mut self) {
        self.sync();
        loop {
            match self.output.recv_timeout(QUIET) {
                Ok(message) => self.hear(message),
                Err(RecvTimeoutError::Timeout) => return,
                Err(RecvTimeoutError::Disconnected) => panic!("the server is gone"),
            }
        }
    }

    /// Listens until something is so: the workspace is looked through beside everything else.
    pub(crate) fn until(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        for _ in 0..100 {
            self.settle();
            if is_so(self) {
                return;
            }
        }
        panic!("not {what}: {:?}", self.diagnostics.borrow());
    }

    pub(crate) fn open(&mut self, uri: &str, language: &str, text: &str) {
        self.documents.insert(uri.to_owned(), (1, text.to_owned()));
        self.tell(
            "textDocument/didOpen",
            &json!({
                "textDocument": { "uri": uri, "languageId": language, "version": 1, "text": text },
            }),
        );
    }

    /// Replaces the first occurrence of a text, as an editor does that sends what changed.
    pub(crate) fn replace(&mut self, uri: &str, old: &str, new: &str) {
        let text = self.text(uri);
        let start = text.find(old).expect("the text is there");
        self.edit(uri, start, start + old.len(), new);
    }

    /// Replaces a range of bytes.
    pub(crate) fn edit(&mut self, uri: &str, start: usize, end: usize, new: &str) {
        let (version, text) = self.documents.get_mut(uri).expect("open");
        *version += 1;
        let (from, to) = (position(text, start), position(text, end));
        text.replace_range(start..end, new);
        let version = *version;
        self.tell(
            "textDocument/didChange",
            &json!({
                "textDocument": { "uri": uri, "version": version },
                "contentChanges": [{ "range": { "start": from, "end": to }, "text": new }],
            }),
        );
    }

    pub(crate) fn text(&self, uri: &str) -> String {
        self.documents[uri].1.clone()
    }

    pub(crate) fn save(&mut self, uri: &str) {
        self.tell("textDocument/didSave", &json!({ "textDocument": { "uri": uri } }));
    }

    pub(crate) fn close(&mut self, uri: &str) {
        self.documents.remove(uri);
        self.tell("textDocument/didClose", &json!({ "textDocument": { "uri": uri } }));
    }

    /// The rules of the findings that the server told of a document, with their lines from 0.
    pub(crate) fn found(&self, uri: &str) -> Vec<(String, u64)> {
        let diagnostics = self.diagnostics.borrow();
        let list = diagnostics.get(uri).and_then(|it| it["diagnostics"].as_array().cloned());
        list.unwrap_or_default().iter().map(rule_and_line).collect()
    }

    /// A diagnostic of a document.
    pub(crate) fn diagnostic(&self, uri: &str, rule: &str) -> Json {
        let diagnostics = self.diagnostics.borrow();
        let list = diagnostics.get(uri).and_then(|it| it["diagnostics"].as_array().cloned());
        let mut list = list.unwrap_or_default().into_iter();
        list.find(|one| one["code"] == rule).unwrap_or_else(|| panic!("no {rule}"))
    }

    /// What the server says about the first occurrence of a text.
    pub(crate) fn hover(&mut self, uri: &str, at: &str) -> String {
        let text = self.text(uri);
        let offset = text.find(at).expect("there") + at.len() / 2;
        let answer = self.ask(
            "textDocument/hover",
            &json!({
                "textDocument": { "uri": uri }, "position": position(&text, offset),
            }),
        );
        answer["result"]["contents"]["value"].as_str().unwrap_or_default().to_owned()
    }

    /// What is offered right behind the first occurrence of a text.
    pub(crate) fn complete(&mut self, uri: &str, after: &str) -> Vec<String> {
        let text = self.text(uri);
        let offset = text.find(after).expect("there") + after.len();
        let answer = self.ask(
            "textDocument/completion",
            &json!({
                "textDocument": { "uri": uri }, "position": position(&text, offset),
            }),
        );
        let items = answer["result"]["items"].as_array().cloned().unwrap_or_default();
        items.iter().map(|item| item["label"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The actions for a diagnostic.
    pub(crate) fn actions(&mut self, uri: &str, diagnostic: &Json) -> Vec<Json> {
        let answer = self.ask(
            "textDocument/codeAction",
            &json!({
                "textDocument": { "uri": uri }, "range": diagnostic["range"],
                "context": { "diagnostics": [diagnostic] },
            }),
        );
        answer["result"].as_array().cloned().unwrap_or_default()
    }

    /// Does what an edit of the server says.
    pub(crate) fn apply(&mut self, edit: &Json) {
        let changes = edit["changes"].as_object().expect("changes").clone();
        for (uri, edits) in changes {
            let mut edits: Vec<Json> = edits.as_array().expect("a list").clone();
            // From the end, so that the others stay where they are.
            edits.sort_by_key(|one| {
                let start = &one["range"]["start"];
                std::cmp::Reverse((start["line"].as_u64(), start["character"].as_u64()))
            });
            for one in edits {
                let text = self.text(&uri);
                let (start, end) =
                    (offset(&text, &one["range"]["start"]), offset(&text, &one["range"]["end"]));
                self.edit(&uri, start, end, one["newText"].as_str().expect("a text"));
            }
        }
    }

    /// Ends the session as agreed on and gives the exit code.
    pub(crate) fn end(mut self) -> i32 {
        self.ask("shutdown", &Json::Null);
        self.tell("exit", &Json::Null);
        self.wait()
    }

    /// Waits for the end of the server.
    pub(crate) fn wait(&mut self) -> i32 {
        self.child.wait().expect("it ends").code().expect("a code")
    }

    /// Says nothing more.
    pub(crate) fn hang_up(&mut self) {
        self.input = None;
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        // A test that failed leaves it running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn abilities() -> Json {
    json!({
        "general": { "positionEncodings": ["utf-16"] },
        "textDocument": {
            "hover": { "contentFormat": ["markdown", "plaintext"] },
            "codeAction": { "codeActionLiteralSupport": {
                "codeActionKind": { "valueSet": ["quickfix", "source.fixAll"] }
            }, "dataSupport": true },
            "publishDiagnostics": { "relatedInformation": true, "dataSupport": true },
        },
        "workspace": {
            "workspaceFolders": true, "didChangeWatchedFiles": { "dynamicRegistration": true },
        },
        "window": { "showDocument": { "support": true } },
    })
}

pub(crate) fn rule_and_line(one: &Json) -> (String, u64) {
    let code = one["code"].as_str().unwrap_or_default().to_owned();
    (code, one["range"]["start"]["line"].as_u64().unwrap_or_default())
}

/// Line and column in units of UTF-16.
pub(crate) fn position(text: &str, offset: usize) -> Json {
    let before = &text[..offset];
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap_or_default().encode_utf16().count();
    json!({ "line": line, "character": column })
}

fn offset(text: &str, position: &Json) -> usize {
    let line = position["line"].as_u64().expect("a line") as usize;
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let mut left = position["character"].as_u64().expect("a column") as usize;
    let mut at = start;
    for c in text[start..].chars() {
        if left == 0 {
            break;
        }
        left = left.saturating_sub(c.len_utf16());
        at += c.len_utf8();
    }
    at
}

fn read(output: &mut impl BufRead) -> Option<Json> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            header => {
                if let Some(value) = header.strip_prefix("Content-Length: ") {
                    length = value.parse().ok()?;
                }
            }
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

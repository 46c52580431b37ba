//! What an edit costs in the language server, from the keystroke to the diagnostics, over standard
//! input and output: `cargo bench --bench editing`. Milliseconds on the clock and of the processor;
//! and the memory of the server before and after a thousand edits.
#![expect(clippy::disallowed_methods, reason = "a benchmark makes files and looks at the clock")]
#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

#[expect(unused_imports, reason = "other benchmarks measure modules too")]
#[allow(dead_code, reason = "each benchmark uses a part of the generators")]
mod generate;

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

/// Edits that are measured of each case, and edits before them that warm the server.
const EDITS: usize = 200;
const WARM: usize = 20;
/// Edits after which the memory is compared.
const MANY: usize = 1_000;

fn main() {
    // `cargo test` runs benchmarks too, to see that they work: a few edits are enough for that.
    let is_measured = std::env::args().any(|argument| argument == "--bench");
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("editing");
    println!("{:<34}{:>10}{:>10}{:>10}{:>12}", "", "median", "p95", "most", "CPU median");
    let template = generate::template_yaml(46);
    let lines = template.lines().count();
    let case = Case {
        name: format!("template of {lines} lines"),
        files: vec![("template.yaml".into(), template)],
        // A port that opens and closes, in the middle of the file.
        edit: ("ToPort: 8080", "ToPort: 8081"),
        open: 0,
    };
    case.run(&directory, is_measured);
    let files = module(100);
    let lines: usize = files.iter().map(|(_, text)| text.lines().count()).sum();
    let case = Case {
        name: format!("module of {} files, {lines} lines", files.len()),
        files,
        edit: ("from_port   = 443", "from_port   = 442"),
        open: 50,
    };
    case.run(&directory, is_measured);
}

struct Case {
    name: String,
    files: Vec<(String, String)>,
    edit: (&'static str, &'static str),
    /// Which file is open.
    open: usize,
}

impl Case {
    fn run(&self, directory: &Path, is_measured: bool) {
        let directory = directory.join(self.name.split(' ').next().unwrap_or_default());
        let _ = std::fs::remove_dir_all(&directory);
        std::fs::create_dir_all(&directory).expect("a directory");
        for (name, text) in &self.files {
            std::fs::write(directory.join(name), text).expect("written");
        }
        let (name, text) = &self.files[self.open];
        let mut server = Server::start(&directory, &directory.join(name), text);
        let warm = if is_measured { WARM } else { 2 };
        (0..warm).for_each(|_| {
            server.edit(self.edit);
        });
        let before = server.memory();
        let (edits, many) = if is_measured { (EDITS, MANY) } else { (2, 2) };
        let costs: Vec<(Duration, Duration)> = (0..edits).map(|_| server.edit(self.edit)).collect();
        (edits..many).for_each(|_| {
            server.edit(self.edit);
        });
        let after = server.memory();
        let sorted = |part: fn(&(Duration, Duration)) -> Duration| {
            let mut all: Vec<Duration> = costs.iter().map(part).collect();
            all.sort();
            all
        };
        let (clock, processor) = (sorted(|it| it.0), sorted(|it| it.1));
        println!(
            "{:<34}{:>10}{:>10}{:>10}{:>12}   memory {} -> {} MB after {many} edits",
            self.name,
            shown(clock[clock.len() / 2]),
            shown(clock[clock.len() * 95 / 100]),
            shown(clock[clock.len() - 1]),
            shown(processor[processor.len() / 2]),
            before >> 10,
            after >> 10,
        );
    }
}

fn shown(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1e3)
}

/// A module with a security group, a bucket, a role and a queue in each file.
fn module(files: usize) -> Vec<(String, String)> {
    let mut all = vec![(
        "variables.tf".to_owned(),
        "variable \"ranges\" {\n  type    = list(string)\n  default = [\"10.0.0.0/8\"]\n}\n\n\
         variable \"name\" {\n  type    = string\n  default = \"site\"\n}\n"
            .to_owned(),
    )];
    for n in 1..files {
        let mut text = String::new();
        let _ = write!(
            text,
            "resource \"aws_security_group\" \"g{n}\" {{\n  name        = \"${{var.name}}-{n}\"\n  description = \"web\"\n  \
             ingress {{\n    description = \"web\"\n    from_port   = 443\n    to_port     = 443\n    protocol    = \"tcp\"\n    \
             cidr_blocks = var.ranges\n  }}\n}}\n\n\
             resource \"aws_s3_bucket\" \"b{n}\" {{\n  bucket = \"${{var.name}}-data-{n}\"\n}}\n\n\
             resource \"aws_s3_bucket_public_access_block\" \"b{n}\" {{\n  bucket                  = aws_s3_bucket.b{n}.id\n  \
             block_public_acls       = true\n  block_public_policy     = true\n  ignore_public_acls      = true\n  \
             restrict_public_buckets = true\n}}\n\n\
             resource \"aws_sqs_queue\" \"q{n}\" {{\n  name                    = \"q-{n}\"\n  sqs_managed_sse_enabled = true\n}}\n"
        );
        all.push((format!("part{n:03}.tf"), text));
    }
    all
}

/// A server with one open document.
struct Server {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    uri: String,
    text: String,
    version: i64,
    is_edited: bool,
}

impl Server {
    fn start(directory: &Path, file: &Path, text: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_trilith"))
            .arg("lsp")
            .current_dir(directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let input = child.stdin.take().expect("piped");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        let uri = format!("file://{}", file.display());
        let text = text.to_owned();
        let mut server = Self { child, input, output, uri, text, version: 1, is_edited: false };
        let folder = format!("file://{}", directory.display());
        server.send(&json!({ "id": 1, "method": "initialize", "params": {
            "capabilities": { "general": { "positionEncodings": ["utf-8"] } },
            "workspaceFolders": [{ "uri": folder, "name": "bench" }],
        } }));
        server.wait_for(|message| message["id"] == 1);
        server.send(&json!({ "method": "initialized", "params": {} }));
        let document =
            json!({ "uri": server.uri, "languageId": "x", "version": 1, "text": server.text });
        server.send(
            &json!({ "method": "textDocument/didOpen", "params": { "textDocument": document } }),
        );
        server.sync();
        server
    }

    fn send(&mut self, message: &Json) {
        let mut message = message.clone();
        message["jsonrpc"] = json!("2.0");
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("it listens");
        self.input.flush().expect("it listens");
    }

    fn wait_for(&mut self, is_it: impl Fn(&Json) -> bool) -> Json {
        loop {
            let mut length = 0;
            loop {
                let mut line = String::new();
                self.output.read_line(&mut line).expect("it speaks");
                match line.trim_end() {
                    "" => break,
                    header => {
                        let length_of = header.strip_prefix("Content-Length: ");
                        length = length_of.and_then(|it| it.parse().ok()).unwrap_or(length);
                    }
                }
            }
            let mut body = vec![0; length];
            self.output.read_exact(&mut body).expect("a message");
            let message: Json = serde_json::from_slice(&body).expect("a message");
            if is_it(&message) {
                return message;
            }
        }
    }

    fn sync(&mut self) {
        let document = json!({ "uri": "file:///none" });
        let position = json!({ "line": 0, "character": 0 });
        let params = json!({ "textDocument": document, "position": position });
        self.send(&json!({ "id": 2, "method": "textDocument/hover", "params": params }));
        self.wait_for(|message| message["id"] == 2);
    }

    /// Types a character that changes what is found: a blank line in front moves every finding. The
    /// time from there to the diagnostics, and what the processor spent.
    fn edit(&mut self, edit: (&str, &str)) -> (Duration, Duration) {
        let (old, new) = if self.is_edited { (edit.1, edit.0) } else { edit };
        let at = self.text.len() / 2;
        let at = self.text[at..].find(old).map_or_else(|| self.text.find(old), |it| Some(at + it));
        let at = at.expect("the text is there");
        let end = at + old.len();
        let position = |text: &str, at: usize| {
            let line = text[..at].matches('\n').count();
            json!({ "line": line, "character": at - text[..at].rfind('\n').map_or(0, |it| it + 1) })
        };
        let range = json!({ "start": position(&self.text, at), "end": position(&self.text, end) });
        self.text.replace_range(at..end, new);
        self.is_edited = !self.is_edited;
        self.version += 1;
        // The line in front goes in and out, so that the diagnostics are other ones each time.
        let top = json!({ "line": 0, "character": 0 });
        let second = json!({ "line": 1, "character": 0 });
        let (end, line) = if self.is_edited { (&top, "\n") } else { (&second, "") };
        let front = json!({ "range": { "start": top, "end": end }, "text": line });
        if self.is_edited {
            self.text.insert(0, '\n');
        } else {
            self.text.remove(0);
        }
        let document = json!({ "uri": self.uri, "version": self.version });
        let changes = json!([{ "range": range, "text": new }, front]);
        let params = json!({ "textDocument": document, "contentChanges": changes });
        let (version, uri) = (json!(self.version), json!(self.uri));
        let processor = self.processor();
        let start = Instant::now();
        self.send(&json!({ "method": "textDocument/didChange", "params": params }));
        self.wait_for(|message| {
            let params = &message["params"];
            message["method"] == "textDocument/publishDiagnostics"
                && params["version"] == version
                && params["uri"] == uri
        });
        (start.elapsed(), self.processor().saturating_sub(processor))
    }

    /// What the processor spent on the server so far; nothing where the system does not tell.
    fn processor(&self) -> Duration {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.child.id()));
        let spent = tasks.into_iter().flatten().flatten().filter_map(|task| {
            let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
            text.split(' ').next()?.parse::<u64>().ok()
        });
        Duration::from_nanos(spent.sum())
    }

    /// Resident memory in kilobytes; 0 where the system does not tell.
    fn memory(&self) -> u64 {
        let path = format!("/proc/{}/status", self.child.id());
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|it| it.trim().split(' ').next()?.parse().ok()).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing is left to say to it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

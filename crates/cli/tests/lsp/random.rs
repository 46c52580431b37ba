//! A thousand random edits: nothing panics, and what is repaired leaves nothing behind.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value as Json;

use crate::client::{Editor, Folder};

/// Edits of all texts together.
const EDITS: usize = 1_000;
/// Edits after which a text is put right and compared with a check of its own.
const BETWEEN_REPAIRS: usize = 20;

/// A generator of numbers that is the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

const PIECES: [&str; 16] = [
    "\n",
    " ",
    "\"",
    "{",
    "}",
    "[",
    "]",
    ":",
    "- ",
    "!Ref ",
    "#",
    "${",
    "é😀",
    "  X:\n",
    "Resources:",
    "=",
];

#[test]
fn a_thousand_edits_leave_nothing_behind() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let samples = [
        ("templates/web.yaml", "web.yaml"),
        ("templates/jobs.json", "jobs.json"),
        ("twins/s3-bucket/main.tf", "main.tf"),
        ("policies/deploy.json", "deploy.json"),
        ("modules/site/main.tf.json", "site.tf.json"),
    ];
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let samples: Vec<(String, String)> = samples
        .iter()
        .filter_map(|(from, to)| {
            Some(((*to).to_owned(), std::fs::read_to_string(root.join(from)).ok()?))
        })
        .collect();
    assert!(samples.len() >= 4);
    for (name, text) in &samples {
        let folder = Folder::with("random", &[(name, text)]);
        let mut editor = Editor::start(&folder);
        let uri = folder.uri(name);
        editor.open(&uri, "x", text);
        editor.settle();
        let good = editor.found(&uri);
        assert_eq!(rules(&good), checked(&folder, name), "{name}");
        for edit in 0..EDITS / samples.len() {
            damage(&mut editor, &uri, &mut random);
            if random.below(3) == 0 {
                editor.sync();
            }
            if edit % BETWEEN_REPAIRS == BETWEEN_REPAIRS - 1 {
                editor.sync();
                // What the server shows of a damaged text never lies outside of it.
                in_text(&editor, &uri);
                repair(&mut editor, &uri, text);
                editor.sync();
                assert_eq!(editor.found(&uri), good, "{name} after {edit} edits");
            }
        }
        let defects =
            editor.heard.borrow().iter().any(|it| it.to_string().contains("a defect of Trilith"));
        assert!(!defects, "{name}");
        assert_eq!(editor.end(), 0, "{name}");
    }
}

fn rules(found: &[(String, u64)]) -> BTreeSet<(String, u64)> {
    found.iter().cloned().collect()
}

/// What `trilith check` finds in the file.
fn checked(folder: &Folder, name: &str) -> BTreeSet<(String, u64)> {
    let done = std::process::Command::new(env!("CARGO_BIN_EXE_trilith"))
        .args(["check", "--format", "json", name])
        .current_dir(&folder.path)
        .output()
        .expect("it runs");
    let report: Json = serde_json::from_slice(&done.stdout).expect("a report");
    let findings = report["diagnostics"].as_array().expect("findings");
    let one = |it: &Json| {
        let line = it["span"]["start"]["line"].as_u64().expect("a line");
        (it["rule"].as_str().expect("a rule").to_owned(), line - 1)
    };
    findings.iter().map(one).collect()
}

fn boundary(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at.min(text.len()))
}

/// Truncates, inserts, deletes or doubles something.
fn damage(editor: &mut Editor, uri: &str, random: &mut Random) {
    let text = editor.text(uri);
    let at = boundary(&text, random.below(text.len() + 1));
    match random.below(8) {
        0 => {
            let start = boundary(&text, text.len().saturating_sub(random.below(400)));
            editor.edit(uri, start, text.len(), "");
        }
        1..=4 => editor.edit(uri, at, at, PIECES[random.below(PIECES.len())]),
        5 | 6 => {
            let end = boundary(&text, at + random.below(60));
            editor.edit(uri, at, end.max(at), "");
        }
        _ => {
            let end = boundary(&text, at + random.below(200)).max(at);
            editor.edit(uri, at, at, &text[at..end]);
        }
    }
}

fn repair(editor: &mut Editor, uri: &str, text: &str) {
    let length = editor.text(uri).len();
    editor.edit(uri, 0, length, text);
}

fn in_text(editor: &Editor, uri: &str) {
    let lines = editor.text(uri).matches('\n').count() as u64;
    for (rule, line) in editor.found(uri) {
        assert!(line <= lines, "{rule} at line {line} of {lines}");
    }
}

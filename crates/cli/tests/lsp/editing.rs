//! Open, edit, save: findings follow the text.

use serde_json::json;

use crate::client::{Editor, Folder, abilities, position};
use crate::{PORT, TEMPLATE, URL};

fn has(found: &[(String, u64)], rule: &str, line: u64) -> bool {
    found.iter().any(|(code, at)| code == rule && *at == line)
}

#[test]
fn findings_follow_the_text() {
    let folder = Folder::with("follow", &[("t.yaml", TEMPLATE)]);
    let mut editor = Editor::start(&folder);
    let uri = folder.uri("t.yaml");
    editor.open(&uri, "yaml", TEMPLATE);
    editor.settle();
    let found = editor.found(&uri);
    assert!(has(&found, PORT, 6) && has(&found, URL, 10), "{found:?}");
    // A line above moves them, and what is repaired is gone.
    editor.edit(&uri, 0, 0, "Description: a\n");
    editor.replace(&uri, "AuthType: NONE", "AuthType: AWS_IAM");
    editor.settle();
    let found = editor.found(&uri);
    assert!(has(&found, PORT, 7), "{found:?}");
    assert!(!found.iter().any(|(code, _)| code == URL), "{found:?}");
    let version = editor.diagnostics.borrow()[&uri]["version"].clone();
    assert_eq!(version, json!(3));
    editor.close(&uri);
    editor.settle();
    assert_eq!(editor.found(&uri), [], "what is closed is shown no more");
    assert_eq!(editor.end(), 0);
}

#[test]
fn a_diagnostic_says_all_that_there_is_to_say() {
    let folder = Folder::with("words", &[]);
    let mut editor = Editor::start(&folder);
    let uri = folder.uri("t.yaml");
    let text = "Parameters:\n  Range: {Type: String, Default: 0.0.0.0/0}\n".to_owned()
        + &TEMPLATE.replace("CidrIp: 0.0.0.0/0", "CidrIp: !Ref Range");
    editor.open(&uri, "yaml", &text);
    editor.settle();
    let one = editor.diagnostic(&uri, PORT);
    assert_eq!(one["source"], "trilith");
    assert_eq!(one["severity"], 1, "{one}");
    let page = one["codeDescription"]["href"].as_str().expect("a page");
    assert!(page.ends_with(&format!("{PORT}/rule.md")), "{page}");
    let message = one["message"].as_str().expect("words");
    assert!(message.contains("\nhelp: ") && message.contains("default of"), "{message}");
    let related = one["relatedInformation"].as_array().expect("a way");
    let places: Vec<_> =
        related.iter().map(|it| &it["location"]["range"]["start"]["line"]).collect();
    assert!(places.contains(&&json!(1)), "the default: {one}");
    let before = one["data"]["fingerprint"].clone();
    assert_eq!(before.as_str().map(str::len), Some(16));
    editor.edit(&uri, 0, 0, "\n\n");
    editor.settle();
    assert_eq!(editor.diagnostic(&uri, PORT)["data"]["fingerprint"], before);
}

#[test]
fn positions_count_as_was_agreed_on() {
    let text = TEMPLATE.replace("- {Ip", "- {Description: \"é😀\", Ip");
    let line =
        "        - {Description: \"é😀\", IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: ";
    for (encodings, expected) in [
        (json!(["utf-16"]), line.encode_utf16().count()),
        (json!(["utf-32", "utf-8", "utf-16"]), line.len()),
        (json!([]), line.encode_utf16().count()),
    ] {
        let folder = Folder::with("positions", &[]);
        let mut can = abilities();
        can["general"]["positionEncodings"] = encodings.clone();
        let mut editor = Editor::start_with(&folder, &[], &can);
        let uri = folder.uri("t.yaml");
        editor.open(&uri, "yaml", &text);
        editor.settle();
        let one = editor.diagnostic(&uri, PORT);
        assert_eq!(
            one["range"]["start"],
            json!({ "line": 6, "character": expected }),
            "{encodings}"
        );
    }
}

#[test]
fn an_edit_behind_an_emoji_and_ends_of_windows_hits_its_place() {
    let text = TEMPLATE.replace("web", "\"é😀 web\"").replace('\n', "\r\n");
    let folder = Folder::with("windows", &[]);
    let mut editor = Editor::start(&folder);
    let uri = folder.uri("t.yaml");
    editor.open(&uri, "yaml", &text);
    editor.replace(&uri, " web\"", " w😀b\" # x");
    editor.replace(&uri, "0.0.0.0/0", "10.0.0.0/8");
    editor.settle();
    let found = editor.found(&uri);
    assert!(!found.iter().any(|(code, _)| code == PORT), "{found:?}");
    assert!(has(&found, URL, 10), "{found:?}");
    // The server has the same text: what is said at its end is said at the right place.
    let text = editor.text(&uri);
    let one = editor.diagnostic(&uri, URL);
    assert_eq!(one["range"]["start"], position(&text, text.find("NONE").expect("there")));
}

#[test]
fn a_whole_text_is_taken_too() {
    let folder = Folder::with("whole", &[]);
    let mut editor = Editor::start(&folder);
    let uri = folder.uri("t.yaml");
    editor.open(&uri, "yaml", "");
    editor.tell(
        "textDocument/didChange",
        &json!({
            "textDocument": { "uri": uri, "version": 2 }, "contentChanges": [{ "text": TEMPLATE }],
        }),
    );
    editor.settle();
    assert!(has(&editor.found(&uri), URL, 10));
}

#[test]
fn an_unused_waiver_is_unnecessary() {
    let folder = Folder::with("unused", &[]);
    let mut editor = Editor::start(&folder);
    let uri = folder.uri("t.yaml");
    let waiver = format!("  # trilith: ignore[{URL}] signed (until 2999-12-31, owner @web)\n");
    editor.open(&uri, "yaml", &TEMPLATE.replace("  Hook:\n", &format!("{waiver}  Hook:\n")));
    editor.settle();
    assert!(!editor.found(&uri).iter().any(|(code, _)| code == URL), "it is waived");
    editor.replace(&uri, "AuthType: NONE", "AuthType: AWS_IAM");
    editor.settle();
    assert_eq!(editor.diagnostic(&uri, "waiver-unused")["tags"], json!([1]));
}

#[test]
fn secrets_are_in_no_message() {
    let folder = Folder::with("secrets", &[]);
    let mut editor = Editor::start(&folder);
    let uri = folder.uri("t.yaml");
    let text = "Resources:\n  D:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      \
                Engine: postgres\n      MasterUserPassword: hunter2hunter2\n";
    editor.open(&uri, "yaml", text);
    editor.settle();
    let all = format!("{:?}", editor.diagnostics.borrow());
    assert!(all.contains("password"), "{all}");
    assert!(!all.contains("hunter2"), "{all}");
}

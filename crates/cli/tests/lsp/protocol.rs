//! The protocol itself: what is not understood, taken back, or said too early.

use serde_json::{Value as Json, json};

use crate::TEMPLATE;
use crate::client::{Editor, Folder};

#[test]
fn the_exit_code_says_whether_the_server_was_shut_down() {
    let folder = Folder::with("exit", &[]);
    assert_eq!(Editor::start(&folder).end(), 0);
    let mut editor = Editor::start(&folder);
    editor.tell("exit", &Json::Null);
    assert_eq!(editor.wait(), 1);
    let mut editor = Editor::start(&folder);
    editor.hang_up();
    assert_eq!(editor.wait(), 1);
    let mut editor = Editor::launch(&folder.path, &["--stdio"]);
    editor.tell("exit", &Json::Null);
    assert_eq!(editor.wait(), 1);
}

#[test]
fn what_is_not_understood_is_refused_and_the_server_goes_on() {
    let folder = Folder::with("refused", &[]);
    let mut editor = Editor::launch(&folder.path, &[]);
    let early = editor.ask("textDocument/hover", &json!({}));
    assert_eq!(early["error"]["code"], -32002);
    drop(editor);
    let mut editor = Editor::start(&folder);
    let code = |answer: &Json| answer["error"]["code"].clone();
    assert_eq!(code(&editor.ask("textDocument/rename", &json!({}))), -32601);
    assert_eq!(code(&editor.ask("textDocument/hover", &json!({ "x": 1 }))), -32602);
    assert_eq!(code(&editor.ask("initialize", &json!({ "capabilities": {} }))), -32600);
    editor.send_raw(b"Content-Length: 9\r\n\r\n{\"id\": 1,");
    editor.tell("$/unknown", &json!({ "x": 1 }));
    editor.tell("textDocument/didChange", &json!({ "nonsense": true }));
    editor.tell(
        "textDocument/didChange",
        &json!({
            "textDocument": { "uri": "file:///not/open.yaml", "version": 3 },
            "contentChanges": [{ "text": "x" }],
        }),
    );
    editor.open("untitled:Untitled-1", "yaml", TEMPLATE);
    let uri = folder.uri("t.yaml");
    editor.open(&uri, "yaml", TEMPLATE);
    // Places that do not exist are those nearest to them.
    editor.tell("textDocument/didChange", &json!({
        "textDocument": { "uri": uri, "version": 2 },
        "contentChanges": [{
            "range": {
                "start": { "line": 900, "character": 900 }, "end": { "line": 3, "character": 0 },
            },
            "text": "# end\n",
        }],
    }));
    editor.settle();
    assert!(!editor.found(&uri).is_empty());
    let shut = editor.ask("shutdown", &Json::Null);
    assert_eq!(shut["result"], Json::Null);
    assert_eq!(code(&editor.ask("textDocument/hover", &json!({}))), -32600);
    editor.tell("exit", &Json::Null);
    assert_eq!(editor.wait(), 0);
}

#[test]
fn a_request_that_was_taken_back_is_not_answered_with_a_result() {
    let folder = Folder::with("cancelled", &[]);
    let mut editor = Editor::start(&folder);
    let uri = folder.uri("t.yaml");
    // What waits behind the first look at a large template is there when its turn comes.
    let mut large = String::from("Resources:\n");
    for n in 0..300 {
        large.push_str(
            &TEMPLATE["Resources:\n".len()..]
                .replace("Group:", &format!("G{n}:"))
                .replace("Hook:", &format!("H{n}:")),
        );
    }
    editor.open(&uri, "yaml", &large);
    let hover =
        json!({ "textDocument": { "uri": uri }, "position": { "line": 1, "character": 3 } });
    editor.request("textDocument/hover", &hover);
    let id = editor.request("textDocument/hover", &hover);
    editor.tell("$/cancelRequest", &json!({ "id": id }));
    let answer = editor.answer(id);
    assert_eq!(answer["error"]["code"], -32800, "{answer}");
}

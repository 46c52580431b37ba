//! What can be done about a finding.

use serde_json::{Value as Json, json};

use crate::client::{Editor, Folder};
use crate::{PORT, TEMPLATE, URL};

fn titled(actions: &[Json], start: &str) -> Json {
    let mut own =
        actions.iter().filter(|it| it["title"].as_str().is_some_and(|t| t.starts_with(start)));
    own.next().unwrap_or_else(|| panic!("no {start} among {actions:?}")).clone()
}

#[test]
fn a_waiver_is_written_and_holds_once_it_is_filled_in() {
    let terraform = "resource \"aws_lambda_function_url\" \"hook\" {\n  function_name = \"hook\"\n  \
                     authorization_type = \"NONE\"\n}\n";
    let json = "{\"Resources\": {\"Hook\": {\n  \"Type\": \"AWS::Lambda::Url\",\n  \"Properties\": \
                {\"AuthType\": \"NONE\", \"TargetFunctionArn\": \"x\"}\n}}}\n";
    for (name, text) in [("t.yaml", TEMPLATE), ("main.tf", terraform), ("t.json", json)] {
        let folder = Folder::with("waive", &[]);
        let mut editor = Editor::start(&folder);
        let uri = folder.uri(name);
        editor.open(&uri, "x", text);
        editor.settle();
        let finding = editor.diagnostic(&uri, URL);
        let actions = editor.actions(&uri, &finding);
        let waive = titled(&actions, "Accept the risk");
        assert_eq!(waive["kind"], "quickfix");
        assert_eq!(waive["diagnostics"][0]["code"], URL);
        editor.apply(&waive["edit"]);
        editor.settle();
        let found = editor.found(&uri);
        assert!(found.iter().any(|(code, _)| code == URL), "{name}: not filled in: {found:?}");
        assert!(
            found.iter().any(|(code, _)| code.starts_with("waiver-")),
            "{name}: {found:?}\n{}",
            editor.text(&uri)
        );
        editor.replace(&uri, "REASON", "signed by the sender");
        editor.replace(&uri, "YYYY-MM-DD", "2999-12-31");
        editor.replace(&uri, "@OWNER", "@web");
        editor.settle();
        let found = editor.found(&uri);
        assert!(!found.iter().any(|(code, _)| code == URL), "{name}: {found:?}");
        assert!(!found.iter().any(|(code, _)| code.starts_with("waiver-")), "{name}: {found:?}");
    }
}

#[test]
fn where_no_comment_counts_the_configuration_is_offered() {
    let folder = Folder::with(
        "waive-config",
        &[("trilith.toml", "[waiver-policy]\ninline = \"deny\"\n"), ("t.yaml", TEMPLATE)],
    );
    let mut editor = Editor::start(&folder);
    let (uri, toml) = (folder.uri("t.yaml"), folder.uri("trilith.toml"));
    editor.open(&uri, "yaml", TEMPLATE);
    editor.open(&toml, "toml", &folder.read("trilith.toml"));
    editor.settle();
    let finding = editor.diagnostic(&uri, URL);
    let actions = editor.actions(&uri, &finding);
    editor.apply(&titled(&actions, "Accept the risk")["edit"]);
    let filled = editor.text(&toml).replace("YYYY-MM-DD", "2999-12-31").replace("REASON", "why");
    assert!(filled.contains("resource = \"Hook\""), "{filled}");
    folder.write("trilith.toml", &filled);
    editor.save(&toml);
    editor.settle();
    assert!(!editor.found(&uri).iter().any(|(code, _)| code == URL));
}

#[test]
fn the_explanation_is_opened() {
    let folder = Folder::with("explain", &[]);
    let mut editor = Editor::start(&folder);
    let uri = folder.uri("t.yaml");
    editor.open(&uri, "yaml", TEMPLATE);
    editor.settle();
    let finding = editor.diagnostic(&uri, PORT);
    let actions = editor.actions(&uri, &finding);
    let explain = titled(&actions, "Explain");
    assert!(!actions.iter().any(|it| it["diagnostics"][0]["code"] == URL), "another line");
    let command = &explain["command"];
    let answer = editor.ask(
        "workspace/executeCommand",
        &json!({
            "command": command["command"], "arguments": command["arguments"],
        }),
    );
    assert!(answer["result"].as_str().is_some_and(|it| it.contains("#### Why")), "{answer}");
    let heard = editor.heard.borrow();
    let shown = heard.iter().find(|it| it["method"] == "window/showDocument").expect("shown");
    assert!(shown["params"]["uri"].as_str().is_some_and(|it| it.contains(PORT)), "{shown}");
}

#[test]
fn only_what_is_asked_for_is_offered() {
    let folder = Folder::with("only", &[]);
    let mut editor = Editor::start(&folder);
    let uri = folder.uri("t.yaml");
    editor.open(&uri, "yaml", TEMPLATE);
    editor.settle();
    let finding = editor.diagnostic(&uri, PORT);
    let answer = editor.ask(
        "textDocument/codeAction",
        &json!({
            "textDocument": { "uri": uri }, "range": finding["range"],
            "context": { "diagnostics": [], "only": ["refactor"] },
        }),
    );
    assert_eq!(answer["result"], json!([]));
}

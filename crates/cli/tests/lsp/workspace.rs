//! Modules and stacks are one; configurations, folders and files change.

use serde_json::{Value as Json, json};

use crate::client::{Editor, Folder, abilities, address};
use crate::{PORT, TEMPLATE, URL};

const GROUP: &str = "resource \"aws_security_group\" \"web\" {\n  ingress {\n    from_port = 22\n    \
                     to_port = 22\n    protocol = \"tcp\"\n    cidr_blocks = [var.cidr]\n  }\n}\n";
const OPEN: &str = "variable \"cidr\" {\n  default = \"0.0.0.0/0\"\n}\n";
const CLOSED: &str = "variable \"cidr\" {\n  default = \"10.0.0.0/8\"\n}\n";

/// Whether a rule is found anywhere.
fn anywhere(editor: &Editor, rule: &str) -> bool {
    let diagnostics = editor.diagnostics.borrow();
    let lists = diagnostics.values().filter_map(|it| it["diagnostics"].as_array());
    lists.flatten().any(|one| one["code"] == rule)
}

#[test]
fn a_change_in_one_file_of_a_module_shows_in_the_others() {
    let folder = Folder::with("module", &[("main.tf", GROUP), ("variables.tf", CLOSED)]);
    let mut editor = Editor::start(&folder);
    let variables = folder.uri("variables.tf");
    editor.open(&variables, "terraform", CLOSED);
    editor.settle();
    assert!(!anywhere(&editor, PORT));
    editor.replace(&variables, "10.0.0.0/8", "0.0.0.0/0");
    editor.settle();
    // main.tf is not open.
    let main = folder.uri("main.tf");
    let all = editor.diagnostics.borrow().clone();
    assert!(anywhere(&editor, PORT), "{all:?}");
    assert!(all.contains_key(&main) || all.contains_key(&variables));
    editor.replace(&variables, "0.0.0.0/0", "10.0.0.0/8");
    editor.settle();
    assert!(!anywhere(&editor, PORT));
}

#[test]
fn a_module_is_looked_at_through_its_callers() {
    let call = "module \"m\" {\n  source = \"../m\"\n  cidr = \"0.0.0.0/0\"\n}\n";
    let module = format!("variable \"cidr\" {{}}\n{GROUP}");
    let folder = Folder::with("callers", &[("a/main.tf", call), ("m/main.tf", &module)]);
    let mut editor = Editor::start(&folder);
    let uri = folder.uri("m/main.tf");
    editor.open(&uri, "terraform", &module);
    editor.until("looked at through the caller", |editor| anywhere(editor, PORT));
    // The caller is not open either: another program changes it.
    folder.write("a/main.tf", &call.replace("0.0.0.0/0", "10.0.0.0/8"));
    editor.tell(
        "workspace/didChangeWatchedFiles",
        &json!({
            "changes": [{ "uri": folder.uri("a/main.tf"), "type": 2 }],
        }),
    );
    editor.settle();
    assert!(!anywhere(&editor, PORT));
}

#[test]
fn a_nested_template_is_looked_at_through_its_parent() {
    let parent = "Resources:\n  N:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      \
                  TemplateURL: ./nested.yaml\n      Parameters: {Range: 10.0.0.0/8}\n";
    let nested = "Parameters:\n  Range: {Type: String, Default: 0.0.0.0/0}\n".to_owned()
        + &TEMPLATE.replace("CidrIp: 0.0.0.0/0", "CidrIp: !Ref Range");
    let folder = Folder::with("nested", &[("parent.yaml", parent), ("nested.yaml", &nested)]);
    let mut editor = Editor::start(&folder);
    let uri = folder.uri("nested.yaml");
    editor.open(&uri, "yaml", &nested);
    editor.until("looked at with what the parent passes", |editor| {
        anywhere(editor, URL) && !anywhere(editor, PORT)
    });
    let main = folder.uri("parent.yaml");
    editor.open(&main, "yaml", parent);
    editor.replace(&main, "10.0.0.0/8", "0.0.0.0/0");
    editor.settle();
    assert!(anywhere(&editor, PORT));
}

#[test]
fn the_nearest_configuration_counts_and_what_is_wrong_with_it_is_shown() {
    let config = format!("ignore = [\"{PORT}\"]\n");
    let folder = Folder::with(
        "nearest",
        &[("a/trilith.toml", &config), ("a/t.yaml", TEMPLATE), ("b/t.yaml", TEMPLATE)],
    );
    let mut editor = Editor::start(&folder);
    let (a, b) = (folder.uri("a/t.yaml"), folder.uri("b/t.yaml"));
    editor.open(&a, "yaml", TEMPLATE);
    editor.open(&b, "yaml", TEMPLATE);
    editor.settle();
    let has = |editor: &Editor, uri: &str| editor.found(uri).iter().any(|(code, _)| code == PORT);
    assert!(!has(&editor, &a) && has(&editor, &b));
    // A slip keeps what was good, and is told where it is.
    let toml = folder.uri("a/trilith.toml");
    editor.open(&toml, "toml", &config);
    folder.write("a/trilith.toml", "ignore = []\nselct = []\n");
    editor.save(&toml);
    editor.settle();
    assert!(!has(&editor, &a));
    let slips = editor.diagnostics.borrow()[&toml]["diagnostics"].clone();
    assert_eq!(slips[0]["range"]["start"]["line"], 1, "{slips}");
    assert!(slips[0]["message"].as_str().is_some_and(|it| it.contains("`selct`")), "{slips}");
    folder.write("a/trilith.toml", "");
    editor.save(&toml);
    editor.settle();
    assert!(has(&editor, &a));
    assert_eq!(editor.found(&toml), []);
}

#[test]
fn rules_of_the_user_apply_and_are_read_again_when_they_change() {
    let rule = "package rules.own\n\nimport rego.v1\n\n# METADATA\n# title: own\n\
                deny contains {\"msg\": \"our own\", \"path\": \"AuthType\"} if {\n\
                input.type == \"AWS::Lambda::Url\"\n}\n";
    let folder = Folder::with(
        "own-rules",
        &[
            ("trilith.toml", "rules = [\"policies\"]\n"),
            ("policies/own.rego", rule),
            ("t.yaml", TEMPLATE),
        ],
    );
    let mut editor = Editor::start(&folder);
    let uri = folder.uri("t.yaml");
    editor.open(&uri, "yaml", TEMPLATE);
    editor.settle();
    let all = |editor: &Editor| format!("{}", editor.diagnostics.borrow()[&uri]);
    assert!(all(&editor).contains("our own"), "{}", all(&editor));
    folder.write("policies/own.rego", &rule.replace("our own", "another one"));
    editor.tell(
        "workspace/didChangeWatchedFiles",
        &json!({
            "changes": [{ "uri": folder.uri("policies/own.rego"), "type": 2 }],
        }),
    );
    editor.settle();
    assert!(all(&editor).contains("another one"));
    // A slip is shown in the policy, and the other rules apply.
    folder.write("policies/own.rego", "package rules.own\n\ndeny contains {\n");
    editor.tell(
        "workspace/didChangeWatchedFiles",
        &json!({
            "changes": [{ "uri": folder.uri("policies/own.rego"), "type": 2 }],
        }),
    );
    editor.settle();
    let policy = folder.uri("policies/own.rego");
    let slips = editor.diagnostics.borrow()[&policy]["diagnostics"].clone();
    assert_eq!(slips.as_array().map(Vec::len), Some(1), "{slips}");
    assert!(editor.found(&uri).iter().any(|(code, _)| code == URL));
}

#[test]
fn folders_come_and_go() {
    let first = Folder::with("first", &[]);
    let call = "module \"m\" {\n  source = \"../m\"\n  cidr = \"0.0.0.0/0\"\n}\n";
    let module = format!("variable \"cidr\" {{}}\n{GROUP}");
    let second = Folder::with("second", &[("a/main.tf", call), ("m/main.tf", &module)]);
    let mut editor = Editor::start(&first);
    let uri = second.uri("m/main.tf");
    editor.open(&uri, "terraform", &module);
    editor.settle();
    assert!(!anywhere(&editor, PORT), "nobody knows the caller");
    let change = |added: &Json, removed: &Json| {
        json!({
            "event": { "added": added, "removed": removed },
        })
    };
    let own = json!([{ "uri": address(&second.path), "name": "second" }]);
    editor.tell("workspace/didChangeWorkspaceFolders", &change(&own, &json!([])));
    editor.until("looked at through the caller", |editor| anywhere(editor, PORT));
    editor.tell("workspace/didChangeWorkspaceFolders", &change(&json!([]), &own));
    editor.until("looked at alone", |editor| !anywhere(editor, PORT));
}

#[test]
fn files_are_watched_and_a_baseline_counts() {
    let folder = Folder::with("watched", &[("t.yaml", TEMPLATE)]);
    let mut editor = Editor::start(&folder);
    editor.settle();
    let registered = editor.heard.borrow().iter().any(|it| {
        it["method"] == "client/registerCapability"
            && it["params"]["registrations"][0]["method"] == "workspace/didChangeWatchedFiles"
    });
    assert!(registered);
    let made = std::process::Command::new(env!("CARGO_BIN_EXE_trilith"))
        .args(["baseline", "t.yaml"])
        .current_dir(&folder.path)
        .output()
        .expect("it runs");
    assert!(made.status.success(), "{made:?}");
    folder.write("trilith.toml", "baseline = \"trilith-baseline.json\"\n");
    let uri = folder.uri("t.yaml");
    editor.open(&uri, "yaml", TEMPLATE);
    editor.settle();
    assert_eq!(editor.found(&uri), [], "all of it is known");
}

#[test]
fn diagnostics_can_be_asked_for() {
    let folder = Folder::with("pull", &[("main.tf", GROUP), ("variables.tf", OPEN)]);
    let mut can = abilities();
    can["textDocument"]["diagnostic"] = json!({ "relatedDocumentSupport": true });
    can["workspace"]["diagnostics"] = json!({ "refreshSupport": true });
    let mut editor = Editor::start_with(&folder, &[], &can);
    assert_eq!(editor.capabilities["diagnosticProvider"]["interFileDependencies"], true);
    let (main, variables) = (folder.uri("main.tf"), folder.uri("variables.tf"));
    editor.open(&main, "terraform", GROUP);
    editor.open(&variables, "terraform", OPEN);
    let ask = |editor: &mut Editor, uri: &str, before: &Json| {
        let params = json!({ "textDocument": { "uri": uri }, "previousResultId": before });
        editor.ask("textDocument/diagnostic", &params)["result"].clone()
    };
    let report = ask(&mut editor, &main, &Json::Null);
    assert_eq!(report["kind"], "full", "{report}");
    let all = report.to_string();
    assert!(all.contains(PORT), "here or in the other document: {all}");
    assert!(report["relatedDocuments"].get(&variables).is_some(), "{report}");
    let again = ask(&mut editor, &main, &report["resultId"]);
    assert_eq!(again["kind"], "unchanged", "{again}");
    assert!(editor.diagnostics.borrow().values().all(|it| it["diagnostics"] == json!([])));
    editor.replace(&variables, "0.0.0.0/0", "10.0.0.0/8");
    editor.settle();
    let asked_again =
        editor.heard.borrow().iter().any(|it| it["method"] == "workspace/diagnostic/refresh");
    assert!(asked_again, "what was given is another one now");
    let report = ask(&mut editor, &main, &again["resultId"]);
    assert!(!report.to_string().contains(PORT), "{report}");
}

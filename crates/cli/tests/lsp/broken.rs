//! Somebody types: what is broken for a moment neither hides the rest nor accuses it.

use crate::client::{Editor, Folder};
use crate::{PORT, TEMPLATE, URL};

const BROKEN: &str = "unreadable-file";

fn rules(editor: &Editor, uri: &str) -> Vec<String> {
    editor.found(uri).into_iter().map(|(code, _)| code).collect()
}

#[test]
fn the_rest_of_a_broken_file_keeps_its_findings_and_repair_leaves_nothing() {
    let json = r#"{
  "Resources": {
    "Group": {
      "Type": "AWS::EC2::SecurityGroup",
      "Properties": {
        "GroupDescription": "web",
        "SecurityGroupIngress": [
          {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}
        ]
      }
    },
    "Hook": {
      "Type": "AWS::Lambda::Url",
      "Properties": {
        "AuthType": "NONE",
        "TargetFunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:hook"
      }
    }
  }
}
"#;
    let terraform = r#"resource "aws_security_group" "web" {
  description = "web"
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_lambda_function_url" "hook" {
  function_name      = "hook"
  authorization_type = "NONE"
}
"#;
    for (name, language, text, old, new) in [
        ("t.yaml", "yaml", TEMPLATE, "GroupDescription: web", "GroupDescription: \"web"),
        (
            "t.yaml",
            "yaml",
            TEMPLATE,
            "    Properties:\n      Auth",
            "    Properties: {\n      Auth",
        ),
        ("t.json", "json", json, "\"web\",", "\"web,"),
        (
            "t.json",
            "json",
            json,
            "\"Properties\": {\n        \"Auth",
            "\"Properties\": {{\n        \"Auth",
        ),
        ("main.tf", "terraform", terraform, "description = \"web\"", "description = \"web"),
        ("main.tf", "terraform", terraform, "= \"hook\"\n", "= \"hook\" }\n"),
    ] {
        let folder = Folder::with("broken", &[]);
        let mut editor = Editor::start(&folder);
        let uri = folder.uri(name);
        editor.open(&uri, language, text);
        editor.settle();
        let good = editor.found(&uri);
        assert!(rules(&editor, &uri).contains(&PORT.to_owned()), "{name} {good:?}");
        editor.replace(&uri, old, new);
        editor.settle();
        let broken = editor.found(&uri);
        assert!(broken.iter().any(|(code, _)| code == BROKEN), "{name} {new:?}: {broken:?}");
        for one in &good {
            assert!(broken.contains(one), "{name} {new:?}: {one:?} is gone: {broken:?}");
        }
        for one in broken.iter().filter(|(code, _)| code != BROKEN) {
            assert!(good.contains(one), "{name} {new:?}: {one:?} is new");
        }
        // A line more, far away, moves them.
        editor.edit(&uri, 0, 0, "\n");
        editor.settle();
        let moved = editor.found(&uri);
        for (code, line) in &good {
            assert!(moved.contains(&(code.clone(), line + 1)), "{name} {code}: {moved:?}");
        }
        editor.replace(&uri, new, old);
        editor.edit(&uri, 0, 1, "");
        editor.settle();
        assert_eq!(editor.found(&uri), good, "{name} {new:?}");
    }
}

#[test]
fn what_is_edited_while_broken_is_shown_no_more() {
    let folder = Folder::with("broken-edit", &[]);
    let mut editor = Editor::start(&folder);
    let uri = folder.uri("t.yaml");
    editor.open(&uri, "yaml", TEMPLATE);
    editor.settle();
    editor.replace(&uri, "AuthType: NONE", "AuthType: \"AWS");
    editor.settle();
    let found = rules(&editor, &uri);
    assert!(found.contains(&BROKEN.to_owned()) && found.contains(&PORT.to_owned()), "{found:?}");
    assert!(!found.contains(&URL.to_owned()), "its place was touched: {found:?}");
    // What is repaired elsewhere while it is broken is gone at once.
    editor.replace(&uri, "0.0.0.0/0", "10.0.0.0/8");
    editor.settle();
    let found = rules(&editor, &uri);
    assert!(!found.contains(&PORT.to_owned()), "{found:?}");
}

#[test]
fn a_broken_file_of_a_module_keeps_the_findings_of_the_others() {
    let main = "module \"m\" {\n  source = \"./m\"\n  cidr   = \"0.0.0.0/0\"\n}\n";
    let module = "variable \"cidr\" {}\nresource \"aws_security_group\" \"web\" {\n  ingress {\n    \
                  from_port = 22\n    to_port = 22\n    protocol = \"tcp\"\n    cidr_blocks = [var.cidr]\n  }\n}\n";
    let folder = Folder::with("broken-module", &[("main.tf", main), ("m/main.tf", module)]);
    let mut editor = Editor::start(&folder);
    let uri = folder.uri("main.tf");
    editor.open(&uri, "terraform", main);
    editor.settle();
    // The finding is where the value is written: in the root module.
    let everywhere = |editor: &Editor| {
        let both = [folder.uri("main.tf"), folder.uri("m/main.tf")];
        both.iter().flat_map(|uri| rules(editor, uri)).filter(|code| code == PORT).count()
    };
    assert_eq!(everywhere(&editor), 1);
    editor.replace(&uri, "source = \"./m\"", "source = \"./m");
    editor.settle();
    assert_eq!(everywhere(&editor), 1, "{:?}", editor.diagnostics.borrow());
    editor.replace(&uri, "source = \"./m", "source = \"./m\"");
    editor.settle();
    assert_eq!(everywhere(&editor), 1);
}

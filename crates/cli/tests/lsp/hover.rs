//! What the server says about what the pointer is on.

use crate::client::{Editor, Folder};
use crate::{PORT, TEMPLATE, URL};

#[test]
fn a_rule_and_a_waiver_show_the_card() {
    let folder = Folder::with("hover-rule", &[]);
    let mut editor = Editor::start(&folder);
    let uri = folder.uri("t.yaml");
    let text = TEMPLATE.replace(
        "  Hook:\n",
        &format!("  # trilith: ignore[{URL}] x\n  # checkov:skip=CKV_AWS_24\n  Hook:\n"),
    );
    editor.open(&uri, "yaml", &text);
    let shown = editor.hover(&uri, URL);
    assert!(
        shown.contains(URL) && shown.contains("#### Why") && shown.contains("confidence"),
        "{shown}"
    );
    let shown = editor.hover(&uri, "CKV_AWS_24");
    assert!(shown.contains("Same as: ") && shown.contains("CKV_AWS_24"), "{shown}");
    let toml = folder.uri("trilith.toml");
    editor.open(&toml, "toml", &format!("ignore = [\"{PORT}\"]\n"));
    assert!(editor.hover(&toml, PORT).contains(PORT));
    assert_eq!(editor.hover(&toml, "ignore"), "");
}

#[test]
fn a_value_shows_what_it_comes_to_and_how() {
    let folder = Folder::with("hover-value", &[]);
    let mut editor = Editor::start(&folder);
    let uri = folder.uri("main.tf");
    let text = "variable \"cidr\" {\n  default = \"10.0.0.0/8\"\n}\nvariable \"name\" {}\n\
                resource \"aws_security_group\" \"web\" {\n  description = \"group of ${var.name}\"\n  ingress {\n    \
                cidr_blocks = [var.cidr]\n  }\n}\n";
    editor.open(&uri, "terraform", text);
    let shown = editor.hover(&uri, "[var.cidr");
    assert!(shown.contains("\"10.0.0.0/8\""), "{shown}");
    assert!(shown.contains("aws_security_group.web"), "{shown}");
    assert!(shown.contains("main.tf:"), "the way: {shown}");
    let shown = editor.hover(&uri, "group of");
    assert!(
        shown.contains("Not known: `var.name` has no default")
            || shown.contains("Not known: `name` has no default"),
        "{shown}"
    );
    let uri = folder.uri("t.yaml");
    let text = "Parameters:\n  Env: {Type: String, AllowedValues: [prod, test]}\nConditions:\n  IsProd: !Equals [!Ref Env, prod]\n"
        .to_owned() + "Resources:\n  D:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      StorageEncrypted: !If [IsProd, true, false]\n";
    editor.open(&uri, "yaml", &text);
    let shown = editor.hover(&uri, "StorageEncrypted");
    assert!(shown.contains("when IsProd: true") || shown.contains("IsProd is true"), "{shown}");
    assert!(shown.contains("false"), "{shown}");
}

#[test]
fn sensitive_values_are_not_shown() {
    let folder = Folder::with("hover-secret", &[]);
    let mut editor = Editor::start(&folder);
    let uri = folder.uri("t.yaml");
    let text = "Parameters:\n  P: {Type: String, NoEcho: true, Default: hunter2hunter2}\nResources:\n  D:\n    \
                Type: AWS::RDS::DBInstance\n    Properties:\n      MasterUserPassword: !Ref P\n";
    editor.open(&uri, "yaml", text);
    let shown = editor.hover(&uri, "MasterUserPassword");
    assert!(shown.contains("(sensitive)") && !shown.contains("hunter2"), "{shown}");
}

#[test]
fn an_action_and_a_statement_are_explained_in_every_format() {
    let folder = Folder::with("hover-iam", &[]);
    let mut editor = Editor::start(&folder);
    let yaml = "Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        \
                Version: \"2012-10-17\"\n        Statement:\n          - Effect: Allow\n            Action: [s3:GetObject, \"kms:*\"]\n            \
                Resource: arn:aws:s3:::a/*\n            Condition: {StringEquals: {aws:SourceVpc: vpc-1}}\n";
    let hcl = "data \"aws_iam_policy_document\" \"a\" {\n  statement {\n    sid = \"x\"\n    actions = [\"s3:GetObject\", \"kms:*\"]\n    \
               resources = [\"arn:aws:s3:::a/*\"]\n  }\n}\nresource \"aws_iam_policy\" \"a\" {\n  policy = data.aws_iam_policy_document.a.json\n}\n";
    let json = "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": [\"s3:GetObject\", \"kms:*\"], \"Resource\": \"arn:aws:s3:::a/*\"}]}\n";
    for (name, text, head) in [
        ("t.yaml", yaml, "Effect"),
        ("main.tf", hcl, "sid = \"x\""),
        ("p.json", json, "\"Effect\""),
    ] {
        let uri = folder.uri(name);
        editor.open(&uri, "x", text);
        let shown = editor.hover(&uri, "s3:GetObject");
        assert!(shown.starts_with("**s3:GetObject** · read"), "{name}: {shown}");
        assert!(editor.hover(&uri, "kms:*").contains("permissions management"), "{name}");
        let shown = editor.hover(&uri, head);
        assert!(shown.starts_with("Allows `s3:GetObject`, `kms:*` ("), "{name}: {shown}");
        assert!(shown.contains(" on `arn:aws:s3:::a/*`"), "{name}: {shown}");
    }
    let shown = editor.hover(&folder.uri("t.yaml"), "Effect");
    assert!(shown.ends_with(" if `StringEquals aws:SourceVpc`"), "{shown}");
}

//! What is offered while somebody types.

use crate::client::{Editor, Folder};
use crate::{TEMPLATE, URL};

#[test]
fn rules_are_offered_in_waivers() {
    let folder = Folder::with("complete-rules", &[]);
    let mut editor = Editor::start(&folder);
    let uri = folder.uri("t.yaml");
    let text = TEMPLATE.replace("  Hook:\n", "  # trilith: ignore[lambda-url\n  Hook:\n");
    editor.open(&uri, "yaml", &text);
    assert!(editor.complete(&uri, "ignore[lambda-url").contains(&URL.to_owned()));
    assert!(
        !editor.complete(&uri, "ignore[lambda-url").contains(&"s3-bucket-public-by-acl".to_owned())
    );
    let toml = folder.uri("trilith.toml");
    editor.open(&toml, "toml", "ignore = [\"lambda\"]\n");
    assert!(editor.complete(&toml, "[\"lambda").contains(&URL.to_owned()));
    assert!(editor.complete(&toml, "igno").is_empty());
}

#[test]
fn actions_are_offered_in_policies_of_every_format() {
    let folder = Folder::with("complete-actions", &[]);
    let mut editor = Editor::start(&folder);
    for (name, text, after) in [
        (
            "t.yaml",
            "Resources:\n  P:\n    Type: AWS::IAM::Policy\n    Properties:\n      PolicyDocument:\n        Statement:\n          - Effect: Allow\n            Action:\n              - s3:GetOb\n",
            "s3:GetOb",
        ),
        ("t.json", "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": [\"s3:GetOb", "s3:GetOb"),
        (
            "main.tf",
            "data \"aws_iam_policy_document\" \"a\" {\n  statement {\n    actions = [\"kms:Encrypt\", \"s3:GetOb\"]\n  }\n}\n",
            "s3:GetOb",
        ),
    ] {
        let uri = folder.uri(name);
        editor.open(&uri, "x", text);
        let offered = editor.complete(&uri, after);
        assert!(offered.contains(&"s3:GetObject".to_owned()), "{name}: {offered:?}");
        assert!(offered.iter().all(|it| it.starts_with("s3:")), "{name}: {offered:?}");
    }
    let uri = folder.uri("main.tf");
    editor.replace(&uri, "s3:GetOb", "km");
    assert!(editor.complete(&uri, "\"km").contains(&"kms:".to_owned()));
}

//! Files that `terraform plan -out` writes, and values for variables where there is only a plan.
#![expect(clippy::disallowed_methods, reason = "tests make files")]

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value as Json, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Stands for a value that is known after apply.
const UNKNOWN: &str = "known after apply";

fn trilith(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trilith"));
    command.args(arguments).current_dir(directory).env_remove("FORCE_COLOR");
    command.output().expect("the command starts")
}

/// A fresh directory for one test.
fn scratch(name: &str) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("plan-files").join(name);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).expect("the directory can be made");
    directory
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("output is UTF-8")
}

/// A field of a message that holds bytes.
fn field(number: u64, bytes: &[u8]) -> Vec<u8> {
    let mut out = varint(number << 3 | 2);
    out.extend(varint(bytes.len() as u64));
    out.extend(bytes);
    out
}

/// A field of a message that holds a number.
fn number(number: u64, value: u64) -> Vec<u8> {
    let mut out = varint(number << 3);
    out.extend(varint(value));
    out
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while value > 0x7f {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
    out
}

fn msgpack(value: &Json) -> Vec<u8> {
    match value {
        Json::Null => vec![0xc0],
        Json::Bool(value) => vec![0xc2 + u8::from(*value)],
        Json::Number(value) => vec![u8::try_from(value.as_u64().expect("small")).expect("small")],
        Json::String(text) if text == UNKNOWN => vec![0xd4, 0, 0],
        Json::String(text) => {
            let mut out = vec![0xda];
            out.extend(u16::try_from(text.len()).expect("short").to_be_bytes());
            out.extend(text.as_bytes());
            out
        }
        Json::Array(items) => {
            let mut out = vec![0x90 + items.len() as u8];
            out.extend(items.iter().flat_map(msgpack));
            out
        }
        Json::Object(members) => {
            let mut out = vec![0x80 + members.len() as u8];
            for (key, value) in members {
                out.extend(msgpack(&key.as_str().into()));
                out.extend(msgpack(value));
            }
            out
        }
    }
}

fn dynamic(value: &Json) -> Vec<u8> {
    field(1, &msgpack(value))
}

/// A resource that the plan creates, with the path to a secret in it.
fn created(address: &str, after: &Json, secret: Option<&str>) -> Vec<u8> {
    let mut change = [number(1, 1), field(2, &dynamic(after))].concat();
    if let Some(secret) = secret {
        let step = field(1, secret.as_bytes());
        change.extend(field(4, &field(1, &step)));
    }
    let provider = br#"provider["registry.terraform.io/hashicorp/aws"]"#;
    [field(8, provider), field(9, &change), field(13, address.as_bytes())].concat()
}

fn deleted(address: &str, before: &Json) -> Vec<u8> {
    let change = [number(1, 5), field(2, &dynamic(before))].concat();
    [field(9, &change), field(13, address.as_bytes())].concat()
}

fn message(version: u64, changes: &[Vec<u8>]) -> Vec<u8> {
    let variable = [field(1, b"rotate"), field(2, &dynamic(&json!(false)))].concat();
    let mut out = [number(1, version), field(2, &variable), field(14, b"1.9.8")].concat();
    out.extend(changes.iter().flat_map(|change| field(3, change)));
    out
}

fn archive(message: &[u8], sources: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, content: &[u8]| {
        writer.start_file(name, SimpleFileOptions::default()).expect("a name");
        writer.write_all(content).expect("memory takes everything");
    };
    add("tfplan", message);
    for (name, content) in sources {
        add(name, content.as_bytes());
    }
    writer.finish().expect("an archive").into_inner()
}

const MAIN: &str = "variable \"rotate\" {}\n\
                    resource \"aws_kms_key\" \"data\" {\n  enable_key_rotation = var.rotate\n}\n\
                    resource \"aws_db_instance\" \"main\" {\n  storage_encrypted = local.encrypt\n  \
                    password = \"hunter2hunter2\"\n}\n\
                    resource \"aws_iam_role_policy\" \"app\" {\n  role = \"app\"\n  \
                    policy = jsonencode({\n    Statement = [{ Effect = \"Allow\", Action = \"*\", \
                    Resource = \"*\", Sid = aws_kms_key.data.id }]\n  })\n}\n\
                    module \"queue\" {\n  source = \"./queue\"\n}\n";
const QUEUE: &str = "resource \"aws_sqs_queue\" \"jobs\" {\n  for_each = toset([\"a\"])\n  \
                     sqs_managed_sse_enabled = false\n}\n";
const MODULES: &str = r#"[{"Key":"","Dir":"."},{"Key":"queue","Source":"./queue","Dir":"queue"}]"#;

fn changes() -> Vec<Vec<u8>> {
    vec![
        created(
            "aws_kms_key.data",
            &json!({ "enable_key_rotation": false, "is_enabled": true, "id": UNKNOWN, "arn": UNKNOWN }),
            None,
        ),
        created(
            "aws_db_instance.main",
            &json!({
                "engine": "postgres", "storage_encrypted": false, "publicly_accessible": false,
                "password": "hunter2hunter2", "id": UNKNOWN,
            }),
            Some("password"),
        ),
        created(
            "aws_iam_role_policy.app",
            &json!({ "role": "app", "policy": UNKNOWN, "id": UNKNOWN }),
            None,
        ),
        created(
            "module.queue.aws_sqs_queue.jobs[\"a\"]",
            &json!({ "sqs_managed_sse_enabled": false, "policy": UNKNOWN, "id": UNKNOWN }),
            None,
        ),
        deleted("aws_cloudtrail.audit", &json!({ "name": "audit", "is_multi_region_trail": true })),
    ]
}

fn sources() -> [(&'static str, &'static str); 3] {
    [
        ("tfconfig/m-/main.tf", MAIN),
        ("tfconfig/m-queue/main.tf", QUEUE),
        ("tfconfig/modules.json", MODULES),
    ]
}

#[test]
fn the_planned_values_of_a_plan_file_are_found_where_its_sources_have_them() {
    let directory = scratch("whole");
    let bytes = archive(&message(3, &changes()), &sources());
    fs::write(directory.join("out.tfplan"), bytes).expect("a file");
    let arguments = ["check", "out.tfplan", "--no-config", "--format", "concise"];
    let output = trilith(&directory, &arguments);
    let report = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{report}{}", text(&output.stderr));
    for expected in [
        "out.tfplan/main.tf:3:25: warning[kms-key-rotation-off]",
        "out.tfplan/main.tf:6:23: error[rds-storage-unencrypted]",
        "out.tfplan/main.tf:12:47: error[iam-policy-allows-everything]",
        "out.tfplan/queue/main.tf:3:29: warning[sqs-encryption-off]",
        "[plan-deletes-detection]",
    ] {
        assert!(report.contains(expected), "{expected} in:\n{report}");
    }
    assert_eq!(report.matches("kms-key-rotation-off").count(), 1, "{report}");
    for format in ["pretty", "json", "sarif"] {
        let output = trilith(&directory, &["check", ".", "--no-config", "--format", format]);
        assert!(!text(&output.stdout).contains("hunter2"), "{format}");
    }
}

#[test]
fn a_plan_file_that_cannot_be_read_is_no_pass() {
    let good = "resource \"aws_sqs_queue\" \"jobs\" {\n  sqs_managed_sse_enabled = true\n}\n";
    for (name, message) in [
        ("newer", message(4, &[])),
        ("cut", message(3, &changes())[..60].to_vec()),
        ("empty", Vec::new()),
    ] {
        let directory = scratch(name);
        let bytes = archive(&message, &[("tfconfig/m-/main.tf", good)]);
        fs::write(directory.join("out.tfplan"), bytes).expect("a file");
        let output = trilith(&directory, &["check", ".", "--no-config"]);
        let report = text(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{name}: {report}");
        assert!(report.contains("the planned values in this plan file cannot be read"), "{report}");
        assert!(report.contains("`terraform show -json out.tfplan`"), "{report}");
    }
}

const PLAN: &str = r#"{"format_version":"1.2","terraform_version":"1.9.8","variables":{"x":{"value":"1"}},"resource_changes":[]}"#;

#[test]
fn values_for_variables_that_nothing_takes_are_refused() {
    let directory = scratch("variables");
    fs::write(directory.join("plan.json"), PLAN).expect("a file");
    fs::write(directory.join("x.tfvars"), "x = 2\n").expect("a file");
    for (option, value) in [("--var", "x=2"), ("--var-file", "x.tfvars")] {
        let output = trilith(&directory, &["check", "plan.json", "--no-config", option, value]);
        let complaint = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{complaint}");
        assert!(complaint.contains("a plan holds the values of its variables"), "{complaint}");
        assert!(output.stdout.is_empty());
        // A hook gives the files that changed, and always the same options.
        let arguments = ["check", "plan.json", "--no-config", "--report-given", option, value];
        assert_eq!(trilith(&directory, &arguments).status.code(), Some(0));
    }
    fs::write(directory.join("main.tf"), "variable \"x\" {}\n").expect("a file");
    // The module beside a plan is there to understand it, and is not evaluated by itself.
    let named = ["check", "plan.json", "--no-config", "--var", "x=2"];
    assert_eq!(trilith(&directory, &named).status.code(), Some(2));
    let all = ["check", ".", "--no-config", "--var", "x=2"];
    assert_eq!(trilith(&directory, &all).status.code(), Some(0));
    let template = scratch("template");
    fs::write(template.join("t.yaml"), "Resources:\n  T:\n    Type: AWS::SNS::Topic\n")
        .expect("a file");
    let output = trilith(&template, &["check", ".", "--no-config", "--var", "x=2"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("--var `x`: there is no Terraform module here"));
}

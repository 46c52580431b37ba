//! Templates of several files, and those of AWS SAM, as a user checks them.
#![expect(clippy::disallowed_methods, reason = "tests make files")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A fresh directory with some files.
fn directory(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&directory);
    for (name, text) in files {
        let path = directory.join(name);
        fs::create_dir_all(path.parent().expect("a file is in a directory")).expect("made");
        fs::write(path, text).expect("written");
    }
    directory
}

/// What a check of some paths says.
fn check(directory: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trilith"));
    command.arg("check").args(arguments).args(["--no-config"]);
    let output = command.current_dir(directory).output().expect("the command starts");
    assert_ne!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

const ROOT: &str = "Resources:
  Network:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./parts/network.yaml
      Parameters: {Office: 0.0.0.0/0}
";

const NETWORK: &str = "Parameters:
  Office: {Type: String, Default: 10.0.0.0/8}
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !Ref Office}
";

#[test]
fn a_template_that_is_named_is_checked_with_the_stacks_that_it_creates() {
    let files = [("root.yaml", ROOT), ("parts/network.yaml", NETWORK)];
    let directory = directory("nested-named", &files);
    let report = check(&directory, &["root.yaml", "--format", "concise"]);
    assert!(report.contains("parts/network.yaml:9:"), "{report}");
    let report = check(&directory, &["root.yaml"]);
    assert!(report.contains("nested stack `Network` is created here"), "{report}");
}

#[test]
fn a_child_is_not_checked_alone_where_its_parent_is_known() {
    let safe = ROOT.replace("0.0.0.0/0", "10.1.0.0/16");
    let open = NETWORK.replace("10.0.0.0/8", "0.0.0.0/0");
    let files = [("root.yaml", safe.as_str()), ("parts/network.yaml", open.as_str())];
    let directory = directory("nested-safe", &files);
    let report = check(&directory, &[".", "--format", "concise"]);
    assert!(!report.contains("security-group"), "the default is never used: {report}");
    let alone = check(&directory, &["parts/network.yaml", "--format", "concise"]);
    assert!(alone.contains("security-group-open-admin-port"), "{alone}");
}

#[test]
fn two_stacks_of_one_template_are_one_finding() {
    let root = format!(
        "{ROOT}  Other:
    Type: AWS::CloudFormation::Stack
    Properties: {{TemplateURL: parts/network.yaml, Parameters: {{Office: 0.0.0.0/0}}}}
"
    );
    let files = [("root.yaml", root.as_str()), ("parts/network.yaml", NETWORK)];
    let directory = directory("nested-twice", &files);
    let report = check(&directory, &["."]);
    assert_eq!(report.matches("security-group-open-admin-port").count(), 1, "{report}");
    assert!(report.contains("in 2 instances: Network.Group, Other.Group"), "{report}");
}

#[test]
fn a_missing_template_is_one_warning() {
    let directory = directory("nested-missing", &[("root.yaml", ROOT)]);
    let report = check(&directory, &["root.yaml", "--format", "concise"]);
    assert_eq!(report.matches("nested-template-missing").count(), 1, "{report}");
    assert!(report.contains("root.yaml:5:20:"), "{report}");
}

const SAM: &str = "Transform: AWS::Serverless-2016-10-31
Resources:
  Hook:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.hook
      Runtime: python3.13
      FunctionUrlConfig:
        AuthType: NONE
      Policies:
        - Statement:
            - Effect: Allow
              Action: '*'
              Resource: '*'
";

#[test]
fn a_function_of_sam_is_reported_at_its_lines_and_by_its_name() {
    let directory = directory("sam", &[("template.yaml", SAM)]);
    let report = check(&directory, &["template.yaml", "--format", "concise"]);
    let lines: Vec<&str> = report.lines().collect();
    let expected = [
        "template.yaml:9:19: error[lambda-url-without-auth]",
        // What the two together come to.
        "template.yaml:9:19: error[open-entry-to-all-data]",
        "template.yaml:13:23: error[iam-policy-allows-everything]",
    ];
    assert_eq!(lines.len(), expected.len(), "each defect once: {report}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.contains(expected), "{report}");
    }
    assert!(lines[2].contains("`Hook`"), "it is the function that is written: {report}");
    assert!(lines.iter().all(|line| line.ends_with("(Hook)")), "{report}");
}

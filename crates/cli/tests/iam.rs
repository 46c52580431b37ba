//! `trilith iam can`, `who`, and `diff` at two revisions, as a user runs them.
#![expect(clippy::disallowed_methods, reason = "tests make files")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const TEMPLATE: &str = r#"Resources:
  Assets:
    Type: AWS::S3::Bucket
  AssetsPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Assets
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {AWS: "111122223333"}, Action: "s3:GetObject", Resource: !Sub "${Assets.Arn}/*"}
  Limit:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]
  Reader:
    Type: AWS::IAM::Role
    Properties:
      RoleName: reader
      PermissionsBoundary: !Ref Limit
      AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: []}
      Policies:
        - PolicyName: reader
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Action: ["s3:Get*", "sqs:SendMessage"], Resource: "*"}
  More:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: more
      Roles: [!Ref Reader]
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Action: "s3:PutObject", Resource: "arn:aws:s3:::uploads/*"}
          - {Effect: Deny, Action: "s3:GetObjectAcl", Resource: "*"}
  Auditor:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: []}
      ManagedPolicyArns: [arn:aws:iam::aws:policy/IAMReadOnlyAccess]
"#;

fn run(directory: &Path, program: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(directory).env_remove("FORCE_COLOR");
    command.output().expect("the command starts")
}

fn trilith(directory: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = run(directory, env!("CARGO_BIN_EXE_trilith"), arguments);
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).expect("output is UTF-8"))
}

fn scratch(name: &str) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("iam-{name}"));
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).expect("the directory can be made");
    fs::write(directory.join("template.yaml"), TEMPLATE).expect("the file can be written");
    directory
}

fn can(directory: &Path, question: [&str; 3]) -> (Option<i32>, String) {
    let [who, action, resource] = question;
    trilith(directory, &["iam", "can", who, action, resource, "template.yaml"])
}

#[test]
fn all_policies_of_a_principal_decide() {
    let directory = scratch("can");
    let uploads = "arn:aws:s3:::uploads/a.txt";
    for (question, code, word) in [
        // Granted by a policy that is written apart, and by the name of the role in AWS.
        (["Reader", "s3:PutObject", uploads], 0, "yes: Reader"),
        (["reader", "s3:PutObject", uploads], 0, "yes: Reader"),
        (["arn:aws:iam::111122223333:role/reader", "s3:PutObject", uploads], 0, "yes: Reader"),
        (["Reader", "s3:PutObject", "arn:aws:s3:::assets/a.txt"], 1, "no: Reader"),
        (["Reader", "s3:GetObject", "Assets"], 0, "yes: Reader"),
        // Taken back by a `Deny` of another policy, and by the boundary.
        (["Reader", "s3:GetObjectAcl", "*"], 1, "no: Reader"),
        (["Reader", "sqs:SendMessage", "*"], 1, "no: Reader"),
        // By a policy that AWS manages.
        (["Auditor", "iam:ListUsers", "*"], 0, "yes: Auditor"),
        (["Auditor", "iam:CreateUser", "*"], 1, "no: Auditor"),
    ] {
        let (status, text) = can(&directory, question);
        assert_eq!(status, Some(code), "{question:?}: {text}");
        assert!(text.starts_with(word), "{question:?}: {text}");
    }
    let (_, text) = can(&directory, ["Reader", "s3:PutObject", uploads]);
    assert!(text.contains("allowed at template.yaml:38"), "{text}");
    let (_, text) = can(&directory, ["Reader", "s3:GetObjectAcl", "*"]);
    assert!(text.contains("denied at template.yaml:39"), "{text}");
    let (_, text) = can(&directory, ["Auditor", "iam:ListUsers", "*"]);
    assert!(text.contains("allowed at IAMReadOnlyAccess.json:"), "{text}");
}

#[test]
fn who_is_unknown_is_told() {
    let directory = scratch("unknown");
    let (status, text) = can(&directory, ["Writer", "s3:PutObject", "*"]);
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("no principal `Writer`; there is Reader, Auditor"), "{text}");
    let (status, text) = can(&directory, ["Reader", "s3:PutObject", "Nothing"]);
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("`Nothing` is neither an ARN nor a resource"), "{text}");
}

#[test]
fn whoever_may_is_listed_with_what_lets_them() {
    let directory = scratch("who");
    let who = |action: &str, resource: &str| {
        let (status, text) =
            trilith(&directory, &["iam", "who", action, resource, "template.yaml"]);
        assert_eq!(status, Some(0), "{text}");
        text
    };
    let text = who("s3:GetObject", "Assets");
    assert!(text.contains("yes    Reader (AWS::IAM::Role)"), "{text}");
    assert!(text.contains("by AssetsPolicy (s3 resource policy)"), "{text}");
    assert!(!text.contains("Auditor"), "{text}");
    let text = who("kms:Decrypt", "*");
    assert_eq!(text, "nobody: proved for the text of the policies\n");
}

#[test]
fn a_template_is_compared_at_two_revisions() {
    let directory = scratch("revisions");
    let git = |arguments: &[&str]| {
        let fixed = [
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.com",
            "-c",
            "init.defaultBranch=main",
        ];
        let output = run(&directory, "git", &[&fixed[..], arguments].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    git(&["init", "-q"]);
    git(&["add", "template.yaml"]);
    git(&["commit", "-q", "-m", "one"]);
    let wider = TEMPLATE
        .replace("Action: \"s3:PutObject\"", "Action: [\"s3:PutObject\", \"s3:DeleteObject\"]");
    fs::write(directory.join("template.yaml"), wider).expect("the file can be written");
    let diff = |range: &str| trilith(&directory, &["iam", "diff", range, "template.yaml"]);
    let gained = "s3:DeleteObject";
    let (status, text) = diff("HEAD..");
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains(gained) && text.contains("More (identity policy)"), "{text}");
    git(&["commit", "-q", "-a", "-m", "two"]);
    let (status, text) = diff("HEAD..");
    assert_eq!(status, Some(0), "{text}");
    assert!(text.contains("Not wider: proved"), "{text}");
    let (status, text) = diff("HEAD~1..HEAD");
    assert_eq!((status, text.contains(gained)), (Some(1), true), "{text}");
    // The other way round, it is lost.
    let (status, text) = diff("HEAD..HEAD~1");
    assert_eq!((status, text.contains("Loses")), (Some(0), true), "{text}");
    let (status, text) = diff("nowhere..HEAD");
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("git: fatal"), "{text}");
}

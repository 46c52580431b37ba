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
    assert!(text.contains(gained) && text.contains("Reader (identity policy)"), "{text}");
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

fn diff(directory: &Path, old: &str, new: &str) -> (Option<i32>, String) {
    fs::write(directory.join("old.yaml"), old).expect("the file can be written");
    fs::write(directory.join("new.yaml"), new).expect("the file can be written");
    trilith(directory, &["iam", "diff", "old.yaml", "new.yaml"])
}

#[test]
fn a_principal_gains_by_whatever_it_is_given() {
    let directory = scratch("principals");
    let managed = "IAMReadOnlyAccess";
    // A policy of AWS that is attached.
    let attached = TEMPLATE.replace(managed, "PowerUserAccess");
    let (status, text) = diff(&directory, TEMPLATE, &attached);
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains("Auditor (identity policy)\nGains"), "{text}");
    assert!(text.contains("PowerUserAccess.json:"), "{text}");
    // A boundary that goes.
    let unbounded = TEMPLATE.replace("      PermissionsBoundary: !Ref Limit\n", "");
    let (status, text) = diff(&directory, TEMPLATE, &unbounded);
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains("Reader (identity policy)\nGains   sqs:SendMessage"), "{text}");
    // A policy that is written elsewhere: who can tell.
    let hidden = TEMPLATE
        .replace("arn:aws:iam::aws:policy/IAMReadOnlyAccess", "arn:aws:iam::111122223333:policy/x");
    let (status, text) = diff(&directory, TEMPLATE, &hidden);
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains("Maybe   not seen: `arn:aws:iam::111122223333:policy/x`"), "{text}");
    // The same policy, written apart instead of inline, changes nothing.
    let moved = TEMPLATE
        .replace("          - {Effect: Deny, Action: \"s3:GetObjectAcl\", Resource: \"*\"}\n", "");
    let moved = moved.replace(
        "Resource: \"*\"}]\n  Reader:",
        "Resource: \"*\"}, {Effect: Deny, Action: \"s3:GetObjectAcl\", Resource: \"*\"}]\n  Reader:",
    );
    assert_ne!(moved, TEMPLATE);
    let (status, text) = diff(&directory, TEMPLATE, &moved);
    assert_eq!(status, Some(0), "{text}");
}

#[test]
fn guardrails_of_the_organization_limit_what_principals_can() {
    let directory = scratch("guardrails");
    let denies = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "s3:Put*", "Resource": "*"}}"#;
    let allows = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:*", "Resource": "*"}}"#;
    fs::write(directory.join("denies.json"), denies).expect("the file can be written");
    fs::write(directory.join("allows.json"), allows).expect("the file can be written");
    let uploads = "arn:aws:s3:::uploads/a.txt";
    let can = |level: &str, action: &str, resource: &str| {
        let arguments =
            ["iam", "can", "Reader", action, resource, "template.yaml", "--guardrails", level];
        trilith(&directory, &arguments)
    };
    let (status, text) = can("denies.json", "s3:PutObject", uploads);
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains("not allowed within denies.json"), "{text}");
    // What the level does not deny it leaves, as `FullAWSAccess` beside it does.
    assert_eq!(can("denies.json", "s3:GetObject", "*").0, Some(0));
    let (status, text) = can("allows.json", "s3:GetObject", "*");
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains("not allowed within allows.json"), "{text}");
    let (status, text) = can("template.yaml", "s3:GetObject", "*");
    assert_eq!(status, Some(0), "{text}");
    let (status, text) = can("nothing.json", "s3:GetObject", "*");
    assert_eq!(status, Some(2), "{text}");
}

#[test]
fn an_explanation_ends_in_what_the_checks_find() {
    let directory = scratch("explain");
    let policy = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["s3:GetObjct", "s3:*"], "Resource": "arn:aws:s3:::a/*"}}"#;
    fs::write(directory.join("policy.json"), policy).expect("the file can be written");
    let (status, text) = trilith(&directory, &["iam", "explain", "policy.json"]);
    assert_eq!(status, Some(0), "{text}");
    let remark = "error[INVALID_ACTION]: AWS has no action `s3:GetObjct`: did you mean `s3:GetObject`?  policy.json:1";
    assert!(text.contains(remark), "{text}");
    // Text that is no JSON may say anything.
    let broken = "Resources: {Q: {Type: 'AWS::SQS::QueuePolicy', Properties: {Queues: [q], PolicyDocument: 'no JSON'}}}";
    fs::write(directory.join("broken.yaml"), broken).expect("the file can be written");
    let (_, text) = trilith(&directory, &["iam", "explain", "broken.yaml"]);
    assert!(text.contains("whatever statements allow that cannot be read"), "{text}");
    assert!(text.contains("error[JSON_SYNTAX_ERROR]") && text.lines().count() < 8, "{text}");
    // And text that is JSON is read, wherever CloudFormation takes it.
    let text = r#"'{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "es:ESHttpGet", "Resource": "*"}}'"#;
    let domain = "{D: {Type: 'AWS::OpenSearchService::Domain', Properties: {AccessPolicies: ";
    fs::write(directory.join("domain.yaml"), format!("Resources: {domain}{text}}}}}}}"))
        .expect("the file can be written");
    let (_, text) = trilith(&directory, &["iam", "explain", "domain.yaml"]);
    assert!(text.contains("! open to strangers: es:eshttpget"), "{text}");
    // All that a role is given, at once.
    let (_, text) = trilith(&directory, &["iam", "explain", "template.yaml"]);
    assert!(text.contains("Auditor (identity policy)\n  iam: "), "{text}");
}

#[test]
fn a_trust_policy_alone_is_checked_against_a_reference() {
    let directory = scratch("trust-reference");
    let trust = |name: &str, principal: &str, action: &str| {
        let statement =
            format!(r#"{{"Effect": "Allow", "Principal": {principal}, "Action": "sts:{action}"}}"#);
        let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#);
        fs::write(directory.join(name), text).expect("the file can be written");
    };
    let reference = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}, "Action": "sts:AssumeRole"},
        {"Effect": "Allow", "Principal": "*", "NotAction": "sts:AssumeRole"}]}"#;
    fs::write(directory.join("reference.json"), reference).expect("the file can be written");
    trust("service.json", r#"{"Service": "ec2.amazonaws.com"}"#, "AssumeRole");
    let provider = r#"{"Federated": "arn:aws:iam::111122223333:oidc-provider/Mine"}"#;
    trust("federated.json", provider, "AssumeRoleWithWebIdentity");
    trust("other.json", r#"{"Service": "glue.amazonaws.com"}"#, "AssumeRole");
    trust("account.json", r#"{"AWS": "111122223333"}"#, "AssumeRole");
    for (name, code) in
        [("service.json", 0), ("federated.json", 0), ("other.json", 1), ("account.json", 1)]
    {
        let ran = trilith(&directory, &["iam", "check", name, "--against", "reference.json"]);
        assert_eq!(ran.0, Some(code), "{name}: {}", ran.1);
        assert!(!ran.1.contains("not seen"), "{name}: {}", ran.1);
    }
}

#[test]
fn a_statement_that_names_no_source_is_one_finding_for_all_its_services() {
    let directory = scratch("sourceless");
    let template = "Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {Service: [ec2.amazonaws.com, bedrock.amazonaws.com, config.amazonaws.com]}
            Action: sts:AssumeRole
";
    fs::write(directory.join("two.yaml"), template).expect("the file can be written");
    let rule = "iam-service-trust-without-source";
    let ran = trilith(&directory, &["check", "two.yaml", "--select", rule, "--no-config"]);
    assert_eq!(ran.1.matches(rule).count(), 1, "{}", ran.1);
    assert!(ran.1.contains("nor for `config.amazonaws.com`"), "{}", ran.1);
}

#[test]
fn policies_of_the_organization_that_the_configuration_names_limit_what_a_role_can_do() {
    let directory = scratch("configured-guardrails");
    let template = "Resources:
  Deployer:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: []}
      Policies:
        - PolicyName: deploy
          PolicyDocument:
            Version: '2012-10-17'
            Statement: [{Effect: Allow, Action: 'iam:CreatePolicyVersion', Resource: '*'}]
";
    fs::write(directory.join("role.yaml"), template).expect("the file can be written");
    fs::create_dir_all(directory.join(".git")).expect("the directory can be made");
    fs::create_dir_all(directory.join("scps")).expect("the directory can be made");
    let scp = |text: &str| {
        let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{text}]}}"#);
        fs::write(directory.join("scps/scp.json"), text).expect("the file can be written");
    };
    let check = || {
        let rules = "iam-privilege-escalation,lambda-administrator-role";
        let ran = trilith(&directory, &["check", "role.yaml", "--select", rules]);
        (ran.0, ran.1.contains("iam-privilege-escalation"), ran.1)
    };
    assert_eq!(check().0, Some(1), "{}", check().2);
    fs::write(directory.join("trilith.toml"), "guardrails = [\"scps\"]\n").expect("written");
    for (text, is_found) in [
        (r#"{"Effect": "Deny", "Action": "iam:*", "Resource": "*"}"#, false),
        (r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#, false),
        (r#"{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}"#, true),
        (r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#, true),
    ] {
        scp(text);
        let (code, found, said) = check();
        assert_eq!((code, found), (Some(i32::from(is_found)), is_found), "{text}: {said}");
        let question = ["Deployer", "iam:CreatePolicyVersion", "*"];
        let question = [&["iam", "can"], &question[..], &["role.yaml"]].concat();
        let (code, said) = trilith(&directory, &question);
        assert_eq!(code, Some(i32::from(!is_found)), "{text}: {said}");
    }
    fs::write(directory.join("trilith.toml"), "guardrails = [\"nowhere\"]\n").expect("written");
    assert_eq!(check().0, Some(2), "{}", check().2);
}

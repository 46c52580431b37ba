//! The command as a user runs it: exit codes, streams, formats, the sample files.
#![expect(clippy::disallowed_methods, reason = "tests make files")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn trilith(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trilith"));
    command.args(arguments).current_dir(directory).env_remove("FORCE_COLOR");
    command.output().expect("the command starts")
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A fresh directory for one test.
fn scratch(name: &str) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).expect("the directory can be made");
    directory
}

fn write(directory: &Path, name: &str, text: &str) {
    let path = directory.join(name);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).expect("the directory can be made");
    }
    fs::write(path, text).expect("the file can be written");
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("output is UTF-8")
}

const OPEN: &str = "Resources:\n  Door:\n    Type: AWS::Lambda::Url\n    Properties:\n      \
                    TargetFunctionArn: arn:aws:lambda:eu-west-1:111122223333:function:f\n      \
                    AuthType: NONE\n";
const CLOSED: &str = "Resources:\n  Door:\n    Type: AWS::Lambda::Url\n    Properties:\n      \
                      TargetFunctionArn: arn:aws:lambda:eu-west-1:111122223333:function:f\n      \
                      AuthType: AWS_IAM\n";

#[test]
fn the_samples_are_reported_at_the_right_lines() {
    let output = trilith(&root(), &["check", "testdata", "--format", "concise", "--no-config"]);
    assert_eq!(output.status.code(), Some(1));
    let report = text(&output.stdout);
    for expected in [
        "testdata/modules/site/main.tf.json:11:32: error[s3-public-policy-not-blocked]",
        "testdata/modules/site/main.tf.json:23:21: error[listener-without-tls]",
        "testdata/plans/platform.json:1:480: error[security-group-open-admin-port]",
        "testdata/plans/platform.json:1:1194: error[rds-instance-public]",
        "testdata/plans/platform.json:1:1701: error[iam-github-oidc-trust-too-wide]",
        "testdata/policies/deploy.json:13:17: error[iam-policy-allows-everything]",
        "testdata/templates/jobs.json:14:118: error[sqs-queue-public]",
        "testdata/templates/jobs.json:22:21: error[lambda-url-without-auth]",
        "testdata/templates/jobs.json:44:98: error[iam-pass-role-on-everything]",
        "testdata/templates/web.yaml:25:63: error[security-group-open-admin-port]",
        "testdata/templates/web.yaml:33:28: error[s3-public-policy-not-blocked]",
        "testdata/templates/web.yaml:46:24: error[s3-bucket-public-by-policy]",
        "testdata/templates/web.yaml:56:44: error[rds-storage-unencrypted]",
    ] {
        assert!(report.contains(expected), "no `{expected}` in\n{report}");
    }
}

#[test]
fn the_version_tells_how_old_the_data_is() {
    let short = trilith(&root(), &["-V"]);
    let version = format!("trilith {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(text(&short.stdout), version);
    let long = trilith(&root(), &["--version"]);
    let (long, code) = (text(&long.stdout), long.status.code());
    assert_eq!(code, Some(0));
    assert!(long.starts_with(&version), "{long}");
    let is_date =
        |date: &str| date.len() == 10 && date.starts_with("20") && date.split('-').count() == 3;
    let dated = |line: &&str| line.rsplit_once(" as of ").is_some_and(|(_, date)| is_date(date));
    assert_eq!(long.lines().filter(dated).count(), 2, "{long}");
}

#[test]
fn no_secret_of_a_plan_is_printed_in_any_format() {
    for format in ["pretty", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown"] {
        let output = trilith(&root(), &["check", "testdata/plans", "--format", format]);
        assert!(!text(&output.stdout).contains("hunter2"), "{format} shows the password");
        assert!(!text(&output.stderr).contains("hunter2"), "{format} shows the password");
    }
}

const FORMATS: [&str; 8] =
    ["pretty", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown"];

/// A plan with a secret in every place that a plan has for one, and findings beside them.
fn plan_with_secrets() -> serde_json::Value {
    serde_json::json!({
        "format_version": "1.2",
        "variables": { "token": { "value": "s3cret-variable" } },
        "resource_changes": [{
            "address": "aws_db_instance.db", "mode": "managed", "type": "aws_db_instance", "name": "db",
            "change": {
                "actions": ["update"],
                "before": { "password": "s3cret-before", "publicly_accessible": true },
                "before_sensitive": { "password": true },
                "after": { "engine": "mysql", "password": "s3cret-after", "publicly_accessible": true,
                           "storage_encrypted": false },
                "after_unknown": {}, "after_sensitive": { "password": true }
            }
        }, {
            "address": "aws_rds_cluster.c", "mode": "managed", "type": "aws_rds_cluster", "name": "c",
            "change": {
                "actions": ["create"], "before": null, "after_unknown": {},
                "after": { "master_password": "s3cret-unmarked", "storage_encrypted": false }
            }
        }, {
            "address": "aws_iam_policy.p", "mode": "managed", "type": "aws_iam_policy", "name": "p",
            "change": {
                "actions": ["create"], "before": null, "after_unknown": {},
                "after": { "policy": "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Sid\":\"s3cret-policy\"}]}" },
                "after_sensitive": { "policy": true }
            }
        }],
        "output_changes": {
            "out": { "actions": ["create"], "after": "s3cret-output", "after_unknown": false, "after_sensitive": true }
        },
        "configuration": { "root_module": {
            "variables": { "token": { "default": "s3cret-default", "sensitive": true } },
            "outputs": { "out": { "sensitive": true, "expression": { "references": ["var.token"] } } },
            "resources": [{
                "address": "aws_db_instance.db", "mode": "managed", "type": "aws_db_instance", "name": "db",
                "expressions": { "password": { "constant_value": "s3cret-constant" } }
            }]
        } }
    })
}

#[test]
fn what_a_plan_marks_as_sensitive_is_masked_with_and_without_its_sources() {
    let directory = scratch("secrets");
    write(&directory, "plan.json", &plan_with_secrets().to_string());
    let source = "resource \"aws_db_instance\" \"db\" {\n  engine = \"mysql\"\n  password = \"s3cret-source\"\n  \
                  publicly_accessible = true\n  storage_encrypted = false\n}\n\
                  resource \"aws_rds_cluster\" \"c\" {\n  master_password = \"s3cret-there\"\n  \
                  storage_encrypted = false\n}\n";
    for sources in [None, Some(source)] {
        if let Some(source) = sources {
            write(&directory, "main.tf", source);
        }
        for format in FORMATS {
            let arguments = ["check", "plan.json", "--format", format, "--show", "unknown"];
            let output = trilith(&directory, &arguments);
            assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
            let report = text(&output.stdout);
            assert!(report.contains("rds-instance-public"), "{format}: {report}");
            assert!(!report.contains("s3cret"), "{format} shows a secret:\n{report}");
            if ["json", "sarif", "gitlab", "rdjson"].contains(&format) {
                let parsed = serde_json::from_str::<serde_json::Value>(&report);
                assert!(parsed.is_ok(), "what is listed follows {format}:\n{report}");
            }
            assert!(!text(&output.stderr).contains("s3cret"), "{format}");
        }
        let listed = trilith(&directory, &["list", "resources", "plan.json", "--format", "json"]);
        assert!(!text(&listed.stdout).contains("s3cret"), "{}", text(&listed.stdout));
    }
}

#[test]
fn a_plan_is_reported_at_its_sources_if_they_are_there() {
    let directory = scratch("sources");
    write(&directory, "plan.json", &plan_with_secrets().to_string());
    let check = || {
        let output = trilith(&directory, &["check", "plan.json", "--format", "concise"]);
        text(&output.stdout)
    };
    assert!(check().contains("plan.json:1:"), "{}", check());
    write(
        &directory,
        "main.tf",
        "resource \"aws_db_instance\" \"db\" {\n  engine = \"mysql\"\n  publicly_accessible = true\n}\n",
    );
    assert!(check().contains("main.tf:3:25: error[rds-instance-public]"), "{}", check());
    // The module itself was not asked for.
    write(&directory, "plan.json", "{\"format_version\": \"1.2\", \"resource_changes\": []}");
    assert!(!check().contains("main.tf"), "{}", check());
}

#[test]
fn a_plan_is_reported_in_the_modules_that_its_sources_call() {
    let directory = scratch("module-sources");
    let plan = serde_json::json!({
        "format_version": "1.2",
        "resource_changes": [{
            "address": "module.m.aws_db_instance.db", "module_address": "module.m",
            "mode": "managed", "type": "aws_db_instance", "name": "db",
            "change": {
                "actions": ["create"], "before": null, "after_unknown": {},
                "after": { "engine": "mysql", "publicly_accessible": true, "storage_encrypted": false }
            }
        }],
        "configuration": { "root_module": { "module_calls": { "m": {
            "source": "./m", "expressions": { "encrypted": { "constant_value": false } },
            "module": { "resources": [{
                "address": "aws_db_instance.db", "mode": "managed", "type": "aws_db_instance", "name": "db",
                "expressions": { "publicly_accessible": { "constant_value": true } }
            }] }
        } } } }
    });
    write(&directory, "plan.json", &plan.to_string());
    write(&directory, "main.tf", "module \"m\" {\n  source = \"./m\"\n  encrypted = false\n}\n");
    let child = "variable \"encrypted\" {\n  type = bool\n}\n\
                 resource \"aws_db_instance\" \"db\" {\n  publicly_accessible = true\n  \
                 storage_encrypted = var.encrypted\n}\n";
    write(&directory, "m/main.tf", child);
    let output = trilith(&directory, &["check", "plan.json", "--format", "concise"]);
    let report = text(&output.stdout);
    assert!(report.contains("m/main.tf:5:25: error[rds-instance-public]"), "{report}");
    assert!(report.contains("m/main.tf:6:23: error[rds-storage-unencrypted]"), "{report}");
    assert!(!report.contains("plan.json:"), "{report}");
}

#[test]
fn the_output_is_the_same_on_one_and_on_many_threads() {
    for format in ["sarif", "json", "concise"] {
        let on = |threads: &str| {
            trilith(&root(), &["check", "testdata", "rules", "--format", format, "-j", threads])
        };
        assert_eq!(on("1").stdout, on("4").stdout, "{format}");
    }
}

#[test]
fn a_clean_run_exits_with_0_and_does_not_say_fail() {
    let directory = scratch("clean");
    write(&directory, "t.yaml", CLOSED);
    let output = trilith(&directory, &["check", "t.yaml"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    let report = text(&output.stdout);
    assert!(report.starts_with("Nothing to report: 1 file, 1 resource"), "{report}");
    assert!(!report.to_lowercase().contains("fail"), "{report}");
}

#[test]
fn findings_exit_with_1_unless_below_the_threshold() {
    let directory = scratch("threshold");
    write(&directory, "t.yaml", OPEN);
    let code = |arguments: &[&str]| trilith(&directory, arguments).status.code();
    assert_eq!(code(&["check", "t.yaml"]), Some(1));
    assert_eq!(code(&["check", "t.yaml", "--format", "sarif"]), Some(1));
    assert_eq!(code(&["check", "t.yaml", "--exit-zero"]), Some(0));
    assert_eq!(code(&["check", "t.yaml", "--ignore", "lambda-*"]), Some(0));
    assert_eq!(code(&["check", "t.yaml", "--select", "CKV_AWS_258"]), Some(1));
}

#[test]
fn a_key_whose_secret_is_kept_encrypted_weighs_less() {
    let directory = scratch("access-key");
    let key = "resource \"aws_iam_access_key\" \"k\" {\n  user = \"u\"\n";
    write(&directory, "plain/main.tf", &format!("{key}}}\n"));
    write(&directory, "pgp/main.tf", &format!("{key}  pgp_key = \"keybase:u\"\n}}\n"));
    let report = |path: &str| {
        let select = ["--select", "iam-access-key-in-template", "--format", "concise"];
        text(&trilith(&directory, &[&["check", path], &select[..]].concat()).stdout)
    };
    assert!(report("plain").contains("main.tf:1:1: error["), "{}", report("plain"));
    assert!(report("pgp").contains("main.tf:1:1: warning["), "{}", report("pgp"));
    assert!(report("pgp").contains("the state holds its secret, encrypted"), "{}", report("pgp"));
}

/// A network of which everything lets the internet in, but for the rules of the security group.
const PUBLIC: &str = r"Resources:
  Gateway: {Type: AWS::EC2::InternetGateway}
  Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: vpc-1}}
  Out:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}
  Public:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: vpc-1, CidrBlock: 10.0.0.0/24, MapPublicIpOnLaunch: true}
  Association:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {SubnetId: !Ref Public, RouteTableId: !Ref Table}
  Host:
    Type: AWS::EC2::Instance
    Properties: {ImageId: ami-1, SubnetId: !Ref Public, SecurityGroupIds: [!Ref Group]}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: open
      VpcId: vpc-1
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}
";

fn report_on(name: &str, rule: &str, source: &str) -> String {
    let directory = scratch(name);
    let file = if source.starts_with("Resources") { "t.yaml" } else { "main.tf" };
    write(&directory, file, source);
    text(&trilith(&directory, &["check", ".", "--select", rule]).stdout)
}

#[test]
fn the_widest_way_in_is_named() {
    let rule = "internet-reaches-resource";
    let report = report_on("way-in", rule, PUBLIC);
    assert!(report.contains("reaches `Host` on port 22 (SSH)"), "{report}");
    let wider = format!("{PUBLIC}        - {{IpProtocol: -1, CidrIp: 0.0.0.0/0}}\n");
    let report = report_on("widest-way-in", rule, &wider);
    assert!(report.contains("reaches `Host` on every port"), "{report}");
}

#[test]
fn a_group_that_only_load_balancers_are_in_weighs_less() {
    let group = "Resources:\n  Group:\n    Type: AWS::EC2::SecurityGroup\n    Properties:\n      \
                 GroupDescription: all\n      SecurityGroupIngress: [{IpProtocol: -1, CidrIp: 0.0.0.0/0}]\n";
    let balancer = "  Balancer:\n    Type: AWS::ElasticLoadBalancingV2::LoadBalancer\n    Properties:\n      \
                    SecurityGroups: [!Ref Group]\n";
    let host =
        "  Host:\n    Type: AWS::EC2::Instance\n    Properties: {SecurityGroupIds: [!Ref Group]}\n";
    let report = |name: &str, parts: &[&str]| {
        let source = [&[group], parts].concat().concat();
        report_on(name, "security-group-open-all-ports", &source)
    };
    assert!(report("group-alone", &[]).contains("error["));
    let balancers = report("group-of-balancers", &[balancer]);
    assert!(balancers.contains("warning[security-group-open-all-ports]"), "{balancers}");
    assert!(balancers.contains("answers on the ports of its listeners"), "{balancers}");
    assert!(report("group-of-both", &[balancer, host]).contains("error["));
    let output = "Outputs:\n  Group: {Value: !Ref Group, Export: {Name: group}}\n";
    assert!(report("group-of-others", &[balancer, output]).contains("error["));
}

#[test]
fn an_output_cannot_print_a_secret_that_is_kept_encrypted() {
    let key =
        "resource \"aws_iam_access_key\" \"k\" {\n  user = \"u\"\n  pgp_key = \"keybase:u\"\n}\n";
    let output = "output \"secret\" {\n  value = aws_iam_access_key.k.secret\n}\n";
    let report = report_on("printed-key", "iam-access-key-in-template", &format!("{key}{output}"));
    assert!(report.contains("warning[iam-access-key-in-template]"), "{report}");
    assert!(!report.contains("prints its secret"), "{report}");
}

#[test]
fn a_classic_load_balancer_is_not_told_to_redirect() {
    let source = "Resources:\n  Old:\n    Type: AWS::ElasticLoadBalancing::LoadBalancer\n    Properties:\n      \
                  Listeners: [{LoadBalancerPort: \"80\", InstancePort: \"80\", Protocol: HTTP}]\n";
    let report = report_on("classic", "listener-without-tls", source);
    assert!(report.contains("a certificate in `SSLCertificateId`"), "{report}");
    assert!(!report.contains("redirect"), "{report}");
}

#[test]
fn listeners_weigh_less_where_the_load_balancer_is_internal() {
    let severity = |scheme: &str, rule: &str| {
        let source = format!(
            "Resources:\n  B:\n    Type: AWS::ElasticLoadBalancingV2::LoadBalancer\n    Properties: {{Scheme: {scheme}}}\n  \
             T:\n    Type: AWS::ElasticLoadBalancingV2::Listener\n    Properties: {{LoadBalancerArn: !Ref B, Protocol: HTTPS}}\n  \
             P:\n    Type: AWS::ElasticLoadBalancingV2::Listener\n    Properties: {{LoadBalancerArn: !Ref B, Protocol: HTTP}}\n"
        );
        let report = report_on(&format!("{scheme}-{rule}"), rule, &source);
        report.split('[').next().unwrap_or_default().to_owned()
    };
    for rule in ["listener-without-tls", "listener-tls-policy-outdated"] {
        assert_eq!(severity("internet-facing", rule), "error", "{rule}");
        assert_eq!(severity("internal", rule), "warning", "{rule}");
    }
}

#[test]
fn what_reaches_less_weighs_less() {
    let severity = |name: &str, rule: &str, kind: &str, properties: &str| {
        let source = format!("Resources:\n  R:\n    Type: {kind}\n    Properties: {properties}\n");
        let report = report_on(name, rule, &source);
        report.split('[').next().unwrap_or_default().to_owned()
    };
    let devices = |name: &str, resource: &str| {
        let statement = format!("{{Effect: Allow, Action: 'iot:*', Resource: '{resource}'}}");
        let properties = format!("{{PolicyDocument: {{Statement: [{statement}]}}}}");
        severity(name, "iot-policy-allows-every-action", "AWS::IoT::Policy", &properties)
    };
    assert_eq!(devices("iot-all", "*"), "error");
    assert_eq!(devices("iot-client", "arn:aws:iot:eu-west-1:111122223333:client/a"), "error");
    assert_eq!(devices("iot-topic", "arn:aws:iot:eu-west-1:111122223333:topic/a"), "note");
    let cors = |name: &str, auth: &str| {
        let properties = format!(
            "{{TargetFunctionArn: f, AuthType: {auth}, Cors: {{AllowCredentials: true, AllowOrigins: ['*']}}}}"
        );
        severity(name, "lambda-url-cors-open", "AWS::Lambda::Url", &properties)
    };
    assert_eq!(cors("cors-none", "NONE"), "error");
    assert_eq!(cors("cors-iam", "AWS_IAM"), "note");
}

#[test]
fn instances_of_a_module_are_one_finding_even_where_others_stand_between() {
    let directory = scratch("modules-between");
    let group = "variable \"family\" {}\nresource \"aws_db_parameter_group\" \"g\" {\n  family = var.family\n}\n";
    write(&directory, "m/main.tf", group);
    let call = |(name, family): (&str, &str)| {
        format!("module \"{name}\" {{\n  source = \"./m\"\n  family = \"{family}\"\n}}\n")
    };
    let calls = [("a", "mysql8.0"), ("b", "postgres13"), ("c", "mysql8.0"), ("d", "postgres12")];
    write(&directory, "main.tf", &calls.map(call).concat());
    let report =
        text(&trilith(&directory, &["check", ".", "--select", "rds-tls-not-required"]).stdout);
    assert_eq!(report.matches("[rds-tls-not-required]").count(), 2, "{report}");
    assert!(report.contains("set the parameter `rds.force_ssl` to 1"), "{report}");
    assert!(report.contains("set the parameter `require_secure_transport` to ON"), "{report}");
}

#[test]
fn a_fix_is_said_as_the_file_says_it() {
    let directory = scratch("fix-title");
    write(&directory, "main.tf", "resource \"aws_eks_cluster\" \"c\" {\n  name = \"c\"\n}\n");
    let select = ["fix", ".", "--select", "eks-audit-logs-off"];
    let report = text(&trilith(&directory, &select).stdout);
    assert!(report.contains("add audit, authenticator to `enabled_cluster_log_types`"), "{report}");
}

#[test]
fn what_cannot_be_done_exits_with_2_and_one_line() {
    let directory = scratch("failures");
    write(&directory, "t.yaml", OPEN);
    write(&directory, "notes.json", "{\"a\": 1}");
    write(&directory, "bad.toml", "selct = []\n");
    write(&directory, "policies/mine/rule.md", "---\nseverity: high\n---\n# x\n\nY.\n");
    for (arguments, expected) in [
        (&["check", "absent.yaml"][..], "absent.yaml: no such file"),
        (&["check", "notes.json"][..], "no CloudFormation, Terraform or IAM file in notes.json"),
        (&["check", "t.yaml", "--select", "s3-bukket"][..], "no rule is called `s3-bukket`"),
        (&["check", "t.yaml", "--config", "bad.toml"][..], "selct"),
        (&["check", "t.yaml", "--format", "prose"][..], "prose"),
        (&["explain", "nothing-like-it"][..], "no rule is called `nothing-like-it`"),
    ] {
        let output = trilith(&directory, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", text(&output.stdout));
        let error = text(&output.stderr);
        assert!(error.contains(expected), "{arguments:?}: {error}");
        assert!(output.stdout.is_empty(), "{arguments:?}: {}", text(&output.stdout));
    }
    // A broken policy does not take the findings of the others with it.
    let output = trilith(&directory, &["check", "t.yaml", "--rules", "policies"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("policies/mine/rule.md"), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("lambda-url-without-auth"));
}

#[test]
fn a_broken_file_is_a_finding_and_the_others_are_checked() {
    let directory = scratch("broken");
    write(&directory, "a.yaml", "Resources:\n  A:\n    Type: AWS::S3::Bucket\n   B: [oops\n");
    write(&directory, "b.yaml", OPEN);
    write(&directory, "compose.yml", "services:\n  web:\n    image: nginx\n");
    let output = trilith(&directory, &["check", ".", "--format", "concise"]);
    assert_eq!(output.status.code(), Some(1));
    let report = text(&output.stdout);
    assert!(report.contains("a.yaml:4:"), "{report}");
    assert!(report.contains("unreadable-file"), "{report}");
    assert!(report.contains("b.yaml:6:17: "), "{report}");
}

#[test]
fn a_hook_passes_over_what_is_no_template() {
    let directory = scratch("hook");
    write(&directory, "compose.yml", "services:\n  web:\n    image: nginx\n");
    write(&directory, "t.yaml", OPEN);
    let code = |arguments: &[&str]| trilith(&directory, arguments).status.code();
    assert_eq!(code(&["check", "--report-given", "compose.yml"]), Some(0));
    assert_eq!(code(&["check", "--report-given", "compose.yml", "t.yaml"]), Some(1));
}

#[test]
fn a_hook_sees_the_whole_module_and_reports_the_given_file() {
    let directory = scratch("module");
    write(&directory, "a.tf", "resource \"aws_sns_topic\" \"t\" {\n  name = \"t\"\n}\n");
    write(
        &directory,
        "b.tf",
        "resource \"aws_lambda_function_url\" \"u\" {\n  function_name      = \"f\"\n  \
         authorization_type = \"NONE\"\n}\n",
    );
    let code = |name: &str| trilith(&directory, &["check", "--report-given", name]).status.code();
    assert_eq!(code("a.tf"), Some(0));
    assert_eq!(code("b.tf"), Some(1));
}

#[test]
fn standard_input_is_checked_under_the_name_given() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trilith"));
    command.args(["check", "-", "--stdin-filename", "stack.yaml", "--format", "concise"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(OPEN.as_bytes()).expect("the pipe takes it");
    drop(input);
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).starts_with("stack.yaml:6:17: "), "{}", text(&output.stdout));
}

#[test]
fn rules_of_the_user_run_beside_the_others() {
    let directory = scratch("own");
    write(&directory, "t.yaml", CLOSED);
    write(
        &directory,
        "policies/door-without-name/rule.md",
        "---\nseverity: high\nconfidence: high\nresources: [AWS::Lambda::Url]\npractices: []\n\
         since: 1.0.0\nfix: remove it\n---\n# A door\n\nDoors are not allowed here.\n",
    );
    write(
        &directory,
        "policies/door-without-name/rule.rego",
        "package door\n\ndeny contains {\"path\": \"AuthType\", \"message\": \"a door\"} if {\n\t\
         input.type == \"AWS::Lambda::Url\"\n}\n",
    );
    let arguments = ["check", "t.yaml", "--rules", "policies", "--format", "concise"];
    let output = trilith(&directory, &arguments);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let report = text(&output.stdout);
    assert!(report.contains("t.yaml:6:17: error[door-without-name] a door (Door)"), "{report}");
    write(&directory, "policies/door-without-name/rule.rego", "package door\n\ndeny contains {");
    let output = trilith(&directory, &arguments);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("door-without-name"), "{}", text(&output.stderr));
}

#[test]
fn rules_and_resources_can_be_listed_and_explained() {
    let rules = trilith(&root(), &["list", "rules", "--format", "json"]);
    let rules: serde_json::Value = serde_json::from_slice(&rules.stdout).expect("JSON");
    assert!(rules.as_array().is_some_and(|rules| rules.len() >= 30));
    let explained = trilith(&root(), &["explain", "CKV_AWS_258"]);
    assert!(text(&explained.stdout).contains("lambda-url-without-auth"));
    let resources =
        trilith(&root(), &["list", "resources", "testdata/templates", "--format", "json"]);
    let graph: serde_json::Value = serde_json::from_slice(&resources.stdout).expect("JSON");
    let edges = graph["edges"].as_array().expect("edges");
    assert!(edges.iter().any(|edge| edge["kind"] == "AttachedTo"), "{edges:?}");
    let script = trilith(&root(), &["completions", "bash"]);
    assert!(text(&script.stdout).contains("_trilith"));
}

const SHELL: &str = "Parameters:\n  Range: {Type: String, Default: 10.0.0.0/8}\n  \
                     Env: {Type: String, Default: dev, AllowedValues: [dev, prod]}\nConditions:\n  \
                     IsDev: !Equals [!Ref Env, dev]\nResources:\n  Shell:\n    \
                     Type: AWS::EC2::SecurityGroup\n    Metadata: {'aws:cdk:path': Shop/Shell/Resource}\n    \
                     Properties:\n      GroupDescription: x\n      SecurityGroupIngress:\n        \
                     - !If\n          - IsDev\n          - {IpProtocol: tcp, FromPort: 22, ToPort: 22, \
                     CidrIp: !Ref Range}\n          - !Ref AWS::NoValue\n";

/// Checks `SHELL` with further arguments.
fn check_shell(name: &str, arguments: &[&str]) -> Output {
    let directory = scratch(name);
    write(&directory, "shell.yaml", SHELL);
    let list = r#"[{"ParameterKey": "Range", "ParameterValue": "0.0.0.0/0"}]"#;
    write(&directory, "list.json", list);
    write(&directory, "pipeline.json", r#"{"Parameters": {"Range": "0.0.0.0/0", "Env": "prod"}}"#);
    let sam = "version = 0.1\n[default.deploy.parameters]\n\
               parameter_overrides = \"Range=\\\"0.0.0.0/0\\\" Env=dev\"\n";
    write(&directory, "samconfig.toml", sam);
    let select = ["check", "shell.yaml", "--no-config", "--select=security-group-open-admin-port"];
    trilith(&directory, &[&select[..], arguments].concat())
}

#[test]
fn given_parameters_decide_what_is_found() {
    for (arguments, expected) in [
        (&[][..], 0),
        (&["--parameters", "Range=0.0.0.0/0"][..], 1),
        (&["--parameter-file", "list.json"], 1),
        (&["--parameter-file", "samconfig.toml"], 1),
        // The other arm of the condition.
        (&["--parameter-file", "pipeline.json"], 0),
        // The command line wins over a file.
        (&["--parameters", "Env=dev", "--parameter-file", "pipeline.json"], 1),
        (&["--parameter-file", "list.json", "--parameters", "AWS::Region=eu-west-1"], 1),
    ] {
        let output = check_shell("given_parameters", arguments);
        assert_eq!(output.status.code(), Some(expected), "{arguments:?}: {}", text(&output.stderr));
    }
    let report = text(&check_shell("given_parameters", &["--parameter-file", "list.json"]).stdout);
    assert!(report.contains("only when `IsDev` is true (`Env` is `dev`)"), "{report}");
    assert!(report.contains("value given for parameter `Range`"), "{report}");
    assert!(report.contains("Shell (AWS::EC2::SecurityGroup), construct Shop/Shell/Resource"));
}

#[test]
fn a_parameter_that_cannot_be_given_is_refused() {
    for (argument, expected) in [
        (
            "--parameters=Rang=x",
            "--parameters: no template declares a parameter `Rang`; there are `Env`, `Range`",
        ),
        ("--parameters=Env=test", "parameter `Env` cannot be `test`; it allows `dev`, `prod`"),
        ("--parameters=Env", "`Env`: write it as NAME=VALUE"),
        ("--parameter-file=none.json", "none.json"),
    ] {
        let output = check_shell("refused_parameters", &[argument]);
        assert_eq!(output.status.code(), Some(2), "{argument}");
        let said = text(&output.stderr);
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn the_way_of_a_value_is_in_every_format_that_programs_read() {
    let given = ["--parameters", "Range=0.0.0.0/0", "--format"];
    let steps =
        ["chosen where `IsDev` is true", "condition `IsDev`", "value given for parameter `Range`"];
    let json = check_shell("way", &[&given[..], &["json"]].concat());
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    let finding = &json["diagnostics"][0];
    assert_eq!(finding["construct"], "Shop/Shell/Resource");
    let related = finding["related"].as_array().expect("a list");
    let found: Vec<_> = related.iter().map(|step| step["message"].as_str().unwrap()).collect();
    assert_eq!(found, steps);
    assert_eq!(related[2]["span"]["start"]["line"], 2);
    let sarif = check_shell("way", &[&given[..], &["sarif"]].concat());
    let sarif: serde_json::Value = serde_json::from_slice(&sarif.stdout).expect("SARIF");
    let related = &sarif["runs"][0]["results"][0]["relatedLocations"];
    let found: Vec<_> = (0..3).map(|at| related[at]["message"]["text"].as_str().unwrap()).collect();
    assert_eq!(found, steps);
    assert_eq!(related[2]["physicalLocation"]["region"]["startLine"], 2);
}

#[test]
fn a_repository_says_which_accounts_and_tags_are_its_own() {
    let directory = scratch("settings");
    write(
        &directory,
        "main.tf",
        "resource \"aws_ami_launch_permission\" \"a\" {\n  image_id   = \"ami-1\"\n  account_id = \
         \"111122223333\"\n}\n\nresource \"aws_ami_launch_permission\" \"b\" {\n  image_id   = \
         \"ami-1\"\n  account_id = \"444455556666\"\n}\n\nresource \"aws_sqs_queue\" \"q\" {\n  \
         tags = { owner = \"shop\", class = \"secret\" }\n}\n",
    );
    let select = ["--select", "ami-shared,resource-without-owner,data-without-classification"];
    let check = |configuration: &str| {
        write(&directory, "trilith.toml", configuration);
        let output = trilith(&directory, &["check", "--format", "concise", select[0], select[1]]);
        text(&output.stdout)
    };
    let silent = check("");
    assert!(silent.contains("main.tf:3:16: warning[ami-shared]"), "{silent}");
    assert!(silent.contains("main.tf:8:16: warning[ami-shared]"), "{silent}");
    assert!(!silent.contains("without"), "{silent}");
    let spoken = check(
        "accounts = [\"111122223333\"]\n[tags]\nrequired = [\"owner\", \"stage\"]\n\
         [classification]\ntag = \"class\"\nvalues = [\"public\", \"internal\"]\n",
    );
    assert!(!spoken.contains("main.tf:3:16"), "{spoken}");
    assert!(spoken.contains("main.tf:8:16: error[ami-shared]"), "{spoken}");
    assert!(spoken.contains("`q` has no tag `stage`"), "{spoken}");
    assert!(spoken.contains("main.tf:12:36: warning[data-without-classification]"), "{spoken}");
}

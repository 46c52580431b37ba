//! Findings that differ between the ways in which the conditions of a template come out.

use trilith::analyse::{Input, analyse};
use trilith::builtin::BUILT_IN;
use trilith_graph::{Diagnostic, Severity};
use trilith_parser::Options;
use trilith_rules::{Rule, evaluate};

fn findings(rule: &str, template: &str) -> Vec<Diagnostic> {
    findings_in("t.yaml", rule, template)
}

fn findings_in(file: &str, rule: &str, text: &str) -> Vec<Diagnostic> {
    let analysis = analyse(vec![Input::new(file, text)], &Options::default());
    let rules: Vec<&Rule> = BUILT_IN.iter().filter(|built_in| built_in.id() == rule).collect();
    evaluate(&analysis.graph, &rules).diagnostics
}

/// An Aurora cluster that says nothing is worth a note about its age, other databases are plain.
fn database(engine_if: &str) -> String {
    format!(
        "\
Parameters: {{Kind: {{Type: String, AllowedValues: [a, b]}}}}
Conditions: {{IsA: !Equals [!Ref Kind, a]}}
Resources:
  Db:
    Type: AWS::RDS::DBInstance
    Properties: {{Engine: !If [IsA, {engine_if}]}}
"
    )
}

#[test]
fn the_worst_scenario_tells_how_bad_a_finding_is() {
    for (engines, milder) in [("mysql, aurora-mysql", "b"), ("aurora-mysql, mysql", "a")] {
        let found = findings("rds-storage-unencrypted", &database(engines));
        let [only] = found.as_slice() else { panic!("one finding, not {found:?}") };
        assert_eq!(only.severity, Severity::High, "{engines}");
        assert_eq!(only.only_when, None, "{engines}");
        let holds = milder == "a";
        let note = format!("the severity is info when `IsA` is {holds} (`Kind` is `{milder}`)");
        assert_eq!(only.notes, [note]);
    }
}

#[test]
fn one_that_is_as_bad_everywhere_says_so_once() {
    let found = findings("rds-storage-unencrypted", &database("mysql, postgres"));
    let [only] = found.as_slice() else { panic!("one finding, not {found:?}") };
    assert!(only.notes.is_empty() && only.only_when.is_none(), "{only:?}");
}

/// A table whose recovery depends on a condition, and a bucket with an ACL for everybody.
fn module(condition: &str, bucket: &str) -> String {
    format!(
        "\
resource \"aws_kms_key\" \"k\" {{}}
data \"aws_caller_identity\" \"me\" {{}}
resource \"aws_dynamodb_table\" \"t\" {{
  name = \"t\"
  point_in_time_recovery {{ enabled = {condition} ? true : false }}
}}
resource \"aws_s3_bucket\" \"b\" {{
  count = 1
  acl   = \"public-read\"
}}
resource \"aws_s3_bucket_public_access_block\" \"b\" {{
  bucket                  = {bucket}
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}}
"
    )
}

#[test]
fn what_a_resource_is_known_by_is_neither_null_nor_empty() {
    let rule = "dynamodb-without-point-in-time-recovery";
    for condition in [
        "aws_kms_key.k.arn != null",
        "\"${aws_kms_key.k.id}\" != \"\"",
        "(aws_kms_key.k != null)",
        "(try(aws_kms_key.k.arn, null) != null)",
        "(coalesce(aws_kms_key.k.arn, \"x\") != null)",
        "data.aws_caller_identity.me.account_id != \"\"",
    ] {
        let found = findings_in("main.tf", rule, &module(condition, "aws_s3_bucket.b[0].id"));
        assert!(found.is_empty(), "{condition}: {found:?}");
    }
    let open = module("aws_kms_key.k.description != null", "aws_s3_bucket.b[0].id");
    assert_eq!(findings_in("main.tf", rule, &open).len(), 1);
}

#[test]
fn a_part_is_found_however_its_parent_is_spelled() {
    for bucket in [
        "join(\"\", aws_s3_bucket.b[*].id)",
        "join(\"\", aws_s3_bucket.b.*.bucket)",
        "format(\"%s\", aws_s3_bucket.b[0].id)",
        "\"${aws_s3_bucket.b[0].id}\"",
        "one(aws_s3_bucket.b[*].id)",
        "try(aws_s3_bucket.b[0].id, \"\")",
    ] {
        let found = findings_in("main.tf", "s3-bucket-public-acl", &module("true", bucket));
        assert!(found.is_empty(), "{bucket}: {found:?}");
    }
}

#[test]
fn a_plan_that_does_not_know_a_policy_says_nothing_of_its_grammar() {
    let bucket = |name: &str| {
        format!(
            r#"{{"address": "aws_s3_bucket.{name}", "mode": "managed", "type": "aws_s3_bucket", "name": "{name}",
  "change": {{"actions": ["create"], "before": null, "after": {{}}, "after_unknown": {{"arn": true, "id": true}}}}}}"#
        )
    };
    let plan = format!(
        r#"{{"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": [{}, {},
 {{"address": "aws_iam_policy.p", "mode": "managed", "type": "aws_iam_policy", "name": "p",
  "change": {{"actions": ["create"], "before": null, "after": {{"name": "p"}}, "after_unknown": {{"policy": true}}}}}}],
 "configuration": {{"root_module": {{"resources": [
  {{"address": "aws_iam_policy.p", "mode": "managed", "type": "aws_iam_policy", "name": "p", "expressions": {{"policy":
   {{"references": ["aws_s3_bucket.a.arn", "aws_s3_bucket.a", "aws_s3_bucket.b.arn", "aws_s3_bucket.b"]}}}}}}]}}}}}}"#,
        bucket("a"),
        bucket("b")
    );
    assert!(findings_in("plan.json", "iam-policy-malformed", &plan).is_empty());
}

#[test]
fn a_policy_that_is_passed_on_as_an_object_is_seen() {
    let module = "\
data \"aws_iam_policy_document\" \"all\" {
  statement {
    actions   = [\"*\"]
    resources = [\"*\"]
  }
}
locals { doc = data.aws_iam_policy_document.all }
resource \"aws_iam_policy\" \"p\" { policy = local.doc.json }
";
    assert_eq!(findings_in("main.tf", "iam-policy-allows-everything", module).len(), 1);
}

#[test]
fn a_policy_file_that_a_resource_takes_is_judged_there_alone() {
    let module = "resource \"aws_iot_policy\" \"p\" { policy = file(\"./p.json\") }\n";
    let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iot:Connect",
  "Resource": "arn:aws:iot:eu-west-1:111122223333:client/${iot:Connection.Thing.ThingName}", "Principal": "*"}]}"#;
    let inputs = vec![Input::new("main.tf", module), Input::new("p.json", policy)];
    let analysis = analyse(inputs, &Options::default());
    let addresses = analysis.graph.resources().map(|(_, resource)| resource.address.to_string());
    assert_eq!(addresses.collect::<Vec<_>>(), ["aws_iot_policy.p"]);
}

/// A template with one topic.
const CHILD: &str = "Resources:\n  T:\n    Type: AWS::SNS::Topic\n";

/// How many topics there are.
fn topics(inputs: Vec<Input>) -> usize {
    let analysis = analyse(inputs, &Options::default());
    let resources = analysis.graph.resources();
    resources.filter(|(_, it)| &*it.resource_type == "AWS::SNS::Topic").count()
}

#[test]
fn every_stack_of_many_templates_is_looked_at() {
    let parent = "\
Resources:
  Child:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ./child.yaml}
";
    let inputs = (0..257).flat_map(|at| {
        let file = |name: &str, text: &str| Input::new(format!("{at}/{name}.yaml"), text);
        [file("parent", parent), file("child", CHILD)]
    });
    assert_eq!(topics(inputs.collect()), 257);
}

#[test]
fn a_stack_beyond_the_limit_is_looked_at_alone() {
    let stacks = (0..257).map(|at| {
        format!("  C{at}:\n    Type: AWS::CloudFormation::Stack\n    Properties: {{TemplateURL: ./{at}.yaml}}\n")
    });
    let parent = format!("Resources:\n{}", stacks.collect::<String>());
    let children = (0..257).map(|at| Input::new(format!("{at}.yaml"), CHILD));
    let inputs = children.chain([Input::new("parent.yaml", parent)]).collect();
    assert_eq!(topics(inputs), 257);
}

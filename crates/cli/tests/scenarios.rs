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

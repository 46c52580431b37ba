//! The same rule in three languages says the same, in CloudFormation and in Terraform.

use std::collections::BTreeSet;

use trilith::analyse::{Input, analyse};
use trilith_parser::Options;
use trilith_rules::prelude::*;
use trilith_rules::{NativePredicate, Predicate, Rule, evaluate};

/// A rule: type, property, message, Guard condition, Rego condition, native predicate.
struct Case {
    resource_type: &'static str,
    path: &'static str,
    message: &'static str,
    guard: &'static str,
    rego: &'static str,
    native: NativePredicate,
}

const CASES: [Case; 5] = [
    Case {
        resource_type: "AWS::S3::Bucket",
        path: "VersioningConfiguration/Status",
        message: "versioning is suspended",
        guard: "!= 'Suspended'",
        rego: "value == \"Suspended\"",
        native: |view, findings| {
            let path = "VersioningConfiguration/Status";
            report(view, findings, view.get(path).is("Suspended"), path, "versioning is suspended");
        },
    },
    Case {
        resource_type: "AWS::RDS::DBInstance",
        path: "PubliclyAccessible",
        message: "the instance is public",
        guard: "IN [false, 'false']",
        rego: "trilith.is_true(value)",
        native: |view, findings| {
            let path = "PubliclyAccessible";
            report(view, findings, view.get(path).is_true(), path, "the instance is public");
        },
    },
    Case {
        resource_type: "AWS::Lambda::Url",
        path: "AuthType",
        message: "anyone may call it",
        guard: "!= 'NONE'",
        rego: "value == \"NONE\"",
        native: |view, findings| {
            report(
                view,
                findings,
                view.get("AuthType").is("NONE"),
                "AuthType",
                "anyone may call it",
            );
        },
    },
    Case {
        resource_type: "AWS::KMS::Key",
        path: "EnableKeyRotation",
        message: "the key is never rotated",
        guard: "IN [true, 'true']",
        rego: "trilith.is_false(value)",
        native: |view, findings| {
            let path = "EnableKeyRotation";
            report(view, findings, view.get(path).is_false(), path, "the key is never rotated");
        },
    },
    Case {
        resource_type: "AWS::Redshift::Cluster",
        path: "Encrypted",
        message: "the cluster is not encrypted",
        guard: "IN [true, 'true']",
        rego: "trilith.is_false(value)",
        native: |view, findings| {
            let path = "Encrypted";
            report(view, findings, view.get(path).is_false(), path, "the cluster is not encrypted");
        },
    },
];

fn report(view: &View<'_>, findings: &mut Findings<'_>, holds: Tri, path: &str, message: &str) {
    let id = view.id();
    findings.when(holds, || Finding::new(id, path, message));
}

impl Case {
    fn rules(&self) -> [Rule; 3] {
        let page = |_: &str| {
            format!(
                "---\nseverity: medium\nconfidence: high\nresources: [{}]\npractices: []\nsince: 0.1.0\nfix: none\n\
                 ---\n# A rule\n\nA sentence.\n",
                self.resource_type
            )
        };
        let rego = format!(
            "package r\n\nimport data.trilith\n\ndeny contains {{\"message\": \"{}\", \"path\": \"{1}\"}} if {{\n  \
             value := trilith.property(input, \"{1}\")\n  {2}\n}}\n\n\
             deny contains {{\"message\": \"{0}\", \"path\": \"{1}\"}} if not trilith.known(input, \"{1}\")\n",
            self.message, self.path, self.rego
        );
        let dotted = self.path.replace('/', ".");
        let guard = format!(
            "rule r when Resources.*[ Type == '{0}' ] !empty {{\n  \
             Resources.*[ Type == '{0}' Properties.{dotted} exists ].Properties.{dotted} {1} << {2} >>\n}}\n",
            self.resource_type, self.guard, self.message
        );
        let rule =
            |id: &str, predicate| Rule::from_folder(id, page(id), predicate).expect("a rule");
        [
            rule("native", Predicate::Native(self.native)),
            rule("rego", Predicate::Rego(rego.into())),
            rule("guard", Predicate::Guard(guard.into())),
        ]
    }
}

const TEMPLATE: &str = "
Parameters:
  Unknown: {Type: String}
  Stage: {Type: String, AllowedValues: [prod, test]}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Bad:
    Type: AWS::S3::Bucket
    Properties: {VersioningConfiguration: {Status: Suspended}}
  Good:
    Type: AWS::S3::Bucket
    Properties: {VersioningConfiguration: {Status: Enabled}}
  Absent: {Type: AWS::S3::Bucket}
  Open:
    Type: AWS::S3::Bucket
    Properties: {VersioningConfiguration: {Status: !Ref Unknown}}
  Sometimes:
    Type: AWS::S3::Bucket
    Properties: {VersioningConfiguration: {Status: !If [IsProd, Enabled, Suspended]}}
  Database:
    Type: AWS::RDS::DBInstance
    Properties: {PubliclyAccessible: 'true'}
  Private:
    Type: AWS::RDS::DBInstance
    Properties: {PubliclyAccessible: false}
  Door:
    Type: AWS::Lambda::Url
    Properties: {AuthType: NONE, TargetFunctionArn: x}
  Key:
    Type: AWS::KMS::Key
    Properties: {EnableKeyRotation: false}
  Cluster:
    Type: AWS::Redshift::Cluster
    Properties: {Encrypted: false}
";

const MODULE: &str = "
variable \"unknown\" {}
resource \"aws_s3_bucket\" \"bad\" {}
resource \"aws_s3_bucket_versioning\" \"bad\" {
  bucket = aws_s3_bucket.bad.id
  versioning_configuration { status = \"Suspended\" }
}
resource \"aws_db_instance\" \"public\" { publicly_accessible = true }
resource \"aws_db_instance\" \"open\" { publicly_accessible = var.unknown }
resource \"aws_db_instance\" \"private\" { publicly_accessible = false }
resource \"aws_lambda_function_url\" \"door\" {
  function_name      = \"f\"
  authorization_type = \"NONE\"
}
resource \"aws_kms_key\" \"key\" { enable_key_rotation = false }
resource \"aws_redshift_cluster\" \"cluster\" {
  cluster_identifier = \"c\"
  encrypted          = false
}
";

/// What a rule says, without its own name.
fn said(rule: &Rule, file: &str, text: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let analysis = analyse(vec![Input::new(file, text)], &Options::default());
    assert_eq!(analysis.diagnostics.len(), 0, "{:?}", analysis.diagnostics);
    let outcome = evaluate(&analysis.graph, &[rule]);
    assert!(outcome.broken.is_empty(), "{:?}", outcome.broken);
    let found = outcome.diagnostics.iter().map(|diagnostic| {
        let at = analysis.sources.start(diagnostic.primary.span);
        let subject = diagnostic.subject.as_ref().expect("a resource");
        format!(
            "{}:{} {} {} {} ({:?})",
            at.line,
            at.column,
            subject.address,
            subject.path,
            diagnostic.message,
            diagnostic.only_when
        )
    });
    let undecided = outcome.undecided.iter().map(|one| format!("{} {}", one.address, one.path));
    (found.collect(), undecided.collect())
}

#[test]
fn three_languages_say_the_same_of_two_formats() {
    let mut found = 0;
    let mut undecided = 0;
    for case in &CASES {
        for (file, text) in [("template.yaml", TEMPLATE), ("main.tf", MODULE)] {
            let [native, rego, guard] = case.rules();
            let expected = said(&native, file, text);
            assert!(!expected.0.is_empty(), "{}: nothing is found in {file}", case.path);
            assert_eq!(said(&rego, file, text), expected, "Rego: {} in {file}", case.path);
            assert_eq!(said(&guard, file, text), expected, "Guard: {} in {file}", case.path);
            found += expected.0.len();
            undecided += expected.1.len();
        }
    }
    assert_eq!((found, undecided), (11, 2));
}

//! Policies written for conftest, unchanged.

use std::fs;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{check, directory};

const TEMPLATE: &str = "Resources:\n  Logs:\n    Type: AWS::S3::Bucket\n    Properties:\n      \
                        BucketName: !Sub '${AWS::StackName}-logs'\n  Data:\n    Type: AWS::S3::Bucket\n";
const MODULE: &str = "resource \"aws_s3_bucket\" \"logs\" {\n  bucket = \"logs\"\n}\n\n\
                      resource \"aws_s3_bucket\" \"data\" {\n  bucket = var.name\n  tags   = { team = \"x\" }\n}\n";

#[test]
fn a_template_is_seen_in_its_long_form_and_messages_lead_to_resources() {
    let policy = "package main\n\ndeny[msg] {\n  some id\n  bucket := input.Resources[id]\n  \
                  bucket.Type == \"AWS::S3::Bucket\"\n  not bucket.Properties.BucketName[\"Fn::Sub\"]\n  \
                  msg := sprintf(\"bucket %s has no name\", [id])\n}\n\nwarn[msg] {\n  input.Resources\n  msg := \"a template\"\n}\n";
    let place = directory("template", &[("policies/p.rego", policy), ("t.yaml", TEMPLATE)]);
    let ran = check(&place, &["--select", "main-*", "t.yaml"]);
    assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
    assert_eq!(
        ran.out,
        "t.yaml:1:1: note[main-warn] a template\n\
         t.yaml:6:3: error[main-deny] bucket Data has no name (Data)\n"
    );
    assert!(ran.err.contains("policies/p.rego: read as Rego v0"), "{}", ran.err);
    let warned = check(&place, &["--select", "main-warn", "t.yaml"]);
    assert_eq!(warned.code, Some(0), "a warning does not fail a run: {}", warned.out);
}

#[test]
fn a_module_is_seen_in_the_shape_of_hcl2() {
    let policy = "package main\n\ndeny contains {\"msg\": msg, \"resource\": name} if {\n  \
                  some name, buckets in input.resource.aws_s3_bucket\n  some bucket in buckets\n  \
                  not bucket.tags.team\n  msg := \"no team\"\n}\n\nviolation contains {\"msg\": m, \"path\": p} if {\n  \
                  some name, i\n  input.resource.aws_s3_bucket[name][i].bucket == \"${var.name}\"\n  \
                  m := \"a name from a variable\"\n  p := [\"resource\", \"aws_s3_bucket\", name, i, \"bucket\"]\n}\n";
    let place = directory("module", &[("policies/p.rego", policy), ("main.tf", MODULE)]);
    let ran = check(&place, &["--select", "main-*", "main.tf"]);
    assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
    assert_eq!(
        ran.out,
        "main.tf:1:1: error[main-deny] no team (aws_s3_bucket.logs)\n\
         main.tf:6:12: error[main-violation] a name from a variable (aws_s3_bucket.data)\n"
    );
}

#[test]
fn a_module_can_be_seen_in_the_shape_of_hcl1() {
    let policy = "package main\n\ndeny contains msg if {\n  some name\n  \
                  bucket := input.resource[_].aws_s3_bucket[_][name][_]\n  bucket.tags[_].team == \"x\"\n  \
                  msg := sprintf(\"%s is of a team\", [name])\n}\n";
    let place = directory("hcl1", &[("policies/p.rego", policy), ("main.tf", MODULE)]);
    let older = check(&place, &["--select", "main-*", "--parser", "hcl1", "main.tf"]);
    assert_eq!(
        older.out, "main.tf:5:1: error[main-deny] data is of a team (aws_s3_bucket.data)\n",
        "{}",
        older.err
    );
    let newer = check(&place, &["--select", "main-*", "--parser", "hcl2", "main.tf"]);
    assert_eq!(newer.out, "", "{}", newer.err);
}

/// OPA passes over what has no members, and takes a name of the body around until a comprehension
/// declares its own: so do the policies of conftest's own examples.
#[test]
fn what_opa_takes_is_taken() {
    let policy = "package main\n\ndeny contains msg if {\n  some id\n  some tag in input.Resources[id].Properties.Tags\n  \
                  msg := sprintf(\"%s has a tag %s\", [id, tag.Key])\n}\n\n\
                  warn contains msg if {\n  name := input.Resources[_].Properties.BucketName\n  \
                  same := [name | some i; input.Resources[i].Properties.BucketName == name; name := i]\n  \
                  count(same) > 1\n  msg := sprintf(\"%s twice: %s\", [name, concat(\", \", same)])\n}\n";
    let template = "Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: x\n      \
                    Tags: none\n  B:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: x\n      \
                    Tags: [{Key: k, Value: v}]\n";
    let place = directory("opa", &[("policies/p.rego", policy), ("t.yaml", template)]);
    let ran = check(&place, &["--select", "main-*", "t.yaml"]);
    assert_eq!(
        ran.out,
        "t.yaml:2:3: note[main-warn] x twice: A, B (A)\n\
         t.yaml:7:3: error[main-deny] B has a tag k (B)\n",
        "{}",
        ran.err
    );
}

#[test]
fn exceptions_accept_what_they_name() {
    let policy = "package main\n\ndeny_name contains \"no name\" if not input.name\n\n\
                  deny_kind contains \"no kind\" if not input.kind\n\n\
                  exception contains rules if {\n  input.Resources\n  rules := [\"name\"]\n}\n";
    let place = directory("exception", &[("policies/p.rego", policy), ("t.yaml", TEMPLATE)]);
    let ran = check(&place, &["--select", "main-*", "t.yaml"]);
    assert_eq!(ran.out, "t.yaml:1:1: error[main-deny-kind] no kind\n", "{}", ran.err);
    assert!(ran.err.contains("1 waived") || ran.err.contains("1 finding waived"), "{}", ran.err);
}

#[test]
fn data_and_namespaces_are_given_on_the_command_line() {
    let policy = "package team.names\n\nimport data.allowed\nimport data.lib\n\n\
                  deny contains msg if {\n  kind := input.kind\n  not kind in allowed.kinds\n  \
                  msg := lib.say(kind)\n}\n";
    let library = "package lib\n\nsay(kind) := sprintf(\"%s is not allowed\", [kind])\n";
    let place = directory(
        "data",
        &[
            ("policies/p.rego", policy),
            ("policies/lib/say.rego", library),
            ("data/kinds.yaml", "allowed:\n  kinds: [a, b]\n"),
            ("x.yaml", "kind: a\n---\nkind: c\n"),
        ],
    );
    let arguments = ["--select", "team-*", "--data", "data", "--namespace", "team.names", "x.yaml"];
    let ran = check(&place, &arguments);
    assert_eq!(ran.out, "x.yaml:3:1: error[team-names] c is not allowed\n", "{}", ran.err);
    let without = check(&place, &["--select", "team-*", "--data", "data", "x.yaml"]);
    assert_eq!(without.code, Some(2));
    let missing = check(&place, &["--namespace", "team.names", "x.yaml"]);
    assert_eq!(missing.code, Some(2));
    assert!(missing.err.contains("no file has the package `allowed`"), "{}", missing.err);
}

#[test]
fn documents_can_be_combined() {
    let policy = "package main\n\ndeny contains msg if {\n  some one, other in input\n  one.path < other.path\n  \
                  one.contents.name == other.contents.name\n  msg := sprintf(\"%s twice\", [one.contents.name])\n}\n";
    let place = directory(
        "combine",
        &[("policies/p.rego", policy), ("a.yaml", "name: x\n"), ("b.yaml", "name: x\n")],
    );
    let policy =
        policy.replace("some one, other in input", "some one in input\n  some other in input");
    fs::write(place.join("policies/p.rego"), policy).expect("written");
    let ran = check(&place, &["--select", "main-*", "--combine", "a.yaml", "b.yaml"]);
    assert_eq!(ran.out, "a.yaml:1:1: error[main-deny] x twice\n", "{}", ran.err);
}

#[test]
fn a_bundle_is_read_from_disk() {
    let place = directory("bundle", &[("t.yaml", TEMPLATE)]);
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (path, text) in [
        (".manifest", r#"{"roots": ["main", "names"]}"#),
        ("names/data.json", r#"{"wanted": ["Logs"]}"#),
        (
            "main/p.rego",
            "package main\nimport data.names\ndeny contains msg if {\n  some id, _ in input.Resources\n  \
             not id in names.wanted\n  msg := sprintf(\"%s is not wanted\", [id])\n}\n",
        ),
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append_data(&mut header, path, text.as_bytes()).expect("appended");
    }
    let bytes = builder.into_inner().and_then(GzEncoder::finish).expect("an archive");
    fs::write(place.join("p.tar.gz"), bytes).expect("written");
    let arguments = [
        "check",
        "--no-config",
        "--format",
        "concise",
        "--rules",
        "p.tar.gz",
        "--select",
        "main-*",
        "t.yaml",
    ];
    let ran = super::trilith(&place, &arguments);
    assert_eq!(ran.out, "t.yaml:6:3: error[main-deny] Data is not wanted (Data)\n", "{}", ran.err);
}

#[test]
fn a_whole_graph_is_seen_by_address() {
    let policy = "# METADATA\n# title: Buckets without a policy\n# custom:\n#   id: bucket-without-policy\n\
                  #   severity: medium\n#   input: graph\npackage org.buckets\n\nimport data.trilith\n\n\
                  deny contains {\"msg\": msg, \"resource\": bucket} if {\n  some bucket in input.resources\n  \
                  bucket.type == \"AWS::S3::Bucket\"\n  count(trilith.attached(bucket, \"AWS::S3::BucketPolicy\")) == 0\n  \
                  msg := sprintf(\"`%s` has no policy\", [bucket.name])\n}\n";
    let template = format!(
        "{TEMPLATE}  Policy:\n    Type: AWS::S3::BucketPolicy\n    Properties:\n      Bucket: !Ref Logs\n      \
         PolicyDocument: {{Statement: []}}\n"
    );
    let place = directory("graph", &[("policies/p.rego", policy), ("t.yaml", &template)]);
    let ran = check(&place, &["--select", "bucket-without-policy", "t.yaml"]);
    assert_eq!(
        ran.out, "t.yaml:6:3: warning[bucket-without-policy] `Data` has no policy (Data)\n",
        "{}",
        ran.err
    );
}

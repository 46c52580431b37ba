//! Policies that Terraform makes of blocks.

use serde_json::json;
use trilith_graph::{Flags, Part, Reason, ValueKind};

use crate::support::{addresses, find, hcl, module, modules, plan, resource, under, written};

#[test]
fn a_deferred_policy_is_rebuilt_from_its_blocks() {
    let root = plan(&json!({
        "format_version": "1.2",
        "resource_changes": [
            { "address": "data.aws_iam_policy_document.d", "mode": "data", "type": "aws_iam_policy_document", "name": "d",
              "change": { "actions": ["read"], "before": null,
                "after": { "override_policy_documents": null, "policy_id": null, "source_policy_documents": null, "version": null,
                    "statement": [{ "sid": null, "effect": null, "actions": ["s3:*"], "resources": [null],
                        "principals": [{ "type": "AWS", "identifiers": ["*"] }], "condition": [] }] },
                "after_unknown": { "id": true, "json": true, "statement": [{ "actions": [false], "resources": [true],
                    "principals": [{ "identifiers": [false] }], "condition": [] }] } } },
            { "address": "aws_s3_bucket.b", "mode": "managed", "type": "aws_s3_bucket", "name": "b",
              "change": { "actions": ["create"], "after": {}, "after_unknown": { "id": true, "arn": true } } },
            { "address": "aws_s3_bucket_policy.p", "mode": "managed", "type": "aws_s3_bucket_policy", "name": "p",
              "change": { "actions": ["create"], "after": {}, "after_unknown": { "bucket": true, "policy": true } } }
        ],
        "configuration": { "root_module": { "resources": [
            { "address": "data.aws_iam_policy_document.d", "mode": "data", "expressions": { "statement": [{
                "actions": { "constant_value": ["s3:*"] },
                "resources": { "references": ["aws_s3_bucket.b.arn", "aws_s3_bucket.b"] }
            }] } },
            { "address": "aws_s3_bucket_policy.p", "expressions": {
                "bucket": { "references": ["aws_s3_bucket.b.id", "aws_s3_bucket.b"] },
                "policy": { "references": ["data.aws_iam_policy_document.d.json", "data.aws_iam_policy_document.d"] }
            } }
        ] } }
    }));
    assert_eq!(
        resource(&root, "aws_s3_bucket_policy.p").1,
        json!({
            "Bucket": { "Ref": "aws_s3_bucket.b" },
            "PolicyDocument": { "Statement": [{
                "Action": "s3:*", "Resource": { "Fn::GetAtt": ["aws_s3_bucket.b", "Arn"] }, "Principal": { "AWS": "*" }
            }] }
        })
    );
}

#[test]
fn a_policy_block_in_a_module_is_the_policy_it_makes() {
    let text = json!({
        "data": { "aws_iam_policy_document": {
            "base": { "statement": { "sid": "a", "actions": ["s3:GetObject"], "resources": ["*"] } },
            "d": {
                "source_policy_documents": ["${data.aws_iam_policy_document.base.json}"],
                "statement": [{
                    "effect": "Deny", "actions": ["s3:*"], "resources": ["${aws_s3_bucket.b.arn}/*", "&{aws:username}"],
                    "principals": { "type": "*", "identifiers": ["*"] },
                    "condition": { "test": "Bool", "variable": "aws:SecureTransport", "values": ["false"] }
                }]
            }
        } },
        "resource": { "aws_s3_bucket": { "b": {} }, "aws_s3_bucket_policy": { "p": {
            "bucket": "${aws_s3_bucket.b.id}", "policy": "${data.aws_iam_policy_document.d.json}"
        } } }
    })
    .to_string();
    let root = module(&text);
    let (_, properties) = resource(&root, "aws_s3_bucket_policy.p");
    assert_eq!(
        properties["PolicyDocument"],
        json!({ "Statement": [
        { "Sid": "a", "Action": "s3:GetObject", "Resource": "*" },
        { "Effect": "Deny", "Action": "s3:*",
          "Resource": [{ "Fn::Sub": "${aws_s3_bucket.b.Arn}/*" }, "${aws:username}"], "Principal": "*",
          "Condition": { "Bool": { "aws:SecureTransport": "false" } } }
    ] })
    );
    let policy = find(&root, "aws_s3_bucket_policy.p");
    let effect = policy.properties.path("PolicyDocument/Statement/1/Effect");
    assert_eq!(under(&text, effect.span), "\"Deny\"");
    let default = policy.properties.path("PolicyDocument/Statement/0/Effect");
    assert!(default.flags.has(Flags::SCHEMA_DEFAULT));
}

#[test]
fn policies_that_continue_each_other_in_a_circle_end() {
    let root = module(
        &json!({
            "data": { "aws_iam_policy_document": {
                "a": { "source_policy_documents": ["${data.aws_iam_policy_document.b.json}"] },
                "b": { "source_policy_documents": ["${data.aws_iam_policy_document.a.json}"],
                       "statement": { "actions": ["*"] } }
            } },
            "resource": { "aws_iam_policy": { "p": { "policy": "${data.aws_iam_policy_document.a.json}" } } }
        })
        .to_string(),
    );
    let statements =
        find(&root, "aws_iam_policy.p").properties.path("PolicyDocument/Statement").clone();
    assert!(statements.flags.has(Flags::OPEN));
    assert_eq!(written(&statements), json!([{ "Action": "*" }]));
}

#[test]
fn a_policy_in_a_text_keeps_its_places_around_holes() {
    let policy = r#"{"Statement": [{"Action": "s3:${var.verb}", "Resource": "${aws_s3_bucket.b.arn}/*", "Principal": ${jsonencode(var.who)}, "NotAction": "$${x}"}]}"#;
    let text = json!({
        "variable": { "verb": { "default": "Get*" }, "who": {} },
        "resource": { "aws_s3_bucket": { "b": {} }, "aws_s3_bucket_policy": { "p": { "bucket": "x", "policy": policy } } }
    })
    .to_string();
    let root = module(&text);
    let document = find(&root, "aws_s3_bucket_policy.p").properties.get("PolicyDocument").clone();
    let at = |path: &str| document.path(path).clone();
    assert_eq!(at("Statement/0/Action").as_str(), Some("s3:Get*"));
    assert_eq!(
        written(&at("Statement/0/Resource")),
        json!({ "Fn::Sub": "${aws_s3_bucket.b.Arn}/*" })
    );
    assert!(matches!(at("Statement/0/Principal").kind, ValueKind::Unknown(_)));
    assert_eq!(at("Statement/0/NotAction").as_str(), Some("${x}"));
    // Between holes, escapes of JSON make the place as coarse as the text around it.
    assert!(under(&text, at("Statement/0/Action").span).contains("s3:${var.verb}"));
    assert!(under(&text, at("Statement/0/Resource").span).contains("${aws_s3_bucket.b.arn}/*"));
}

/// A document with one statement.
fn document(name: &str, statement: &str) -> String {
    format!(
        "data \"aws_iam_policy_document\" \"{name}\" {{\n  statement {{\n{statement}\n  }}\n}}\n"
    )
}

#[test]
fn a_document_that_nothing_takes_stands_for_what_it_becomes() {
    let everything = r#"actions = ["*"]
resources = ["*"]"#;
    let principal = "principals {\n type = \"AWS\"\n identifiers = [\"*\"]\n }";
    let text = [
        document("free", everything),
        document("handed_on", everything),
        document("trust", &format!("actions = [\"sts:AssumeRole\"]\n{principal}")),
        document("bucket", &format!("actions = [\"s3:GetObject\"]\n{principal}")),
        document("taken", everything),
        document("local", everything),
        r#"
resource "aws_iam_policy" "p" {
  policy = data.aws_iam_policy_document.taken.json
}
locals {
  policy = data.aws_iam_policy_document.local.json
}
module "elsewhere" {
  source = "terraform-aws-modules/iam/aws//modules/iam-policy"
  policy = data.aws_iam_policy_document.handed_on.json
}
output "policy" {
  value = data.aws_iam_policy_document.free.json
}
"#
        .to_owned(),
    ]
    .concat();
    let root = hcl(&text);
    let all = addresses(&root);
    let stand_ins: Vec<&str> =
        all.iter().map(|one| &**one).filter(|one| one.starts_with("data.")).collect();
    assert_eq!(
        stand_ins,
        [
            "data.aws_iam_policy_document.free",
            "data.aws_iam_policy_document.handed_on",
            "data.aws_iam_policy_document.trust",
        ]
    );
    let policy = find(&root, "data.aws_iam_policy_document.handed_on");
    assert_eq!(&*policy.resource_type, "AWS::IAM::ManagedPolicy");
    assert!(policy.properties.flags.has(Flags::OPEN) && policy.flags.has(Flags::OPEN));
    assert_eq!(
        written(policy.properties.path("PolicyDocument/Statement")),
        json!([{ "Action": "*", "Resource": "*" }])
    );
    let role = find(&root, "data.aws_iam_policy_document.trust");
    assert_eq!(&*role.resource_type, "AWS::IAM::Role");
    assert!(role.properties.get("AssumeRolePolicyDocument").is_present().is_true());
}

#[test]
fn what_a_module_puts_out_is_taken_by_its_caller() {
    let child = [
        document("d", "actions = [\"*\"]\nresources = [\"*\"]"),
        "output \"json\" {\n  value = data.aws_iam_policy_document.d.json\n}\n".to_owned(),
    ]
    .concat();
    let caller = "module \"child\" {\n  source = \"./child\"\n}\n\
                  resource \"aws_iam_policy\" \"p\" {\n  policy = module.child.json\n}\n";
    let parsed = modules(&[("dir/main.tf", caller), ("dir/child/main.tf", &child)]);
    let root = &parsed.roots[0];
    assert!(!addresses(root).iter().any(|address| address.contains("data.")), "{root:?}");
}

#[test]
fn the_partition_is_there_where_something_else_is_tried_too() {
    let root = hcl(r#"
variable "create" { default = true }
data "aws_partition" "current" { count = var.create ? 1 : 0 }
locals { partition = try(data.aws_partition.current[0].partition, "") }
resource "aws_iam_role_policy_attachment" "read" {
  role       = "reader"
  policy_arn = "arn:${local.partition}:iam::aws:policy/ReadOnlyAccess"
}
"#);
    let attachment = find(&root, "aws_iam_role_policy_attachment.read");
    let mut texts = Vec::new();
    attachment.properties.walk(&mut |_, value| {
        if let ValueKind::Template(parts) = &value.kind {
            let hole = parts.iter().find_map(|part| match part {
                Part::Hole(hole) => Some(hole.kind.clone()),
                Part::Text(_) => None,
            });
            texts.push(hole);
        }
    });
    let [Some(ValueKind::Unknown(Reason::Pseudo(name)))] = texts.as_slice() else {
        panic!("{texts:?}");
    };
    assert_eq!(&**name, "AWS::Partition");
}

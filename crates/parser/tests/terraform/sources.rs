//! A plan and the sources that it was made of.

use serde_json::{Value as Json, json};
use trilith_graph::{Flags, Root, SourceFile, SourceId, SourceMap, Value};
use trilith_parser::terraform::{MadeOf, Project, TerraformFile, lower_plan_of, plan_tree};

use crate::support::{find, written};

const PLAN: SourceId = SourceId(0);
const SOURCE: SourceId = SourceId(1);

fn fused(plan: &Json, source: &str) -> Root {
    let text = plan.to_string();
    let parsed = plan_tree(PLAN, &text);
    let mut sources = SourceMap::new();
    sources.add(SourceFile::new("plan.json", &*text));
    assert_eq!(sources.add(SourceFile::new("main.tf", source)), SOURCE);
    let file = TerraformFile::parse(&sources, SOURCE);
    assert_eq!(file.diagnostics().count(), 0);
    let project = Project::new(vec![file]);
    let made_of = MadeOf { sources: &sources, project: &project, root: "." };
    let document = parsed.tree.documents()[0];
    let (root, diagnostics) = lower_plan_of(&parsed.tree, document, "plan.json", Some(made_of));
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    root
}

/// The text of the source that a value is at.
fn at<'s>(source: &'s str, value: &Value) -> &'s str {
    assert_eq!(value.span.source, SOURCE, "{value:?}");
    &source[value.span.start as usize..value.span.end as usize]
}

fn change(address: &str, after: Json, unknown: Json) -> Json {
    let (kind, name) = address.split_once('.').expect("type and name");
    let (name, index) = match name.split_once('[') {
        Some((name, key)) => (name, serde_json::from_str(key.trim_end_matches(']')).ok()),
        None => (name, None::<Json>),
    };
    let mut change = json!({
        "address": address, "mode": "managed", "type": kind, "name": name,
        "change": { "actions": ["create"], "after": after, "after_unknown": unknown }
    });
    if let Some(index) = index {
        change["index"] = index;
    }
    change
}

fn document(changes: &[Json], resources: Json) -> Json {
    json!({
        "format_version": "1.2", "resource_changes": changes,
        "configuration": { "root_module": { "resources": resources } }
    })
}

#[test]
fn values_are_where_the_source_has_them() {
    let source = "resource \"aws_db_instance\" \"d\" {\n  engine = \"postgres\"\n  \
                  storage_encrypted = false\n  tags = { Team = \"blue\" }\n}\n";
    let after = json!({ "engine": "postgres", "storage_encrypted": false, "multi_az": false,
                        "tags": { "Team": "blue" } });
    let root =
        fused(&document(&[change("aws_db_instance.d", after, json!({}))], json!([])), source);
    let database = find(&root, "aws_db_instance.d");
    assert_eq!(at(source, database.properties.get("StorageEncrypted")), "false");
    assert_eq!(at(source, database.properties.path("Tags/0/Value")), "\"blue\"");
    // What the provider decided is nowhere written: the block stands for it.
    let header = "resource \"aws_db_instance\" \"d\"";
    assert_eq!(at(source, database.properties.get("MultiAZ")), header);
    assert_eq!(database.span.source, SOURCE);
}

#[test]
fn blocks_of_a_set_are_found_in_any_order() {
    let source = "resource \"aws_security_group\" \"g\" {\n  \
        ingress {\n    from_port = 22\n    to_port = 22\n    protocol = \"tcp\"\n    cidr_blocks = [\"10.0.0.0/8\"]\n  }\n  \
        ingress {\n    from_port = 443\n    to_port = 443\n    protocol = \"tcp\"\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n}\n";
    let rule = |port: u16, cidr: &str| json!({ "from_port": port, "to_port": port, "protocol": "tcp", "cidr_blocks": [cidr], "self": false });
    let after = json!({ "ingress": [rule(443, "0.0.0.0/0"), rule(22, "10.0.0.0/8")] });
    let root =
        fused(&document(&[change("aws_security_group.g", after, json!({}))], json!([])), source);
    let rules = find(&root, "aws_security_group.g").properties.get("SecurityGroupIngress").clone();
    let world = rules.items().iter().find(|rule| rule.get("CidrIp").as_str() == Some("0.0.0.0/0"));
    let cidr = world.expect("the open rule").get("CidrIp");
    assert_eq!(at(source, cidr), "\"0.0.0.0/0\"");
    assert!(cidr.span.start as usize > source.find("443").expect("the second block"));
}

#[test]
fn the_source_tells_what_an_unknown_policy_is_made_of() {
    let source = "resource \"aws_sqs_queue\" \"q\" {\n  name = \"q\"\n}\n\
        resource \"aws_sqs_queue_policy\" \"p\" {\n  queue_url = aws_sqs_queue.q.id\n  \
        policy = jsonencode({\n    Statement = [{ Effect = \"Allow\", Principal = \"*\", \
        Action = \"sqs:*\", Resource = aws_sqs_queue.q.arn }]\n  })\n}\n";
    let changes = [
        change("aws_sqs_queue.q", json!({ "name": "q" }), json!({ "id": true, "arn": true })),
        change("aws_sqs_queue_policy.p", json!({}), json!({ "policy": true, "queue_url": true })),
    ];
    let refers = |name: &str| json!({ "references": [format!("aws_sqs_queue.q.{name}"), "aws_sqs_queue.q"] });
    let resources = json!([{
        "address": "aws_sqs_queue_policy.p",
        "expressions": { "policy": refers("arn"), "queue_url": refers("id") }
    }]);
    let root = fused(&document(&changes, resources), source);
    let policy = find(&root, "aws_sqs_queue_policy.p").properties.get("PolicyDocument").clone();
    let statement = policy.path("Statement/0");
    assert_eq!(
        written(statement.get("Resource")),
        json!({ "Fn::GetAtt": ["aws_sqs_queue.q", "Arn"] })
    );
    assert_eq!(at(source, statement.get("Principal")), "\"*\"");
}

#[test]
fn a_known_policy_has_the_places_of_the_expression_that_made_it() {
    let source = "variable \"action\" {\n  default = \"s3:Get*\"\n}\n\
        resource \"aws_iam_policy\" \"p\" {\n  policy = jsonencode({\n    Version = \"2012-10-17\"\n    \
        Statement = [{ Effect = \"Allow\", Resource = \"*\", Action = var.action }]\n  })\n}\n";
    let policy = r#"{"Statement":[{"Action":"iam:*","Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}"#;
    let mut plan =
        document(&[change("aws_iam_policy.p", json!({ "policy": policy }), json!({}))], json!([]));
    plan["variables"] = json!({ "action": { "value": "iam:*" } });
    let root = fused(&plan, source);
    let statement =
        find(&root, "aws_iam_policy.p").properties.path("PolicyDocument/Statement/0").clone();
    // The plan is the truth, whatever the default is.
    assert_eq!(statement.get("Action").as_str(), Some("iam:*"));
    assert_eq!(at(source, statement.get("Action")), "var.action");
    assert_eq!(at(source, statement.get("Resource")), "\"*\"");
}

#[test]
fn what_the_plan_knows_is_never_replaced() {
    let source = "resource \"aws_db_instance\" \"d\" {\n  engine = \"mysql\"\n  publicly_accessible = false\n  \
        password = \"stale\"\n}\n";
    let changes = [change(
        "aws_db_instance.d",
        json!({ "publicly_accessible": true }),
        json!({ "engine": true, "password": true }),
    )];
    let root = fused(&document(&changes, json!([])), source);
    let database = find(&root, "aws_db_instance.d");
    assert_eq!(database.properties.get("PubliclyAccessible").as_bool(), Some(true));
    assert_eq!(at(source, database.properties.get("PubliclyAccessible")), "false");
    // A literal cannot be known after apply: the source is not the one of the plan.
    assert!(database.properties.get("Engine").is_unknown());
}

#[test]
fn every_instance_has_the_place_of_its_block() {
    let source = "resource \"aws_kms_key\" \"k\" {\n  for_each = var.unknown\n  enable_key_rotation = false\n}\n\
        variable \"unknown\" {}\n";
    let one = |key: &str| {
        change(
            &format!("aws_kms_key.k[\"{key}\"]"),
            json!({ "enable_key_rotation": false }),
            json!({}),
        )
    };
    let root = fused(&document(&[one("a"), one("b")], json!([])), source);
    for address in ["aws_kms_key.k[\"a\"]", "aws_kms_key.k[\"b\"]"] {
        let rotation = find(&root, address).properties.get("EnableKeyRotation").clone();
        assert_eq!(at(source, &rotation), "false");
    }
}

#[test]
fn a_secret_is_masked_in_the_source_too() {
    let source = "resource \"aws_db_instance\" \"d\" {\n  password = \"hunter2\"\n}\n";
    let mut one = change("aws_db_instance.d", json!({ "password": "hunter2" }), json!({}));
    one["change"]["after_sensitive"] = json!({ "password": true });
    let root = fused(&document(&[one], json!([])), source);
    let password = find(&root, "aws_db_instance.d").properties.get("MasterUserPassword").clone();
    assert!(password.flags.has(Flags::SENSITIVE));
    assert!(root.sensitive.contains(&password.span));
    assert_eq!(at(source, &password), "\"hunter2\"");
}

#[test]
fn a_broken_or_foreign_source_changes_nothing() {
    let source = "resource \"aws_kms_key\" \"other\" {\n  enable_key_rotation = true\n}\n";
    let changes = [change("aws_kms_key.k", json!({ "enable_key_rotation": false }), json!({}))];
    let root = fused(&document(&changes, json!([])), source);
    assert_eq!(find(&root, "aws_kms_key.k").span.source, PLAN);
}

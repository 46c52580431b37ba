//! Nothing that can be written makes reading fail or last.

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use trilith_graph::SourceId;
use trilith_parser::terraform::{lower_plan, plan_tree, synthetic};

use crate::support::{addresses, find, module, modules};

/// Reads a text as both, whatever it is.
fn read(text: &str) {
    let parsed = plan_tree(SourceId(0), text);
    if let Some(document) = parsed.tree.documents().first() {
        let (root, _) = lower_plan(&parsed.tree, *document, "plan.json");
        std::hint::black_box(root);
    }
    std::hint::black_box(modules(&[("dir/main.tf.json", text)]));
}

#[test]
fn a_plan_may_end_anywhere() {
    let text = synthetic::plan(10);
    for end in (0..text.len()).step_by(97).filter(|end| text.is_char_boundary(*end)) {
        read(&text[..end]);
    }
}

#[test]
fn values_of_the_wrong_kind_are_borne() {
    let kinds = [
        json!(null),
        json!(true),
        json!(7),
        json!("x"),
        json!([]),
        json!({}),
        json!([[1]]),
        json!([{ "a": 1 }]),
    ];
    let text = synthetic::plan(10);
    let plan: Json = serde_json::from_str(&text).expect("JSON");
    for key in plan.as_object().expect("an object").keys() {
        for kind in &kinds {
            let mut changed = plan.clone();
            changed[key] = kind.clone();
            read(&changed.to_string());
        }
    }
    for at in 0..10 {
        let change = plan["resource_changes"][at]["change"]["after"].clone();
        for attribute in change.as_object().expect("an object").keys() {
            for kind in &kinds {
                let mut changed = plan.clone();
                changed["resource_changes"][at]["change"]["after"][attribute] = kind.clone();
                let text = changed.to_string();
                let parsed = plan_tree(SourceId(0), &text);
                let (root, _) = lower_plan(&parsed.tree, parsed.tree.documents()[0], "plan.json");
                assert_eq!(root.resources.len(), 10, "{attribute} {kind}");
            }
        }
    }
}

#[test]
fn texts_that_multiply_end_in_the_unknown() {
    let mut locals = serde_json::Map::new();
    locals.insert("l0".into(), json!("xxxxxxxxxx"));
    locals.insert("m0".into(), json!(["x", "x"]));
    for level in 1..60 {
        locals.insert(
            format!("l{level}"),
            json!(format!("${{local.l{0}}}${{local.l{0}}}", level - 1)),
        );
        let one = format!("${{local.m{}}}", level - 1);
        locals.insert(format!("m{level}"), json!([one, one]));
    }
    let text = json!({ "locals": locals, "resource": { "aws_sqs_queue": { "q": {
        "name": "${local.l59}", "tags": { "a": "${local.m59}" }
    } } } });
    let root = module(&text.to_string());
    assert!(find(&root, "aws_sqs_queue.q").properties.get("QueueName").unknown_reason().is_some());
}

#[test]
fn references_that_multiply_end() {
    // Each module passes two arguments on, each of which refers to both of its own.
    let both = json!({ "references": ["var.a", "var.b"] });
    let mut module =
        json!({ "resources": [{ "address": "aws_sqs_queue.q", "expressions": { "name": both } }] });
    let mut address = String::new();
    for level in 0..60 {
        module = json!({ "module_calls": { "m": { "expressions": { "a": both, "b": both }, "module": module } } });
        address.push_str(if level > 0 { ".module.m" } else { "module.m" });
    }
    let text = json!({ "format_version": "1.2", "resource_changes": [{
        "address": format!("{address}.aws_sqs_queue.q"), "module_address": address, "mode": "managed",
        "type": "aws_sqs_queue", "name": "q",
        "change": { "actions": ["create"], "after": {}, "after_unknown": { "name": true } }
    }], "configuration": { "root_module": module } })
    .to_string();
    read(&text);
}

#[test]
fn many_instances_stay_one() {
    let root = module(
        r#"{"resource": {"aws_sqs_queue": {"q": {"count": 1000000, "name": "${count.index}"}}}}"#,
    );
    assert_eq!(addresses(&root), ["aws_sqs_queue.q"]);
}

fn any_json() -> impl Strategy<Value = Json> {
    let words = prop_oneof![
        Just("resource"),
        Just("aws_s3_bucket"),
        Just("aws_security_group"),
        Just("ingress"),
        Just("cidr_blocks"),
        Just("policy"),
        Just("statement"),
        Just("change"),
        Just("after"),
        Just("after_unknown"),
        Just("count"),
        Just("dynamic"),
        Just("for_each"),
        Just("content"),
        Just("tags"),
        Just("data"),
        Just("aws_iam_policy_document"),
        Just("variable"),
        Just("locals"),
        Just("x"),
        Just("resource_changes"),
        Just("address"),
        Just("type"),
        Just("name"),
    ];
    let texts = prop_oneof![
        words.clone().prop_map(str::to_owned),
        Just("${aws_s3_bucket.x.id}".to_owned()),
        Just("${local.x}".to_owned()),
        Just("${var.x".to_owned()),
        Just("{\"Statement\": [${data.aws_iam_policy_document.x.json}]}".to_owned()),
        "[ -~]{0,12}",
    ];
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i32>().prop_map(Json::from),
        texts.prop_map(Json::from),
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map(words.clone().prop_map(str::to_owned), inner, 0..5)
                .prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn anything_is_read(json in any_json()) {
        read(&json.to_string());
        read(&json!({ "resource": { "aws_security_group": { "x": json.clone() }, "aws_s3_bucket": { "x": json } } }).to_string());
    }

    #[test]
    fn any_attributes_are_read(after in any_json(), unknown in any_json(), expressions in any_json()) {
        for kind in ["aws_s3_bucket", "aws_security_group", "aws_iam_role", "aws_ecs_task_definition", "aws_network_acl"] {
            read(&json!({ "resource_changes": [{ "address": format!("{kind}.x"), "mode": "managed", "type": kind, "name": "x",
                "change": { "actions": ["create"], "after": after, "after_unknown": unknown, "after_sensitive": unknown } }],
                "configuration": { "root_module": { "resources": [{ "address": format!("{kind}.x"), "expressions": expressions }] } }
            }).to_string());
        }
    }
}

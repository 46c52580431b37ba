//! What holds for every template, however nonsensical.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use trilith_graph::{Root, SourceId, Span, Value, ValueKind};
use trilith_parser::cloudformation::lower;
use trilith_parser::link;
use trilith_parser::tree::{JsonOptions, parse_json, parse_yaml};

const NAMES: [&str; 10] = ["A", "B", "P", "Q", "L", "C", "D", "M", "AWS::Region", "AWS::NoValue"];
const TEXTS: [&str; 10] = [
    "",
    "a",
    "a,b",
    "1",
    "A.Arn",
    "${A}-${P}",
    "x${!P}${L",
    "{{resolve:ssm:${P}}}",
    "10.0.0.0/16",
    "{\"Statement\": [\"${P}\", ${Q}]}",
];
const FUNCTIONS: [&str; 18] = [
    "Ref",
    "Fn::GetAtt",
    "Fn::Sub",
    "Fn::Join",
    "Fn::Split",
    "Fn::Select",
    "Fn::If",
    "Fn::FindInMap",
    "Fn::Base64",
    "Fn::Cidr",
    "Fn::Length",
    "Fn::ToJsonString",
    "Fn::ImportValue",
    "Fn::Transform",
    "Fn::Equals",
    "Fn::Not",
    "Condition",
    "Fn::ForEach::Loop",
];

/// Literals, names, and functions of anything.
fn expression() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        prop::sample::select(&TEXTS[..]).prop_map(Json::from),
        prop::sample::select(&NAMES[..]).prop_map(Json::from),
        prop::sample::select(&NAMES[..]).prop_map(|name| json!({"Ref": name})),
        (0..4_i64).prop_map(Json::from),
        any::<bool>().prop_map(Json::from),
        Just(Json::Null),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        let key = prop::sample::select(&["k", "PolicyDocument", "Statement", "x${A}"][..]);
        prop_oneof![
            2 => prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            1 => prop::collection::btree_map(key, inner.clone(), 0..3).prop_map(|map| json!(map)),
            1 => (prop::sample::select(&FUNCTIONS[..]), inner.clone())
                .prop_map(|(name, argument)| json!({name: argument})),
            3 => (prop::sample::select(&FUNCTIONS[..]), prop::collection::vec(inner, 1..5))
                .prop_map(|(name, arguments)| json!({name: arguments})),
        ]
    })
}

/// What nobody will ever see: no functions that would tell more values apart.
fn junk() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        prop::sample::select(&TEXTS[..]).prop_map(Json::from),
        prop::sample::select(&NAMES[..])
            .prop_map(|name| json!({"Fn::Sub": format!("${{{name}}}")})),
        Just(json!({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})),
        Just(Json::Null),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Json::from),
            inner.prop_map(|value| json!({"k": value})),
        ]
    })
}

fn template() -> impl Strategy<Value = Json> {
    let condition = || expression();
    (prop::collection::vec(expression(), 4), condition(), condition(), expression()).prop_map(
        |(properties, first, second, mapped)| {
            json!({
                "Parameters": {
                    "P": {"Type": "String", "AllowedValues": ["a", "b"]},
                    "Q": {"Type": "String", "Default": properties[0]},
                    "L": {"Type": "CommaDelimitedList", "Default": "a,b"}
                },
                "Mappings": {"M": {"a": {"k": mapped}, "b": {"k": "x", "a": ["y"]}}},
                "Conditions": {"C": first, "D": second},
                "Rules": {"R": {"Assertions": [{"Assert": first}]}},
                "Resources": {
                    "A": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {
                        "PolicyDocument": properties[1], "Roles": properties[2]}},
                    "B": {"Type": "AWS::S3::Bucket", "Condition": "C",
                          "DependsOn": properties[2], "Properties": properties[3]},
                    "Fn::ForEach::Loop": ["X", properties[0], {"Z${X}": {"Type": "T::T::T"}}]
                },
                "Outputs": {"O": {"Value": properties[0], "Condition": "D"}}
            })
        },
    )
}

fn lowered(text: &str, is_json: bool) -> (Root, usize) {
    let source = SourceId(0);
    let parsed = if is_json {
        parse_json(source, text, &JsonOptions::default())
    } else {
        parse_yaml(source, text)
    };
    let document = parsed.tree.documents()[0];
    let (mut root, diagnostics) = lower(&parsed.tree, document, "t", &BTreeMap::new());
    link(&mut root);
    for diagnostic in &diagnostics {
        check_span(diagnostic.primary.span, text);
    }
    (root, diagnostics.len())
}

fn check_span(span: Span, text: &str) {
    assert_eq!(span.source, SourceId(0));
    assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?}");
}

/// The values without their places.
fn outline(root: &Root) -> String {
    let mut outline = String::new();
    for resource in &root.resources {
        outline.push_str(&resource.address);
        resource.properties.walk(&mut |path, value| {
            let kind = match &value.kind {
                ValueKind::List(items) => format!("[{}]", items.len()),
                ValueKind::Map(_) => "{}".into(),
                ValueKind::OneOf(arms) => format!("{} arms", arms.len()),
                ValueKind::Template(_) => "template".into(),
                other => format!("{other:?}"),
            };
            let _ = write!(outline, " {path}={kind}");
        });
        outline.push('\n');
    }
    outline
}

fn has_arms_that_exclude_each_other(value: &Value) -> bool {
    let mut holds = true;
    value.walk(&mut |_, value| {
        if let ValueKind::OneOf(arms) = &value.kind {
            let guards: Vec<_> = arms.iter().map(|arm| arm.guard.clone()).collect();
            let scenarios = trilith_graph::Scenarios::of(&guards, &[]);
            holds &= !scenarios.decided
                || scenarios.scenarios.iter().all(|scenario| {
                    guards.iter().filter(|guard| scenario.decides(guard).is_true()).count() <= 1
                });
        }
    });
    holds
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn every_template_is_lowered_with_places_inside_the_text(template in template()) {
        let text = template.to_string();
        let (root, _) = lowered(&text, true);
        for resource in &root.resources {
            check_span(resource.span, &text);
            resource.properties.walk(&mut |_, value| check_span(value.span, &text));
            prop_assert!(has_arms_that_exclude_each_other(&resource.properties));
        }
        for edge in &root.edges {
            prop_assert!((edge.from.0 as usize) < root.resources.len());
            prop_assert!((edge.to.0 as usize) < root.resources.len());
        }
        prop_assert_eq!(outline(&lowered(&text, true).0), outline(&root));
    }

    #[test]
    fn yaml_means_what_json_means(template in template()) {
        let json = template.to_string();
        let yaml = serde_yaml::to_string(&template).expect("JSON is YAML");
        let (from_json, first) = lowered(&json, true);
        let (from_yaml, second) = lowered(&yaml, false);
        prop_assert_eq!(outline(&from_json), outline(&from_yaml));
        prop_assert_eq!(first, second);
    }

    #[test]
    fn an_unreachable_branch_changes_nothing(
        template in template(),
        junk in junk(),
        at in 0..3_usize,
        by_values in any::<bool>(),
    ) {
        let expected = outline(&lowered(&template.to_string(), true).0);
        let mut larger = template;
        // Never, by literals or because the value is none of those that are allowed.
        let never = if by_values {
            json!({"Fn::Equals": [{"Ref": "P"}, "neither"]})
        } else {
            json!({"Fn::Equals": ["x", "y"]})
        };
        larger["Conditions"]["Never"] = never;
        larger["Resources"]["Unreachable"] =
            json!({"Type": "AWS::S3::Bucket", "Condition": "Never", "Properties": junk});
        let places = [
            "/Resources/A/Properties/PolicyDocument",
            "/Resources/A/Properties/Roles",
            "/Outputs/O/Value",
        ];
        let place = larger.pointer_mut(places[at]).unwrap();
        let reachable = place.take();
        *place = json!({"Fn::If": ["Never", junk, reachable]});
        let found = outline(&lowered(&larger.to_string(), true).0);
        prop_assert_eq!(found, expected, "{}", larger);
    }
}

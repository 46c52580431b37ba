use proptest::prelude::*;
use trilith_graph::{Flags, Map, Part, Reason, Value, ValueKind};
use trilith_iam::{PolicyDocument, ProblemKind};

use crate::monotonicity::questions;
use crate::policy::{AT, unknown, value};

fn problems(policy: &str) -> Vec<(String, ProblemKind)> {
    let policy = value(policy);
    let document = PolicyDocument::parse(&policy);
    document.problems.iter().map(|it| (it.path().to_string(), it.kind)).collect()
}

#[test]
fn what_the_language_does_not_allow_is_noted() {
    use ProblemKind::{
        BarePrincipal, Contradiction, InvalidEffect, MissingAction, MissingEffect,
        MissingStatement, NotAMap, NotText, UnknownElement, UnknownOperator, UnknownPrincipalKind,
        UnreadText,
    };
    for (policy, path, kind) in [
        (r#""{}""#, "", UnreadText),
        ("[]", "", NotAMap),
        (r#"{"Version": "2012-10-17"}"#, "Statement", MissingStatement),
        (r#"{"Statement": [], "Extra": 1}"#, "Extra", UnknownElement),
        (r#"{"Statement": "x"}"#, "Statement", NotAMap),
        (r#"{"Statement": [{"Effect": "Allow", "Action": "*"}, 7]}"#, "Statement/1", NotAMap),
        (r#"{"Statement": {"Action": "*"}}"#, "Statement/Effect", MissingEffect),
        (r#"{"Statement": {"Effect": "allow", "Action": "*"}}"#, "Statement/Effect", InvalidEffect),
        (r#"{"Statement": [{"Effect": "Allow"}]}"#, "Statement/0", MissingAction),
        (r#"{"Statement": {"Effect": "Allow", "Action": {}}}"#, "Statement/Action", NotText),
        (
            r#"{"Statement": {"Effect": "Allow", "Action": ["*", ["*"]]}}"#,
            "Statement/Action/1",
            NotText,
        ),
        (
            r#"{"Statement": {"Effect": "Allow", "Action": "*", "NotAction": "*"}}"#,
            "Statement/NotAction",
            Contradiction,
        ),
        (
            r#"{"Statement": {"Effect": "Allow", "Action": "*", "Actions": "*"}}"#,
            "Statement/Actions",
            UnknownElement,
        ),
        (
            r#"{"Statement": {"Effect": "Allow", "Action": "*", "Principal": "me"}}"#,
            "Statement/Principal",
            BarePrincipal,
        ),
        (
            r#"{"Statement": {"Effect": "Allow", "Action": "*", "Principal": {"User": "me"}}}"#,
            "Statement/Principal/User",
            UnknownPrincipalKind,
        ),
        (
            r#"{"Statement": {"Effect": "Allow", "Action": "*", "Condition": {"Equals": {}}}}"#,
            "Statement/Condition/Equals",
            UnknownOperator,
        ),
        (
            r#"{"Statement": {"Effect": "Allow", "Action": "*", "Condition": {"Bool": 1}}}"#,
            "Statement/Condition/Bool",
            NotAMap,
        ),
    ] {
        assert_eq!(problems(policy), [(path.to_owned(), kind)], "{policy}");
    }
}

#[test]
fn what_is_not_known_is_no_problem() {
    for policy in [
        "?",
        r#"{"Statement": ?}"#,
        r#"{"Statement": [?]}"#,
        r#"{"Statement": [{"Effect": ?, "Action": ?, "Principal": ?, "Condition": ?}]}"#,
        r#"{"Statement": [{"Sid": "a" ...}]}"#,
        "{...}",
    ] {
        assert_eq!(problems(policy), [], "{policy}");
    }
}

/// Any value at all, with the names of the language where they may do most harm.
fn odd() -> impl Strategy<Value = Value> {
    let names = prop_oneof![
        Just("Statement"),
        Just("Effect"),
        Just("Action"),
        Just("NotAction"),
        Just("Resource"),
        Just("Principal"),
        Just("NotPrincipal"),
        Just("Condition"),
        Just("AWS"),
        Just("Federated"),
        Just("ForAllValues:StringLikeIfExists"),
        Just("aws:SourceArn"),
        Just("aws:SourceIp"),
        Just("gitlab.com:sub"),
        Just(""),
        Just("0"),
    ];
    let text = prop_oneof![
        "[*?${}:/a-z0-9\u{e9}]{0,12}",
        Just("Allow".to_owned()),
        Just("*".to_owned()),
        Just("arn:aws:iam::123456789012:role/${aws:username}*".to_owned()),
    ];
    let leaf = prop_oneof![
        text.clone().prop_map(|text| Value::string(text, AT)),
        any::<i64>().prop_map(|number| Value::new(ValueKind::Int(number), AT)),
        any::<f64>().prop_map(|number| Value::new(ValueKind::Float(number), AT)),
        any::<bool>().prop_map(|flag| Value::new(ValueKind::Bool(flag), AT)),
        Just(Value::new(ValueKind::Null, AT)),
        Just(Value::new(ValueKind::Absent, AT)),
        Just(unknown()),
        Just(Value::unknown(Reason::Pseudo("AWS::Partition".into()), AT)),
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        let open = any::<bool>().prop_map(|open| if open { Flags::OPEN } else { Flags::NONE });
        let entries = proptest::collection::vec((names.clone(), inner.clone()), 0..6);
        let map = (entries, open.clone()).prop_map(|(entries, flags)| {
            let mut map = Map::default();
            for (key, value) in entries {
                map.insert(key, AT, value);
            }
            Value::map(map, AT).with(flags)
        });
        let items = proptest::collection::vec(inner.clone(), 0..6);
        let list = (items, open).prop_map(|(items, flags)| Value::list(items, AT).with(flags));
        let template = (text.clone(), inner, text.clone()).prop_map(|(before, hole, after)| {
            let parts = vec![Part::Text(before.into()), Part::Hole(hole), Part::Text(after.into())];
            Value::new(ValueKind::template(parts), AT)
        });
        prop_oneof![4 => map, 2 => list, 1 => template]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_odd_panics(policy in odd()) {
        let document = PolicyDocument::parse(&policy);
        questions(&document);
        for problem in &document.problems {
            prop_assert!(!problem.kind.to_string().is_empty());
        }
    }

    #[test]
    fn an_odd_statement_does_not_panic(statement in odd()) {
        let mut map = Map::default();
        map.insert("Statement", AT, statement);
        questions(&PolicyDocument::parse(&Value::map(map, AT)));
    }
}

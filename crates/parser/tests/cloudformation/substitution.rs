//! Evaluating with all parameters bound is substituting by hand.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};
use trilith_graph::{SourceId, Value, ValueKind};
use trilith_parser::cloudformation::lower;
use trilith_parser::tree::{JsonOptions, parse_json};

const PARAMETERS: [&str; 3] = ["P", "Q", "R"];
const VALUES: [&str; 3] = ["a", "b", ""];

fn mappings() -> Json {
    json!({"M": {"a": {"k": "ka", "l": "la"}, "b": {"k": "kb", "l": "lb"}, "": {"k": "k", "l": "l"}}})
}

/// An expression that gives a text.
fn text() -> impl Strategy<Value = Json> {
    let parameter = || prop::sample::select(&PARAMETERS[..]);
    let leaf = prop_oneof![
        "[a-c]{0,3}".prop_map(Json::from),
        parameter().prop_map(|name| json!({"Ref": name})),
        ("[a-c]{0,2}", parameter(), "[a-c]{0,2}", parameter()).prop_map(|(a, p, b, q)| json!({
            "Fn::Sub": format!("{a}${{{p}}}{b}${{!{q}}}${{{q}}}")
        })),
        (prop::sample::select(&["k", "l"][..]), parameter())
            .prop_map(|(key, name)| json!({"Fn::FindInMap": ["M", {"Ref": name}, key]})),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let list = prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            ("[-:]{0,1}", list.clone()).prop_map(|(by, list)| json!({"Fn::Join": [by, list]})),
            (list, any::<prop::sample::Index>())
                .prop_map(|(list, at)| json!({"Fn::Select": [at.index(list.len()), list]})),
            (condition_name(), inner.clone(), inner.clone())
                .prop_map(|(name, then, or)| json!({"Fn::If": [name, then, or]})),
            (inner.clone(), inner.clone())
                .prop_map(|(x, p)| json!({"Fn::Sub": ["${x}-${P}", {"x": x, "P": p}]})),
            inner.prop_map(|text| json!({"Fn::Select": [0, {"Fn::Split": ["-", text]}]})),
        ]
    })
}

fn condition_name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&["C", "D"][..])
}

/// A text, or lists and maps of such, with members that a condition may remove.
fn property() -> impl Strategy<Value = Json> {
    text().prop_recursive(3, 16, 3, |inner| {
        let removable = prop_oneof![
            3 => inner.clone(),
            1 => (condition_name(), inner.clone())
                .prop_map(|(name, value)| json!({"Fn::If": [name, value, {"Ref": "AWS::NoValue"}]})),
            1 => Just(json!({"Ref": "AWS::NoValue"})),
        ];
        prop_oneof![
            prop::collection::vec(removable.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map("[v-z]", removable, 2..4).prop_map(|map| json!(map)),
        ]
    })
}

fn condition() -> impl Strategy<Value = Json> {
    let value = || prop::sample::select(&VALUES[..]);
    let parameter = || prop::sample::select(&PARAMETERS[..]);
    let leaf = prop_oneof![
        (parameter(), value()).prop_map(|(p, v)| json!({"Fn::Equals": [{"Ref": p}, v]})),
        (parameter(), parameter())
            .prop_map(|(p, q)| json!({"Fn::Equals": [{"Ref": p}, {"Ref": q}]})),
        (parameter(), value()).prop_map(
            |(p, v)| json!({"Fn::Equals": [{"Fn::Sub": format!("x${{{p}}}")}, format!("x{v}")]})
        ),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        let list = prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            list.clone().prop_map(|list| json!({"Fn::And": list})),
            list.prop_map(|list| json!({"Fn::Or": list})),
            inner.prop_map(|one| json!({"Fn::Not": [one]})),
        ]
    })
}

/// The values by hand.
struct Hand<'h> {
    parameters: &'h BTreeMap<String, String>,
    conditions: BTreeMap<&'static str, bool>,
}

impl Hand<'_> {
    fn holds(&self, condition: &Json) -> bool {
        let (name, arguments) = condition.as_object().and_then(|map| map.iter().next()).unwrap();
        let arguments = arguments.as_array().unwrap();
        match name.as_str() {
            "Fn::Equals" => self.text(&arguments[0]) == self.text(&arguments[1]),
            "Fn::And" => arguments.iter().all(|part| self.holds(part)),
            "Fn::Or" => arguments.iter().any(|part| self.holds(part)),
            "Fn::Not" => !self.holds(&arguments[0]),
            other => panic!("{other}"),
        }
    }

    fn text(&self, json: &Json) -> String {
        match self.value(json) {
            Some(Json::String(text)) => text,
            other => panic!("{json} is {other:?}"),
        }
    }

    fn substituted(&self, text: &str, local: &Map<String, Json>) -> String {
        let mut pieces = text.split("${");
        let mut done = pieces.next().unwrap().to_owned();
        for piece in pieces {
            let (name, rest) = piece.split_once('}').unwrap();
            match (name.strip_prefix('!'), local.get(name)) {
                (Some(literal), _) => done.extend(["${", literal, "}"]),
                (None, Some(value)) => done.push_str(&self.text(value)),
                (None, None) => done.push_str(&self.parameters[name]),
            }
            done.push_str(rest);
        }
        done
    }

    /// The value; nothing if it is removed.
    fn value(&self, json: &Json) -> Option<Json> {
        match json {
            Json::Array(items) => Some(items.iter().filter_map(|item| self.value(item)).collect()),
            Json::Object(map) => self.object(map),
            other => Some(other.clone()),
        }
    }

    fn object(&self, map: &Map<String, Json>) -> Option<Json> {
        let (name, argument) = map.iter().next().unwrap();
        let at = |index: usize| &argument[index];
        let text = match name.as_str() {
            "Ref" if argument == "AWS::NoValue" => return None,
            "Ref" => self.parameters[argument.as_str().unwrap()].clone(),
            "Fn::Sub" => match argument {
                Json::String(text) => self.substituted(text, &Map::new()),
                _ => self.substituted(at(0).as_str().unwrap(), at(1).as_object().unwrap()),
            },
            "Fn::Join" => {
                let items = at(1).as_array().unwrap().iter().map(|item| self.text(item));
                items.collect::<Vec<_>>().join(at(0).as_str().unwrap())
            }
            "Fn::Select" => {
                let index = at(0).as_u64().unwrap() as usize;
                match &at(1)["Fn::Split"] {
                    Json::Array(split) => {
                        let text = self.text(&split[1]);
                        text.split(split[0].as_str().unwrap()).nth(index).unwrap().into()
                    }
                    _ => self.text(&at(1)[index]),
                }
            }
            "Fn::If" => {
                let chosen = if self.conditions[at(0).as_str().unwrap()] { at(1) } else { at(2) };
                return self.value(chosen);
            }
            "Fn::FindInMap" => mappings()[at(0).as_str().unwrap()][self.text(at(1))]
                [self.text(at(2))]
            .as_str()
            .unwrap()
            .into(),
            _ => {
                let members = map.iter();
                let members =
                    members.filter_map(|(key, value)| Some((key.clone(), self.value(value)?)));
                return Some(Json::Object(members.collect()));
            }
        };
        Some(text.into())
    }
}

fn to_json(value: &Value) -> Json {
    match &value.kind {
        ValueKind::String(text) => Json::from(text.as_ref()),
        ValueKind::List(items) => items.iter().map(to_json).collect(),
        ValueKind::Map(map) => {
            let members = map.entries().iter();
            Json::Object(members.map(|e| (e.key.to_string(), to_json(&e.value))).collect())
        }
        other => panic!("not decided: {other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(384))]

    #[test]
    fn with_all_parameters_bound_it_is_what_one_gets_by_hand(
        property in property(),
        first in condition(),
        second in condition(),
        chosen in prop::collection::vec(prop::sample::select(&VALUES[..]), 3),
    ) {
        let parameters: BTreeMap<String, String> = PARAMETERS
            .iter()
            .zip(&chosen)
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let declared = json!({"Type": "String", "Default": "default"});
        let template = json!({
            "Parameters": {"P": declared, "Q": declared, "R": {"Type": "String"}},
            "Mappings": mappings(),
            "Conditions": {"C": first, "D": second},
            "Resources": {"It": {"Type": "A::B::C", "Properties": {"X": property}}},
        });
        let text = template.to_string();
        let parsed = parse_json(SourceId(0), &text, &JsonOptions::default());
        let (root, diagnostics) =
            lower(&parsed.tree, parsed.tree.documents()[0], "t", &parameters);
        prop_assert!(diagnostics.is_empty(), "{diagnostics:?}\n{text}");
        let mut hand = Hand { parameters: &parameters, conditions: BTreeMap::new() };
        let conditions = [("C", hand.holds(&first)), ("D", hand.holds(&second))];
        hand.conditions = conditions.into();
        let found = &root.resources[0].properties;
        let found = (!found.get("X").is_absent()).then(|| to_json(found.get("X")));
        prop_assert_eq!(found, hand.value(&property), "{}", text);
    }
}

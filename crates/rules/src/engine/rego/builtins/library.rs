//! `import data.trilith`: what policies about resources ask again and again.
//!
//! What each of them means is written in Rego, in `trilith.rego` beside this file, and a test
//! holds the two together. They are not evaluated as Rego because an engine analyses all that it
//! holds for every policy, and these functions would be most of it.

use regorus::Value;

use super::{Function, elements, net, text};

pub(super) const FUNCTIONS: &[(&str, u8, Function)] = &[
    ("attached", 2, attached),
    ("cidr_contains", 2, cidr_contains),
    ("cidr_is_open", 1, cidr_is_open),
    ("cidr_is_private", 1, cidr_is_private),
    ("cidr_overlaps", 2, cidr_overlaps),
    ("is_false", 1, is_false),
    ("is_true", 1, is_true),
    ("items", 1, items),
    ("known", 2, known),
    ("may_be", 3, may_be),
    ("may_be_false", 2, may_be_false),
    ("may_be_true", 2, may_be_true),
    ("property", 2, property),
    ("references", 1, references),
];

/// Those that read nothing of a resource but the path that they are given.
pub(in super::super) const PATH_HELPERS: [&str; 5] = [
    "trilith.known",
    "trilith.property",
    "trilith.may_be",
    "trilith.may_be_true",
    "trilith.may_be_false",
];

/// CloudFormation accepts a boolean written as text.
const TRUE: [&str; 3] = ["true", "True", "TRUE"];
const FALSE: [&str; 3] = ["false", "False", "FALSE"];

/// Networks that are not routed on the internet: RFC 1918, RFC 6598 and RFC 4193.
const PRIVATE: [&str; 5] =
    ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"];

/// A condition: it holds, or it is undefined.
fn holds(condition: bool) -> Option<Value> {
    condition.then_some(Value::Bool(true))
}

fn is_boolean(value: &Value, boolean: bool) -> bool {
    match value {
        Value::Bool(value) => *value == boolean,
        Value::String(text) => (if boolean { TRUE } else { FALSE }).contains(&&**text),
        _ => false,
    }
}

fn is_true(arguments: &[Value]) -> Option<Value> {
    holds(is_boolean(arguments.first()?, true))
}

fn is_false(arguments: &[Value]) -> Option<Value> {
    holds(is_boolean(arguments.first()?, false))
}

fn items(arguments: &[Value]) -> Option<Value> {
    match arguments.first()? {
        Value::Null => None,
        list @ Value::Array(_) => Some(list.clone()),
        single => Some(Value::from(vec![single.clone()])),
    }
}

/// A member of an object; `None` if there is none.
fn member<'v>(object: &'v Value, key: &str) -> Option<&'v Value> {
    let value = &object[&Value::from(key)];
    (*value != Value::Undefined).then_some(value)
}

/// What `some x in value` goes over.
fn members(value: &Value) -> Option<Vec<&Value>> {
    match value {
        Value::Object(object) => Some(object.values().collect()),
        list => elements(list),
    }
}

fn known(arguments: &[Value]) -> Option<Value> {
    holds(is_known(arguments.first()?, arguments.get(1)?))
}

fn is_known(resource: &Value, path: &Value) -> bool {
    let Some(unknown) = member(resource, "unknown") else { return false };
    let Some(unknown) = members(unknown) else { return false };
    // What is no path is none of the unknown ones.
    let Ok(path) = path.as_string() else { return true };
    let is_above = |above: &str| {
        path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    unknown.iter().all(|one| one.as_string().map_or(true, |one| !is_above(one)))
}

fn property(arguments: &[Value]) -> Option<Value> {
    at(arguments.first()?, arguments.get(1)?)
}

/// The property at a path, null if there is none.
fn at(resource: &Value, path: &Value) -> Option<Value> {
    let mut value = member(resource, "properties")?;
    value.as_object().ok()?;
    for key in path.as_string().ok()?.split('/') {
        match member(value, key) {
            Some(below) => value = below,
            None => return Some(Value::Null),
        }
    }
    Some(value.clone())
}

fn may_be(arguments: &[Value]) -> Option<Value> {
    let [resource, path, values] = arguments else { return None };
    let is_one = |value: Value| members(values).is_some_and(|values| values.contains(&&value));
    holds(at(resource, path).is_some_and(is_one) || !is_known(resource, path))
}

fn may_be_true(arguments: &[Value]) -> Option<Value> {
    may_be_boolean(arguments, true)
}

fn may_be_false(arguments: &[Value]) -> Option<Value> {
    may_be_boolean(arguments, false)
}

fn may_be_boolean(arguments: &[Value], boolean: bool) -> Option<Value> {
    let [resource, path] = arguments else { return None };
    let is_one = at(resource, path).is_some_and(|value| is_boolean(&value, boolean));
    holds(is_one || !is_known(resource, path))
}

fn attached(arguments: &[Value]) -> Option<Value> {
    let [resource, resource_type] = arguments else { return None };
    let attachments = member(resource, "attachments").and_then(members).unwrap_or_default();
    let is_of_type = |other: &&Value| member(other, "type").is_some_and(|one| one == resource_type);
    Some(Value::from(attachments.into_iter().filter(is_of_type).cloned().collect::<Vec<_>>()))
}

fn references(arguments: &[Value]) -> Option<Value> {
    member(arguments.first()?, "references").cloned()
}

fn cidr_contains(arguments: &[Value]) -> Option<Value> {
    holds(net::contains(text(arguments, 0)?, text(arguments, 1)?)?)
}

fn cidr_overlaps(arguments: &[Value]) -> Option<Value> {
    net::intersects(arguments).filter(|overlaps| *overlaps == Value::Bool(true))
}

fn cidr_is_open(arguments: &[Value]) -> Option<Value> {
    holds(text(arguments, 0)?.ends_with("/0"))
}

fn cidr_is_private(arguments: &[Value]) -> Option<Value> {
    let cidr = text(arguments, 0)?;
    holds(PRIVATE.iter().any(|private| net::contains(private, cidr) == Some(true)))
}

#[cfg(test)]
mod tests {
    use regorus::Engine;

    use super::super::add;
    use super::*;

    /// What the functions mean.
    const MEANING: &str = include_str!("trilith.rego");

    const VALUES: [&str; 16] = [
        "true",
        "false",
        "null",
        "1",
        "\"true\"",
        "\"FALSE\"",
        "\"TrUe\"",
        "[]",
        "[1, [2]]",
        "{}",
        "{\"a\": 1}",
        "{1, 2}",
        "\"10.0.0.0/8\"",
        "\"0.0.0.0/0\"",
        "\"fd00::1\"",
        "input.none",
    ];
    const RESOURCES: [&str; 5] = [
        r#"{"unknown": ["A/B", "C"], "properties": {"A": {"X": true}, "D": "false", "L": [{"X": 1}], "N": null},
            "attachments": [{"type": "T", "a": 1}, {"type": "U"}, {}], "references": [{"type": "T"}]}"#,
        r#"{"unknown": [], "properties": {"A": "true", "D": false}, "attachments": []}"#,
        r#"{"properties": []}"#,
        r#"{"unknown": "C", "attachments": {"a": {"type": "T"}}}"#,
        "1",
    ];
    const PATHS: [&str; 12] = [
        "\"A\"",
        "\"A/B\"",
        "\"A/B/C\"",
        "\"A/Bx\"",
        "\"A/X\"",
        "\"C\"",
        "\"D\"",
        "\"L/0/X\"",
        "\"N\"",
        "\"N/A\"",
        "\"\"",
        "1",
    ];

    /// Every call that is compared, with arguments of every kind.
    fn calls() -> Vec<String> {
        let mut calls = Vec::new();
        let of_values = ["is_true", "is_false", "items", "cidr_is_open", "cidr_is_private"];
        for value in VALUES {
            calls.extend(of_values.map(|name| format!("{name}({value})")));
            for other in VALUES {
                let of_networks = ["cidr_contains", "cidr_overlaps"];
                calls.extend(of_networks.map(|name| format!("{name}({value}, {other})")));
            }
        }
        for resource in RESOURCES {
            calls.push(format!("references({resource})"));
            calls.extend(
                ["\"T\"", "\"V\"", "1"].map(|kind| format!("attached({resource}, {kind})")),
            );
            for path in PATHS {
                let of_paths = ["known", "property", "may_be_true", "may_be_false"];
                calls.extend(of_paths.map(|name| format!("{name}({resource}, {path})")));
                let lists = ["{true, null}", "[\"false\"]", "{\"a\": true}", "null", "set()"];
                calls.extend(lists.map(|list| format!("may_be({resource}, {path}, {list})")));
            }
        }
        calls
    }

    fn results(engine: &mut Engine) -> Vec<Value> {
        engine.set_strict_builtin_errors(false);
        add(engine).expect("the functions can be added");
        let calls = calls();
        let mut policy = "package p\n\nimport data.trilith\n".to_owned();
        for (index, call) in calls.iter().enumerate() {
            let rules = [format!("x{index} := "), format!("n{index} := 1 if not ")];
            policy.extend(rules.map(|rule| format!("{rule}trilith.{call}\n")));
        }
        engine.add_policy("p.rego".into(), policy).expect("a policy");
        engine.set_input(Value::new_object());
        let names = (0..calls.len()).flat_map(|index| [format!("x{index}"), format!("n{index}")]);
        names.map(|name| engine.eval_rule(format!("data.p.{name}")).expect("a value")).collect()
    }

    #[test]
    fn the_library_is_what_its_rego_says() {
        let mut engine = Engine::new();
        let ours = results(&mut engine);
        let mut engine = Engine::new();
        engine.add_policy("trilith.rego".into(), MEANING.into()).expect("the library");
        let meant = results(&mut engine);
        let calls = calls();
        for (index, (ours, meant)) in ours.iter().zip(&meant).enumerate() {
            assert_eq!(ours, meant, "{}", calls[index / 2]);
        }
        let defined = meant.iter().filter(|value| **value != Value::Undefined).count();
        assert!(defined > meant.len() / 4, "{defined} of {} are defined", meant.len());
    }
}

//! Policies of the world, in JSON: as the crate reads them, and as the oracle does.

use serde_json::Value as Json;
use trilith_graph::{Map, SourceId, Span, Value, ValueKind};

use crate::model::{Condition, ESCAPED_ONE, ESCAPED_STAR, Policy, Statement, Who};

const AT: Span = Span::at(SourceId(0), 0);

/// A value as a parser would make it.
pub(crate) fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::new(ValueKind::Null, AT),
        Json::Bool(flag) => Value::new(ValueKind::Bool(*flag), AT),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::new(ValueKind::Int(number), AT),
            None => Value::new(ValueKind::Float(number.as_f64().expect("a number")), AT),
        },
        Json::String(text) => Value::string(&**text, AT),
        Json::Array(items) => Value::list(items.iter().map(value).collect(), AT),
        Json::Object(members) => {
            let mut map = Map::with_capacity(members.len());
            for (key, member) in members {
                map.insert(&**key, AT, value(member));
            }
            Value::map(map, AT)
        }
    }
}

/// A policy for the oracle. Keys of conditions are in lower case, those of variables too.
pub(crate) fn policy(json: &Json) -> Policy {
    let has_variables = json["Version"] == "2012-10-17";
    Policy(list(&json["Statement"]).iter().map(|it| statement(it, has_variables)).collect())
}

/// The members of a list, or the only one that stands without brackets.
fn list(json: &Json) -> &[Json] {
    match json {
        Json::Null => &[],
        Json::Array(items) => items,
        other => std::slice::from_ref(other),
    }
}

/// The texts of a list; what is no text is meant as it would be written.
fn texts(json: &Json, has_variables: bool) -> Vec<String> {
    let text = |item: &Json| match item {
        Json::String(text) if has_variables => variables(text),
        // Without variables, what looks like one is plain text.
        Json::String(text) => text.replace("${", "\u{3}{"),
        other => other.to_string(),
    };
    list(json).iter().map(text).collect()
}

/// A text with the names of its variables in lower case, and with escaped wildcards.
fn variables(text: &str) -> String {
    let Some((before, rest)) = text.split_once("${") else { return text.to_owned() };
    let Some((name, after)) = rest.split_once('}') else { return text.to_owned() };
    let after = variables(after);
    match name {
        "*" => format!("{before}{ESCAPED_STAR}{after}"),
        "?" => format!("{before}{ESCAPED_ONE}{after}"),
        name => format!("{before}${{{}}}{after}", name.to_lowercase()),
    }
}

fn statement(json: &Json, has_variables: bool) -> Statement {
    let element = |name: &str, negated: &str| {
        let is_negated = json[name].is_null() && !json[negated].is_null();
        (is_negated, if is_negated { &json[negated] } else { &json[name] })
    };
    let (not_action, action) = element("Action", "NotAction");
    let (not_resource, resource) = element("Resource", "NotResource");
    let (not_principal, principal) = element("Principal", "NotPrincipal");
    let resource = match resource {
        // A trust policy is about the role that has it.
        Json::Null => vec!["*".to_owned()],
        listed => texts(listed, has_variables),
    };
    let no_block = serde_json::Map::new();
    let operators = json["Condition"].as_object().unwrap_or(&no_block);
    let conditions = operators.iter().flat_map(|(operator, keys)| {
        let keys = keys.as_object().expect("keys and values").iter();
        keys.map(move |(key, values)| Condition {
            operator: operator.clone(),
            key: key.to_lowercase(),
            values: texts(values, has_variables),
        })
    });
    Statement {
        denies: json["Effect"] == "Deny",
        not_action,
        action: texts(action, false),
        not_resource,
        resource,
        principal: (!principal.is_null()).then(|| (not_principal, callers(principal))),
        conditions: conditions.collect(),
    }
}

fn callers(json: &Json) -> Vec<Who> {
    if json == "*" {
        return vec![("*", "*".to_owned())];
    }
    let kinds = ["AWS", "Service", "Federated", "CanonicalUser"].into_iter();
    kinds
        .flat_map(|kind| texts(&json[kind], false).into_iter().map(move |name| (kind, name)))
        .collect()
}

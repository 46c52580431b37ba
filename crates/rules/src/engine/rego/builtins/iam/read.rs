//! Policies as Rego has them, read into values: the way back from [`crate::input`].

use std::sync::Arc;

use regorus::Value as Rego;
use trilith_graph::{Map, Part, PropertyPath, Reason, Reference, SourceId, Span, Value, ValueKind};
use trilith_iam::Catalog;

use super::super::elements;

/// Nothing that is read here is ever pointed at.
const NOWHERE: Span = Span::at(SourceId(u32::MAX), 0);
/// How deep values are read.
const DEPTH: usize = 64;

/// A policy, or the properties of a resource that has some.
pub(super) struct Given {
    pub(super) value: Value,
    /// The type of the resource.
    pub(super) resource_type: Option<Arc<str>>,
    /// Whether it limits what others grant: a permissions boundary.
    pub(super) is_limit: bool,
    /// Whether it is a policy that a resource only names.
    pub(super) is_of_aws: bool,
}

/// What an argument gives: documents and resources; `None` for what is neither.
pub(super) fn given(argument: &Rego) -> Option<Vec<Given>> {
    match argument {
        Rego::Array(_) | Rego::Set(_) => {
            let given: Option<Vec<_>> = elements(argument)?.into_iter().map(given).collect();
            given.map(|found| found.into_iter().flatten().collect())
        }
        Rego::String(text) => {
            let document = Rego::from_json_str(text).ok()?;
            matches!(document, Rego::Object(_)).then(|| vec![plain(&document)])
        }
        Rego::Object(_) if argument["properties"] != Rego::Undefined => {
            let own = resource(argument)?;
            let mut found = named(&own.value);
            found.insert(0, own);
            if let Rego::Array(attached) = &argument["attachments"] {
                found.extend(attached.iter().filter_map(resource));
            }
            Some(found)
        }
        Rego::Object(_) => Some(vec![plain(argument)]),
        _ => None,
    }
}

fn plain(document: &Rego) -> Given {
    let value = value(document, DEPTH);
    Given { value, resource_type: None, is_limit: false, is_of_aws: false }
}

/// The policies that a user, group or role names: those of AWS by their ARN; of others that are
/// no part of the input nothing is known.
fn named(properties: &Value) -> Vec<Given> {
    let lists = ["ManagedPolicyArns", "ManagedPolicies"].map(|name| properties.get(name).items());
    let granted = lists.into_iter().flatten().map(|it| (it, false));
    let boundary = properties.get("PermissionsBoundary");
    let limits = Some(boundary).filter(|it| !it.is_present().is_false()).map(|it| (it, true));
    // A policy of the same template is among the attachments; as a boundary it is not.
    let wanted = granted
        .chain(limits)
        .filter(|(arn, is_limit)| *is_limit || !matches!(arn.kind, ValueKind::Reference(_)));
    let given = wanted.map(|(arn, is_limit)| {
        let known = arn.as_str().and_then(|arn| Catalog::embedded().managed_policy(arn));
        let document = known.and_then(|policy| Rego::from_json_str(&policy.document).ok());
        let unknown = || Value::unknown(Reason::Undecided, NOWHERE);
        let value = document.map_or_else(unknown, |document| value(&document, DEPTH));
        Given { value, resource_type: None, is_limit, is_of_aws: true }
    });
    given.collect()
}

fn resource(object: &Rego) -> Option<Given> {
    let Rego::String(kind) = &object["type"] else { return None };
    let mut properties = value(&object["properties"], DEPTH);
    if let Rego::Array(paths) = &object["unknown"] {
        for path in paths.iter().filter_map(|path| path.as_string().ok()) {
            let path = PropertyPath::parse(path);
            properties.set(path.segments(), Value::unknown(Reason::Undecided, NOWHERE));
        }
    }
    let resource_type = Some(Arc::clone(kind));
    Some(Given { value: properties, resource_type, is_limit: false, is_of_aws: false })
}

fn value(from: &Rego, depth: usize) -> Value {
    if depth == 0 {
        return Value::unknown(Reason::Undecided, NOWHERE);
    }
    let kind = match from {
        Rego::Null => ValueKind::Null,
        Rego::Bool(flag) => ValueKind::Bool(*flag),
        Rego::Number(_) => match (from.as_i64(), from.as_f64()) {
            (Ok(number), _) => ValueKind::Int(number),
            (_, Ok(number)) => ValueKind::Float(number),
            _ => ValueKind::Unknown(Reason::Undecided),
        },
        Rego::String(written) => return text(written),
        Rego::Array(_) | Rego::Set(_) => {
            let items = elements(from).unwrap_or_default().into_iter();
            return Value::list(items.map(|item| value(item, depth - 1)).collect(), NOWHERE);
        }
        Rego::Object(members) => {
            let mut map = Map::default();
            for (key, member) in members.iter() {
                if let Rego::String(key) = key {
                    map.insert(Arc::clone(key), NOWHERE, value(member, depth - 1));
                }
            }
            return Value::map(map, NOWHERE);
        }
        Rego::Undefined => ValueKind::Absent,
    };
    Value::new(kind, NOWHERE)
}

/// A text, in which `${Key.Arn}` stands for an attribute of a resource, `${unknown}` for what is
/// not known, and `${aws:username}` for itself: a policy variable.
fn text(written: &Arc<str>) -> Value {
    if !written.contains("${") {
        return Value::string(Arc::clone(written), NOWHERE);
    }
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = &**written;
    while let Some(at) = rest.find("${") {
        let (before, after) = rest.split_at(at);
        literal.push_str(before);
        let Some((inside, following)) = after[2..].split_once('}') else { break };
        match hole(inside) {
            Some(hole) => {
                parts.push(Part::Text(std::mem::take(&mut literal).into()));
                parts.push(Part::Hole(hole));
            }
            None => literal.push_str(&after[..inside.len() + 3]),
        }
        rest = following;
    }
    literal.push_str(rest);
    let only_hole = literal.is_empty() && parts.len() == 2;
    match parts.first() {
        None => return Value::string(Arc::clone(written), NOWHERE),
        Some(Part::Text(before)) if only_hole && before.is_empty() => {
            if let Some(Part::Hole(hole)) = parts.pop() {
                return hole;
            }
        }
        Some(_) => {}
    }
    parts.push(Part::Text(literal.into()));
    Value::new(ValueKind::template(parts), NOWHERE)
}

/// What a text in `${...}` stands for, unless it is a policy variable.
fn hole(inside: &str) -> Option<Value> {
    // Policy variables have a service before a colon, and three escapes are signs.
    let is_pseudo = inside.starts_with("AWS::");
    if !is_pseudo && (inside.contains(':') || matches!(inside, "*" | "?" | "$")) {
        return None;
    }
    if is_pseudo {
        return Some(Value::unknown(Reason::Pseudo(inside.into()), NOWHERE));
    }
    let Some((address, attribute)) = inside.rsplit_once('.') else {
        return Some(Value::unknown(Reason::Undecided, NOWHERE));
    };
    let reference = Reference { address: address.into(), attribute: attribute.into() };
    Some(Value::new(ValueKind::Reference(reference.into()), NOWHERE))
}

//! Conversions between types, and marks.

use std::sync::Arc;

use trilith_graph::{Entry, Flags, Reason, Value, ValueKind};

use super::{Arguments, Outcome, items};
use crate::hcl::evaluate::compare::unknown_itself;
use crate::hcl::evaluate::text::{MapBuilder, Number, Stop, as_text, boolean, number, without};

pub(super) fn same(arguments: &Arguments<'_>) -> Outcome {
    Ok(arguments.get(0)?.clone())
}

pub(super) fn sensitive(arguments: &Arguments<'_>) -> Outcome {
    Ok(arguments.get(0)?.clone().with(Flags::SENSITIVE))
}

pub(super) fn nonsensitive(arguments: &Arguments<'_>) -> Outcome {
    let value = arguments.get(0)?.clone();
    Ok(Value { flags: without(value.flags, &[Flags::SENSITIVE]), ..value })
}

pub(super) fn issensitive(arguments: &Arguments<'_>) -> Outcome {
    let value = arguments.get(0)?;
    match unknown_itself(value) {
        Some(reason) if !value.flags.has(Flags::SENSITIVE) => Err(Stop::Unknown(reason)),
        _ => arguments.bool(value.flags.has(Flags::SENSITIVE)),
    }
}

/// Null stays null in every conversion.
fn converted(
    arguments: &Arguments<'_>,
    convert: impl FnOnce(&Value) -> Result<ValueKind, Stop>,
) -> Outcome {
    let value = arguments.get(0)?;
    match &value.kind {
        ValueKind::Null => Ok(value.clone()),
        _ => arguments.value(convert(value)?),
    }
}

pub(super) fn tobool(arguments: &Arguments<'_>) -> Outcome {
    converted(arguments, |value| boolean(value).map(ValueKind::Bool))
}

pub(super) fn tonumber(arguments: &Arguments<'_>) -> Outcome {
    converted(arguments, |value| number(value).map(Number::kind))
}

/// Text stays what it is, and so does what is not known: a reference is text already.
pub(super) fn tostring(arguments: &Arguments<'_>) -> Outcome {
    let value = arguments.get(0)?;
    match &value.kind {
        ValueKind::Unknown(Reason::Malformed) => Err(Stop::Error),
        ValueKind::String(_)
        | ValueKind::Null
        | ValueKind::Template(_)
        | ValueKind::Reference(_)
        | ValueKind::Unknown(_) => Ok(value.clone()),
        ValueKind::List(_) | ValueKind::Map(_) if value.flags.has(Flags::EMBEDDED) => {
            Ok(value.clone())
        }
        _ => {
            let text = as_text(value);
            match text.kind {
                ValueKind::Unknown(Reason::Malformed) => Err(Stop::Error),
                kind => arguments.value(kind),
            }
        }
    }
}

/// A scalar as text; anything else as it is.
pub(super) fn to_text(value: &Value) -> Value {
    match &value.kind {
        ValueKind::Bool(_) | ValueKind::Int(_) | ValueKind::Float(_) => as_text(value),
        _ => value.clone(),
    }
}

/// The type that several values can be converted to.
enum Common {
    /// They stay what they are.
    Any,
    Text,
    ListOf(Box<Common>),
    MapOf(Box<Common>),
}

/// How deep types are compared.
const TYPE_DEPTH: usize = 16;

/// Elements made one type, as those of a list must be: text if one of them is text.
pub(super) fn unified(items: &[Value]) -> Result<Vec<Value>, Stop> {
    let all: Vec<&Value> = items.iter().collect();
    let common = common(&all, TYPE_DEPTH)?;
    Ok(items.iter().map(|item| with_type(item, &common)).collect())
}

fn common(items: &[&Value], depth: usize) -> Result<Common, Stop> {
    let has = |is: fn(&ValueKind) -> bool| items.iter().any(|item| is(&item.kind));
    if has(|kind| matches!(kind, ValueKind::String(_) | ValueKind::Template(_))) {
        return Ok(Common::Text);
    }
    let has_number = has(|kind| matches!(kind, ValueKind::Int(_) | ValueKind::Float(_)));
    if has_number && has(|kind| matches!(kind, ValueKind::Bool(_))) {
        // A boolean and a number have no type in common.
        return Err(Stop::Error);
    }
    let all = |is: fn(&ValueKind) -> bool| depth > 0 && items.iter().all(|item| is(&item.kind));
    if all(|kind| matches!(kind, ValueKind::List(_))) {
        let inside: Vec<&Value> = items.iter().flat_map(|list| list.items()).collect();
        return Ok(Common::ListOf(Box::new(common(&inside, depth - 1)?)));
    }
    // Objects may have attributes of different types; their maps may not.
    if all(|kind| matches!(kind, ValueKind::Map(_))) {
        let entries = items.iter().flat_map(|map| map.entries());
        let inside: Vec<&Value> = entries.map(|entry| &entry.value).collect();
        let is_map = inside.iter().all(|value| matches!(value.kind, ValueKind::List(_)));
        if is_map {
            return Ok(Common::MapOf(Box::new(common(&inside, depth - 1)?)));
        }
    }
    Ok(Common::Any)
}

fn with_type(value: &Value, common: &Common) -> Value {
    match (common, &value.kind) {
        (Common::Text, _) => to_text(value),
        (Common::ListOf(common), ValueKind::List(items)) => {
            let items = items.iter().map(|item| with_type(item, common)).collect();
            Value { kind: ValueKind::List(Arc::new(items)), ..value.clone() }
        }
        (Common::MapOf(common), ValueKind::Map(map)) => {
            let mut map = map.as_ref().clone();
            for entry in map.entries_mut() {
                entry.value = with_type(&entry.value, common);
            }
            Value { kind: ValueKind::Map(Arc::new(map)), ..value.clone() }
        }
        _ => value.clone(),
    }
}

pub(super) fn tolist(arguments: &Arguments<'_>) -> Outcome {
    let list = arguments.get(0)?;
    if matches!(list.kind, ValueKind::Null) {
        return Ok(list.clone());
    }
    arguments.open_list(unified(items(list)?)?, list.flags.has(Flags::OPEN))
}

pub(super) fn tomap(arguments: &Arguments<'_>) -> Outcome {
    let map = arguments.get(0)?;
    if matches!(map.kind, ValueKind::Null) {
        return Ok(map.clone());
    }
    let entries = arguments.map(0)?.entries();
    let values: Vec<Value> = entries.iter().map(|entry| entry.value.clone()).collect();
    let mut members = MapBuilder::default();
    for (entry, value) in entries.iter().zip(unified(&values)?) {
        members.insert(Entry { value, ..entry.clone() });
    }
    let open = if map.flags.has(Flags::OPEN) { Flags::OPEN } else { Flags::NONE };
    Ok(Value::map(members.finish(), arguments.span).with(open))
}

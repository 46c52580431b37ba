//! Functions on maps, and on maps and lists alike.

use std::collections::BTreeMap;
use std::sync::Arc;

use trilith_graph::{Arm, Entry, Flags, Formula, Reason, Tri, Value, ValueKind};

use super::sequence::is_whole;
use super::string::characters;
use super::{Arguments, Outcome, choice_is_whole, items};
use crate::hcl::evaluate::budget::{ITEM_LIMIT, too_many_items};
use crate::hcl::evaluate::choice::{choose, only_if, presence};
use crate::hcl::evaluate::compare::{equal, sorted, unknown_inside, unknown_itself};
use crate::hcl::evaluate::hidden_member;
use crate::hcl::evaluate::text::{
    MapBuilder, Stop, as_text, boolean, inherited, int, is_encoded, string,
};

/// Joins maps; later members win. An unknown map makes the result open, and the members before
/// it may be replaced: they count as assumed.
pub(super) fn merge(arguments: &Arguments<'_>) -> Outcome {
    let mut members = MapBuilder::default();
    let mut is_open = false;
    for map in arguments.values {
        let entries = match &map.kind {
            ValueKind::Map(entries) if !map.flags.has(Flags::EMBEDDED) => Some(entries),
            ValueKind::Null | ValueKind::Absent => continue,
            _ => match unknown_itself(map) {
                Some(Reason::Malformed) | None => return Err(Stop::Error),
                Some(_) => None,
            },
        };
        if entries.is_none() || map.flags.has(Flags::OPEN) {
            is_open = true;
            for entry in members.entries_mut() {
                entry.value.flags = entry.value.flags.with(Flags::ASSUMED);
            }
        }
        for entry in entries.iter().flat_map(|entries| entries.entries()) {
            let value = entry.value.clone().with(inherited(map));
            let value = match members.get_mut(&entry.key) {
                Some(earlier) => or_else(value, &earlier.value),
                None => value,
            };
            members.insert(Entry { value, ..entry.clone() });
        }
        if members.len() > ITEM_LIMIT {
            return Err(Stop::Unknown(too_many_items()));
        }
    }
    let open = if is_open { Flags::OPEN } else { Flags::NONE };
    Ok(Value::map(members.finish(), arguments.span).with(open))
}

/// The value, or another one where it is absent.
pub(super) fn or_else(value: Value, other: &Value) -> Value {
    let guard = presence(&value);
    if guard == Formula::True {
        return value;
    }
    let span = value.span;
    let rest = guard.negate();
    let arms = vec![Arm { guard, value }, Arm { guard: rest, value: other.clone() }];
    choose(arms, span)
}

pub(super) fn keys(arguments: &Arguments<'_>) -> Outcome {
    let map = arguments.get(0)?;
    let is_open = map.flags.has(Flags::OPEN);
    let keys = sorted(arguments.map(0)?).into_iter().map(|entry| {
        if entry.value.flags.has(Flags::SYNTHETIC) && is_open {
            Value::unknown(Reason::OpenMap, entry.key_span).with(Flags::SYNTHETIC)
        } else {
            only_if(presence(&entry.value), Value::string(entry.key.clone(), entry.key_span))
        }
    });
    let hidden = is_open.then(|| hidden_member(map));
    arguments.open_list(hidden.into_iter().chain(keys).collect(), is_open)
}

pub(super) fn values(arguments: &Arguments<'_>) -> Outcome {
    let map = arguments.get(0)?;
    let values = sorted(arguments.map(0)?).into_iter();
    let values = values.map(|entry| entry.value.clone().with(inherited(map)));
    let is_open = map.flags.has(Flags::OPEN);
    let hidden = is_open.then(|| hidden_member(map));
    arguments.open_list(hidden.into_iter().chain(values).collect(), is_open)
}

pub(super) fn length(arguments: &Arguments<'_>) -> Outcome {
    let value = arguments.get(0)?;
    let is_encoded = is_encoded(value);
    let length = match &value.kind {
        _ if is_encoded => characters(&string(value)?)?.len(),
        ValueKind::String(text) => characters(text)?.len(),
        ValueKind::List(items) if is_whole(value) => items.len(),
        ValueKind::List(_) => {
            return Err(Stop::Unknown(unknown_inside(value).unwrap_or(Reason::OpenMap)));
        }
        ValueKind::Map(_) if value.flags.has(Flags::OPEN) => {
            return Err(Stop::Unknown(Reason::OpenMap));
        }
        ValueKind::Map(map) if map.entries().iter().any(|e| !choice_is_whole(&e.value)) => {
            return Err(Stop::Unknown(Reason::Undecided));
        }
        ValueKind::Map(map) => map.len(),
        _ => return Err(arguments.stop(0)),
    };
    arguments.value(int(length))
}

/// Whether something is in a list: true if it is there for certain, whatever is unknown.
pub(super) fn contains(arguments: &Arguments<'_>) -> Outcome {
    let (list, wanted) = (arguments.get(0)?, arguments.get(1)?);
    let items = items(list)?;
    let mut verdict = Tri::any(items.iter().map(|item| equal(item, wanted)));
    if list.flags.has(Flags::OPEN) {
        verdict = verdict.or(Tri::Unknown);
    }
    decided(arguments, verdict)
}

fn decided(arguments: &Arguments<'_>, verdict: Tri) -> Outcome {
    match verdict {
        Tri::True => arguments.bool(true),
        Tri::False => arguments.bool(false),
        Tri::Unknown => {
            let reason = arguments.values.iter().find_map(unknown_inside);
            Err(Stop::Unknown(reason.unwrap_or(Reason::Undecided)))
        }
    }
}

pub(super) fn alltrue(arguments: &Arguments<'_>) -> Outcome {
    let list = arguments.get(0)?;
    let verdict = Tri::all(truths(items(list)?)?);
    decided(
        arguments,
        if list.flags.has(Flags::OPEN) { verdict.and(Tri::Unknown) } else { verdict },
    )
}

pub(super) fn anytrue(arguments: &Arguments<'_>) -> Outcome {
    let list = arguments.get(0)?;
    let verdict = Tri::any(truths(items(list)?)?);
    decided(arguments, if list.flags.has(Flags::OPEN) { verdict.or(Tri::Unknown) } else { verdict })
}

/// The elements as truth values; null counts as false.
fn truths(items: &[Value]) -> Result<Vec<Tri>, Stop> {
    items
        .iter()
        .map(|item| match boolean(item) {
            Ok(value) => Ok(value.into()),
            Err(_) if matches!(item.kind, ValueKind::Null) => Ok(Tri::False),
            Err(Stop::Unknown(_)) => Ok(Tri::Unknown),
            Err(Stop::Error) => Err(Stop::Error),
        })
        .collect()
}

pub(super) fn index(arguments: &Arguments<'_>) -> Outcome {
    let wanted = arguments.get(1)?;
    let place = arguments.items(0)?.iter().position(|item| equal(item, wanted).is_true());
    arguments.value(int(place.ok_or(Stop::Error)?))
}

pub(super) fn matchkeys(arguments: &Arguments<'_>) -> Outcome {
    let (values, keys, wanted) = (arguments.items(0)?, arguments.items(1)?, arguments.items(2)?);
    if values.len() != keys.len() {
        return Err(Stop::Error);
    }
    if !arguments.evaluator.budget.spend(keys.len().saturating_mul(wanted.len())) {
        return Err(Stop::Unknown(too_many_items()));
    }
    let is_wanted =
        |key: &Value| wanted.iter().any(|wanted| equal(&as_text(key), &as_text(wanted)).is_true());
    let matching = values.iter().zip(keys).filter(|(_, key)| is_wanted(key));
    arguments.list(matching.map(|(value, _)| value.clone()).collect())
}

pub(super) fn transpose(arguments: &Arguments<'_>) -> Outcome {
    let mut transposed: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for entry in sorted(arguments.map(0)?) {
        for item in items(&entry.value)? {
            let key = Value::string(entry.key.clone(), entry.key_span);
            transposed.entry(string(item)?).or_default().push(key);
        }
    }
    let lists = transposed
        .into_iter()
        .map(|(key, keys)| (Arc::from(key), Value::list(keys, arguments.span)));
    arguments.pairs(lists)
}

pub(super) fn zipmap(arguments: &Arguments<'_>) -> Outcome {
    let keys = arguments.get(0)?;
    if let Some(reason) = unknown_inside(keys) {
        return Err(Stop::Unknown(reason));
    }
    let keys = items(keys)?;
    let values = match &arguments.get(1)?.kind {
        ValueKind::List(items) if is_whole(arguments.get(1)?) => items.to_vec(),
        _ => {
            // The keys are known, the values are not.
            let list = arguments.get(1)?;
            let reason = unknown_inside(list).ok_or(Stop::Error)?;
            vec![Value::unknown(reason, list.span); keys.len()]
        }
    };
    if keys.len() != values.len() {
        return Err(Stop::Error);
    }
    let mut members = MapBuilder::default();
    for (key, value) in keys.iter().zip(values) {
        members.insert(Entry { key: string(key)?.into(), key_span: key.span, value });
    }
    Ok(Value::map(members.finish(), arguments.span))
}

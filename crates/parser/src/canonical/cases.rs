//! Blocks that are there under a condition: `dynamic` blocks, whose `for_each` is not decided.
//!
//! A list of blocks then has elements that are a choice. They keep their condition on the way to
//! CloudFormation's shape, so that nothing is taken for missing that is there in one case.

use std::sync::Arc;

use trilith_graph::{Arm, Entry, Flags, Formula, Map, Value, ValueKind};

use crate::hcl::{choose, map_arms, map_combinations, only_if, presence};

/// Whether conditions decide about the value or about an element of it.
pub(super) fn is_conditional(value: &Value) -> bool {
    let is_choice = |value: &Value| matches!(value.kind, ValueKind::OneOf(_));
    is_choice(value) || matches!(&value.kind, ValueKind::List(items) if items.iter().any(is_choice))
}

/// The value with the condition under which it is there, or its alternatives.
fn arms(value: &Value) -> Vec<(Formula, &Value)> {
    match &value.kind {
        ValueKind::OneOf(arms) => arms.iter().map(|arm| (arm.guard.clone(), &arm.value)).collect(),
        _ => vec![(Formula::True, value)],
    }
}

/// The elements of a list with the condition under which each is there: of every alternative of
/// the list, and every alternative of an element.
pub(crate) fn elements(value: &Value) -> Vec<(Formula, &Value)> {
    let mut found = Vec::new();
    for (outer, list) in arms(value) {
        for item in list.items() {
            let inner = arms(item).into_iter();
            found.extend(inner.map(|(guard, item)| (Formula::all([outer.clone(), guard]), item)));
        }
    }
    found
}

/// `f` of a block, or a choice of what it is for each of its alternatives.
pub(super) fn in_each_case(
    block: &Value,
    f: &mut dyn FnMut(&Value) -> Option<Value>,
) -> Option<Value> {
    let ValueKind::OneOf(arms) = &block.kind else { return f(block) };
    let arms = arms.iter().filter_map(|arm| {
        let value = arm.value.clone().with(block.flags);
        Some(Arm { guard: arm.guard.clone(), value: f(&value)? })
    });
    Some(choose(arms.collect(), block.span))
}

/// The one block of a list that may have no more: where conditions decide which it is, a choice
/// of them. Absent if there is none.
pub(super) fn only_block(list: &Value) -> Value {
    let mut found = Vec::new();
    for (guard, block) in elements(list) {
        if matches!(block.kind, ValueKind::Null | ValueKind::Absent) {
            continue;
        }
        let is_certain = guard == Formula::True;
        // One that is always there is what remains where those before it are not.
        let guard = if is_certain {
            Formula::any(found.iter().map(|arm: &Arm| arm.guard.clone())).negate()
        } else {
            guard
        };
        found.push(Arm { guard, value: block.clone() });
        if is_certain {
            break;
        }
    }
    if found.is_empty() { Value::absent().clone() } else { choose(found, list.span) }
}

/// `f` of a list of blocks, or a choice of what it is for each combination of those that are there.
/// Where none is, the choice has nothing.
pub(crate) fn in_each_combination(list: &Value, f: &mut dyn FnMut(&Value) -> Value) -> Value {
    if !is_conditional(list) {
        return f(list);
    }
    map_arms(list, &mut |list| {
        let ValueKind::List(items) = &list.kind else { return f(list) };
        let items: Vec<Value> = items.iter().map(with_absence).collect();
        map_combinations(&items, list.span, &mut |items| {
            let items: Vec<Value> = items.iter().filter(|it| !it.is_absent()).cloned().collect();
            if items.is_empty() && !list.flags.has(Flags::OPEN) {
                return Value::absent().clone();
            }
            f(&Value { kind: ValueKind::List(Arc::new(items)), ..list.clone() })
        })
    })
}

/// A choice that may be nothing, with that as an alternative of its own.
fn with_absence(value: &Value) -> Value {
    let ValueKind::OneOf(arms) = &value.kind else { return value.clone() };
    match presence(value) {
        Formula::True => value.clone(),
        guard => {
            let nothing = Value { kind: ValueKind::Absent, ..value.clone() };
            let nothing = Arm { guard: guard.negate(), value: nothing };
            let arms = arms.iter().cloned().chain([nothing]).collect();
            Value { kind: ValueKind::OneOf(Arc::new(arms)), ..value.clone() }
        }
    }
}

/// Blocks that exclude each other as one: each member has the condition of its block.
pub(super) fn blended(blocks: &[(Formula, &Map)]) -> Map {
    let mut members = Map::default();
    for (guard, block) in blocks {
        for entry in block.entries() {
            let arms = match members.get(&entry.key).map(|value| &value.kind) {
                Some(ValueKind::OneOf(arms)) => arms.to_vec(),
                _ => Vec::new(),
            };
            let arm = Arm { guard: guard.clone(), value: entry.value.clone() };
            let value = choose(arms.into_iter().chain([arm]).collect(), entry.value.span);
            members.insert(entry.key.clone(), entry.key_span, value);
        }
    }
    members
}

/// Sets a member where a condition holds; where it does not, what is there already stays.
pub(super) fn insert_if(map: &mut Map, guard: &Formula, entry: Entry) {
    let value = match map.get(&entry.key) {
        Some(earlier) => otherwise(guard, entry.value, earlier.clone()),
        None => only_if(guard.clone(), entry.value),
    };
    map.insert(entry.key, entry.key_span, value);
}

/// One value if a condition holds, and otherwise the other.
pub(crate) fn otherwise(guard: &Formula, value: Value, other: Value) -> Value {
    let span = value.span;
    let arms = [(guard.clone(), value), (guard.negate(), other)];
    choose(arms.map(|(guard, value)| Arm { guard, value }).into(), span)
}

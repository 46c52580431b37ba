//! Which element of a planned list is which of the sources.
//!
//! Terraform sorts sets by a hash, so that the blocks of a security group come in any order.

use std::borrow::Cow;

use trilith_graph::{Flags, Value, ValueKind};

/// Comparisons above which lists are taken to be in the same order.
const LIMIT: usize = 10_000;

/// For each planned element its counterpart in the sources.
pub(super) fn pairs(planned: &[Value], written: &[Value]) -> Vec<Option<usize>> {
    let in_order = |at: usize| (at < written.len()).then_some(at);
    let identity = || (0..planned.len()).map(in_order).collect();
    let fits = |(one, other): (&Value, &Value)| likeness(one, other) >= 0;
    let same_length = planned.len() == written.len();
    if same_length && planned.iter().zip(written).all(fits) && !is_shuffled(planned, written) {
        return identity();
    }
    if planned.len() * written.len() > LIMIT {
        return identity();
    }
    let mut is_free = vec![true; written.len()];
    let best_for = |one: &Value| {
        let mut best: Option<(i32, usize)> = None;
        for (at, other) in written.iter().enumerate() {
            // An element that stands for any number of others is never used up.
            let stands_for_all = other.flags.has(Flags::OPEN) || written.len() < planned.len();
            let score = likeness(one, other);
            let is_better = best.is_none_or(|(most, _)| score > most);
            if score >= 0 && is_better && (is_free[at] || stands_for_all) {
                best = Some((score, at));
            }
        }
        let found = best.map(|(_, at)| at);
        if let Some(at) = found {
            is_free[at] = false;
        }
        found
    };
    planned.iter().map(best_for).collect()
}

/// Whether another order fits better than the one in which both are.
fn is_shuffled(planned: &[Value], written: &[Value]) -> bool {
    planned.len() > 1
        && planned.len() * written.len() <= LIMIT
        && planned.iter().enumerate().any(|(at, one)| {
            let own = likeness(one, &written[at]);
            written.iter().any(|other| likeness(one, other) > own)
        })
}

/// How alike two values are: the parts that are equal less those that differ, which weigh more.
fn likeness(planned: &Value, written: &Value) -> i32 {
    match (&planned.kind, &written.kind) {
        (ValueKind::Map(members), ValueKind::Map(_)) => members
            .entries()
            .iter()
            .map(|entry| likeness(&entry.value, written.get(&entry.key)))
            .sum(),
        (ValueKind::List(items), ValueKind::List(others)) => {
            let known = |list: &[Value]| list.iter().all(|item| scalar(item).is_some());
            if !known(items) || !known(others) {
                return 0;
            }
            let has = |item: &Value| others.iter().any(|other| scalar(item) == scalar(other));
            let is_same = items.len() == others.len() && items.iter().all(has);
            if is_same { 2 } else { -5 }
        }
        _ => match (scalar(planned), scalar(written)) {
            (Some(one), Some(other)) if one == other => 2,
            (Some(_), Some(_)) => -5,
            _ => 0,
        },
    }
}

fn scalar(value: &Value) -> Option<Cow<'_, str>> {
    Some(match &value.kind {
        ValueKind::String(text) => Cow::Borrowed(text),
        ValueKind::Bool(value) => value.to_string().into(),
        ValueKind::Int(number) => number.to_string().into(),
        ValueKind::Float(number) => number.to_string().into(),
        _ => return None,
    })
}

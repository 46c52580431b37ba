//! Functions on sets. A set is a list without duplicates in the order in which Terraform goes
//! through it.

use std::cmp::Ordering;

use trilith_graph::{Flags, Value, ValueKind};

use super::sequence::{element_template, unique};
use super::{Arguments, Outcome, convert, items};
use crate::hcl::evaluate::budget::{ITEM_LIMIT, too_many_items};
use crate::hcl::evaluate::compare::equal;
use crate::hcl::evaluate::text::{Stop, as_text, float, is_encoded};

pub(super) fn toset(arguments: &Arguments<'_>) -> Outcome {
    let list = arguments.get(0)?;
    if matches!(list.kind, ValueKind::Null) {
        return Ok(list.clone());
    }
    set_of(arguments, items(list)?, list.flags.has(Flags::OPEN))
}

fn set_of(arguments: &Arguments<'_>, items: &[Value], is_open: bool) -> Outcome {
    // A set is sorted by its texts, so encoded ones are written out.
    let plain: Vec<Value> = items
        .iter()
        .map(|item| if is_encoded(item) { as_text(item) } else { item.clone() })
        .collect();
    let (mut kept, may_shrink) = unique(arguments, convert::unified(&plain)?)?;
    kept.sort_by(order);
    arguments.open_list(kept, is_open || may_shrink)
}

/// The elements of a set in order, each once.
pub(in crate::hcl) fn sorted_set(mut items: Vec<Value>) -> Vec<Value> {
    items.sort_by(order);
    // Equal scalars are neighbours now.
    items.dedup_by(|later, earlier| equal(earlier, later).is_true());
    items
}

/// Text by its bytes, numbers by size, false before true; anything else stays where it is.
fn order(left: &Value, right: &Value) -> Ordering {
    match (&left.kind, &right.kind) {
        (ValueKind::String(a), ValueKind::String(b)) => a.cmp(b),
        (ValueKind::Bool(a), ValueKind::Bool(b)) => a.cmp(b),
        _ => match (float(left), float(right)) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            _ => rank(left).cmp(&rank(right)),
        },
    }
}

/// Keeps the order total. What is not known comes first, since it may belong anywhere.
fn rank(value: &Value) -> u8 {
    match value.kind {
        ValueKind::Bool(_) => 1,
        ValueKind::Int(_) | ValueKind::Float(_) => 2,
        ValueKind::String(_) => 3,
        ValueKind::Null | ValueKind::List(_) | ValueKind::Map(_) => 4,
        _ => 0,
    }
}

pub(super) fn setunion(arguments: &Arguments<'_>) -> Outcome {
    let mut all = Vec::new();
    let mut is_open = false;
    for set in arguments.values {
        is_open |= set.flags.has(Flags::OPEN);
        if let ValueKind::List(items) = &set.kind {
            all.extend(items.iter().cloned());
        } else {
            is_open = true;
            all.push(element_template(set)?);
        }
    }
    set_of(arguments, &all, is_open)
}

pub(super) fn setintersection(arguments: &Arguments<'_>) -> Outcome {
    kept_if(arguments, |item, others| {
        others.iter().all(|set| set.items().iter().any(|other| equal_as_text(item, other)))
    })
}

pub(super) fn setsubtract(arguments: &Arguments<'_>) -> Outcome {
    kept_if(arguments, |item, others| {
        !others.iter().any(|set| set.items().iter().any(|other| equal_as_text(item, other)))
    })
}

/// Elements of sets of different types become text before they are compared.
fn equal_as_text(left: &Value, right: &Value) -> bool {
    equal(left, right).is_true()
        || equal(&convert::to_text(left), &convert::to_text(right)).is_true()
}

fn kept_if(arguments: &Arguments<'_>, keep: fn(&Value, &[Value]) -> bool) -> Outcome {
    let (first, others) = arguments.values.split_first().ok_or(Stop::Error)?;
    let size: usize = others.iter().map(|set| set.items().len()).sum();
    let first = items(first)?;
    if !arguments.evaluator.budget.spend(first.len().saturating_mul(size)) {
        return Err(Stop::Unknown(too_many_items()));
    }
    for set in others {
        items(set)?;
    }
    let kept: Vec<Value> = first.iter().filter(|item| keep(item, others)).cloned().collect();
    set_of(arguments, &kept, false)
}

pub(super) fn setproduct(arguments: &Arguments<'_>) -> Outcome {
    let mut sets = Vec::new();
    for set in arguments.values {
        sets.push(convert::unified(items(set)?)?);
    }
    let count = sets.iter().map(Vec::len).fold(1, usize::saturating_mul);
    if count > ITEM_LIMIT || !arguments.evaluator.budget.spend(count * sets.len()) {
        return Err(Stop::Unknown(too_many_items()));
    }
    let combinations = (0..count).map(|number| {
        let mut rest = number;
        let mut picked: Vec<Value> = Vec::new();
        // The last set changes fastest.
        for set in sets.iter().rev() {
            picked.push(set[rest % set.len()].clone());
            rest /= set.len();
        }
        picked.reverse();
        Value::list(picked, arguments.span)
    });
    arguments.list(combinations.collect())
}

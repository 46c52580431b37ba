//! Functions on lists.

use trilith_graph::{Flags, Part, Reason, Value, ValueKind};

use super::{Arguments, Outcome, choice_is_whole, convert, items};
use crate::hcl::evaluate::budget::{ITEM_LIMIT, too_many_items};
use crate::hcl::evaluate::choice::{all, only_if, presence};
use crate::hcl::evaluate::compare::{equal, unknown_inside, unknown_itself};
use crate::hcl::evaluate::text::{Stop, inherited, int, may_be_anything, string};
use crate::hcl::evaluate::{element as element_of, hidden_member, index_is_sure};

/// Whether a list is there for certain and complete: nothing in it may be absent, and it has no
/// further elements.
pub(super) fn is_whole(list: &Value) -> bool {
    !list.flags.has(Flags::OPEN) && list.items().iter().all(choice_is_whole)
}

/// The one element that stands for all those of something unknown.
pub(super) fn element_template(value: &Value) -> Result<Value, Stop> {
    match unknown_itself(value) {
        Some(Reason::Malformed) | None => Err(Stop::Error),
        Some(reason) => {
            let unknown = Value { kind: ValueKind::Unknown(reason), ..value.clone() };
            Ok(unknown.with(Flags::SYNTHETIC))
        }
    }
}

/// What stands at the end of an open list for the elements that it may have there.
fn further_elements(list: &Value) -> Option<Value> {
    let is_marked = list.items().last().is_some_and(|item| item.flags.has(Flags::SYNTHETIC));
    (list.flags.has(Flags::OPEN) && !is_marked).then(|| hidden_member(list))
}

pub(super) fn concat(arguments: &Arguments<'_>) -> Outcome {
    let mut joined = Vec::new();
    let mut is_open = false;
    for list in arguments.values {
        if let ValueKind::List(items) = &list.kind {
            is_open |= list.flags.has(Flags::OPEN);
            joined.extend(items.iter().map(|item| item.clone().with(inherited(list))));
            joined.extend(further_elements(list));
        } else {
            is_open = true;
            joined.push(element_template(list)?);
        }
        if joined.len() > ITEM_LIMIT {
            return Err(Stop::Unknown(too_many_items()));
        }
    }
    arguments.open_list(joined, is_open)
}

pub(super) fn flatten(arguments: &Arguments<'_>) -> Outcome {
    let mut flat = Vec::new();
    let list = arguments.get(0)?;
    let mut is_open = list.flags.has(Flags::OPEN);
    flatten_into(&mut flat, &mut is_open, arguments, items(list)?, 0)?;
    arguments.open_list(flat, is_open)
}

fn flatten_into(
    flat: &mut Vec<Value>,
    is_open: &mut bool,
    arguments: &Arguments<'_>,
    items: &[Value],
    depth: usize,
) -> Result<(), Stop> {
    if flat.len() > ITEM_LIMIT || depth > 64 || !arguments.evaluator.budget.spend(items.len()) {
        return Err(Stop::Unknown(too_many_items()));
    }
    for item in items {
        match &item.kind {
            ValueKind::List(inner) if !item.flags.has(Flags::EMBEDDED) => {
                *is_open |= item.flags.has(Flags::OPEN);
                flatten_into(flat, is_open, arguments, inner, depth + 1)?;
                flat.extend(further_elements(item));
            }
            // Lists that depend on a condition lend it to their elements.
            ValueKind::OneOf(arms) => {
                for arm in arms.iter() {
                    let before = flat.len();
                    let alternative = std::slice::from_ref(&arm.value);
                    flatten_into(flat, is_open, arguments, alternative, depth + 1)?;
                    for value in &mut flat[before..] {
                        let guard = all([arm.guard.clone(), presence(value)]);
                        *value = only_if(guard, value.clone());
                    }
                }
            }
            // It may be a list itself, of any length.
            ValueKind::Unknown(_) => {
                *is_open = true;
                flat.push(item.clone().with(Flags::SYNTHETIC));
            }
            _ => flat.push(item.clone()),
        }
    }
    Ok(())
}

pub(super) fn compact(arguments: &Arguments<'_>) -> Outcome {
    let list = arguments.get(0)?;
    let mut kept = Vec::new();
    let mut is_open = list.flags.has(Flags::OPEN);
    for item in items(list)? {
        match &item.kind {
            ValueKind::Null | ValueKind::Absent => {}
            ValueKind::String(text) if text.is_empty() => {}
            // It may be left out.
            _ if may_be_anything(item) || may_be_empty(item) => {
                is_open = true;
                kept.push(item.clone().with(Flags::SYNTHETIC));
            }
            ValueKind::OneOf(arms) => {
                let is_empty = |value: &Value| match &value.kind {
                    ValueKind::Null | ValueKind::Absent => true,
                    ValueKind::String(text) => text.is_empty(),
                    _ => false,
                };
                let full = arms.iter().filter(|arm| !is_empty(&arm.value));
                let arms = full.cloned().collect();
                kept.push(crate::hcl::evaluate::choice::choose(arms, item.span));
            }
            _ => kept.push(convert::to_text(item)),
        }
    }
    arguments.open_list(kept, is_open)
}

/// Whether nothing is known of a text but that it is one.
fn may_be_empty(value: &Value) -> bool {
    match &value.kind {
        ValueKind::Template(parts) => parts.iter().all(|part| matches!(part, Part::Hole(_))),
        ValueKind::OneOf(arms) => arms.iter().any(|arm| may_be_empty(&arm.value)),
        _ => false,
    }
}

pub(super) fn distinct(arguments: &Arguments<'_>) -> Outcome {
    let list = arguments.get(0)?;
    let (kept, is_open) = unique(arguments, convert::unified(items(list)?)?)?;
    arguments.open_list(kept, is_open || list.flags.has(Flags::OPEN))
}

/// The elements without those that occur earlier, and whether there may be fewer.
pub(super) fn unique(
    arguments: &Arguments<'_>,
    items: Vec<Value>,
) -> Result<(Vec<Value>, bool), Stop> {
    let mut texts = std::collections::HashSet::new();
    let mut others: Vec<usize> = Vec::new();
    let mut kept: Vec<Value> = Vec::new();
    let mut is_open = false;
    for item in items {
        if let ValueKind::String(text) = &item.kind {
            if texts.insert(text.clone()) {
                kept.push(item);
            }
            continue;
        }
        if !arguments.evaluator.budget.spend(others.len()) {
            return Err(Stop::Unknown(too_many_items()));
        }
        if others.iter().any(|at| equal(&kept[*at], &item).is_true()) {
            continue;
        }
        // It may turn out to be one of the others.
        let is_unsure = unknown_inside(&item).is_some();
        is_open |= is_unsure;
        others.push(kept.len());
        kept.push(if is_unsure { item.with(Flags::SYNTHETIC) } else { item });
    }
    Ok((kept, is_open))
}

pub(super) fn reverse(arguments: &Arguments<'_>) -> Outcome {
    let list = arguments.get(0)?;
    let mut reversed = items(list)?.to_vec();
    reversed.extend(further_elements(list));
    reversed.reverse();
    arguments.open_list(reversed, list.flags.has(Flags::OPEN))
}

pub(super) fn slice(arguments: &Arguments<'_>) -> Outcome {
    let list = arguments.get(0)?;
    let items = items(list)?;
    let bounds = arguments.integer(1).and_then(|start| Ok((start, arguments.integer(2)?)));
    let (start, end) = match bounds {
        Ok(bounds) if is_whole(list) => bounds,
        Ok((start, end)) if is_prefix_sure(list, start, end) => (start, end),
        Ok(_) | Err(Stop::Unknown(_)) => return some_of(arguments, list, items),
        Err(Stop::Error) => return Err(Stop::Error),
    };
    let (Ok(start), Ok(end)) = (usize::try_from(start), usize::try_from(end)) else {
        return Err(Stop::Error);
    };
    arguments.list(items.get(start..end).ok_or(Stop::Error)?.to_vec())
}

fn is_prefix_sure(list: &Value, start: i64, end: i64) -> bool {
    start <= end && usize::try_from(end).is_ok_and(|end| end == 0 || index_is_sure(list, end - 1))
}

/// Some of the elements, nobody knows which.
fn some_of(arguments: &Arguments<'_>, list: &Value, items: &[Value]) -> Outcome {
    let reason = unknown_inside(list).unwrap_or(Reason::Undecided);
    let element = Value::unknown(reason, list.span).with(Flags::SYNTHETIC);
    let elements = match items {
        [only] if only.flags.has(Flags::SYNTHETIC) => vec![only.clone()],
        _ => vec![element],
    };
    arguments.open_list(elements, true)
}

pub(super) fn element(arguments: &Arguments<'_>) -> Outcome {
    let list = arguments.get(0)?;
    let items = items(list)?;
    let index = arguments.integer(1)?;
    let index = usize::try_from(index).map_err(|_| Stop::Error)?;
    if is_whole(list) {
        if items.is_empty() {
            return Err(Stop::Error);
        }
        return Ok(items[index % items.len()].clone());
    }
    let index = Value::new(int(index), list.span);
    let found = element_of(list, &index);
    arguments.evaluator.note_step(list, &found);
    Ok(found)
}

pub(super) fn chunklist(arguments: &Arguments<'_>) -> Outcome {
    let items = arguments.items(0)?;
    let size = usize::try_from(arguments.integer(1)?).map_err(|_| Stop::Error)?;
    let size = if size == 0 { items.len().max(1) } else { size };
    let chunks = items.chunks(size).map(|chunk| Value::list(chunk.to_vec(), arguments.span));
    arguments.list(chunks.collect())
}

pub(super) fn coalescelist(arguments: &Arguments<'_>) -> Outcome {
    for list in arguments.values {
        let ValueKind::List(items) = &list.kind else {
            return Err(match unknown_itself(list) {
                Some(Reason::Malformed) | None => Stop::Error,
                Some(reason) => Stop::Unknown(reason),
            });
        };
        let is_full = items.iter().any(|item| {
            choice_is_whole(item)
                && !(item.flags.has(Flags::SYNTHETIC) && list.flags.has(Flags::OPEN))
        });
        if is_full {
            return Ok(list.clone());
        }
        if !is_whole(list) {
            return Err(Stop::Unknown(unknown_inside(list).unwrap_or(Reason::Undecided)));
        }
    }
    Err(Stop::Error)
}

pub(super) fn one(arguments: &Arguments<'_>) -> Outcome {
    let list = arguments.get(0)?;
    let items = items(list)?;
    match items {
        [] if is_whole(list) => arguments.value(ValueKind::Null),
        [only] if is_whole(list) => Ok(only.clone()),
        // The one element, or null if there is none: a reference stands for both.
        [only] if !list.flags.has(Flags::OPEN) => Ok(or_null(only)),
        [only] if only.flags.has(Flags::SYNTHETIC) && only.as_reference().is_some() => {
            Ok(only.clone())
        }
        _ if is_whole(list) => Err(Stop::Error),
        _ => Err(Stop::Unknown(unknown_inside(list).unwrap_or(Reason::Undecided))),
    }
}

fn or_null(value: &Value) -> Value {
    let guard = presence(value);
    let null = Value::new(ValueKind::Null, value.span);
    let arms = vec![
        trilith_graph::Arm { guard: guard.clone(), value: value.clone() },
        trilith_graph::Arm { guard: guard.negate(), value: null },
    ];
    crate::hcl::evaluate::choice::choose(arms, value.span)
}

pub(super) fn sort(arguments: &Arguments<'_>) -> Outcome {
    let mut texts = Vec::new();
    for item in arguments.items(0)? {
        texts.push((string(item)?, item));
    }
    texts.sort_by(|a, b| a.0.cmp(&b.0));
    arguments.list(texts.into_iter().map(|(_, item)| convert::to_text(item)).collect())
}

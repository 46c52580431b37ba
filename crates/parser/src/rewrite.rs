//! Values with some of their parts replaced.

use std::sync::Arc;

use trilith_graph::{Arm, Entry, Formula, Map, Part, Value, ValueKind};

/// What replaces parts of a value.
pub(crate) trait Rewrite {
    /// What takes the place of a value; `None` to go on inside of it.
    fn value(&mut self, value: &Value) -> Option<Value>;

    /// What takes the place of the guard of an alternative; `None` to keep it.
    fn guard(&mut self, _guard: &Formula) -> Option<Formula> {
        None
    }
}

impl<F: FnMut(&Value) -> Option<Value>> Rewrite for F {
    fn value(&mut self, value: &Value) -> Option<Value> {
        self(value)
    }
}

/// Replaces parts of a value in place. What is not concerned stays shared.
pub(crate) fn rewrite(value: &mut Value, by: &mut dyn Rewrite) {
    if let Some(changed) = rewritten(value, by) {
        *value = changed;
    }
}

/// The value with parts replaced; `None` if nothing of it is.
fn rewritten(value: &Value, by: &mut dyn Rewrite) -> Option<Value> {
    if let Some(replacement) = by.value(value) {
        return Some(replacement);
    }
    let kind = match &value.kind {
        ValueKind::List(items) => {
            ValueKind::List(Arc::new(each(items, |item| rewritten(item, by))?))
        }
        ValueKind::Map(map) => {
            let entries = each(map.entries(), |entry| {
                let value = rewritten(&entry.value, by)?;
                Some(Entry { value, ..entry.clone() })
            })?;
            let mut changed = Map::with_capacity(entries.len());
            entries.into_iter().for_each(|entry| changed.push(entry));
            ValueKind::Map(Arc::new(changed))
        }
        ValueKind::OneOf(arms) => {
            let arms = each(arms, |arm| match (rewritten(&arm.value, by), by.guard(&arm.guard)) {
                (None, None) => None,
                (value, guard) => Some(Arm {
                    guard: guard.unwrap_or_else(|| arm.guard.clone()),
                    value: value.unwrap_or_else(|| arm.value.clone()),
                }),
            })?;
            ValueKind::OneOf(Arc::new(arms))
        }
        ValueKind::Template(parts) => {
            let parts = each(parts, |part| match part {
                Part::Text(_) => None,
                Part::Hole(hole) => rewritten(hole, by).map(part_of),
            })?;
            ValueKind::template(parts)
        }
        _ => return None,
    };
    Some(Value { kind, ..value.clone() })
}

/// A piece of text: literal where the value is known.
pub(crate) fn part_of(value: Value) -> Part {
    let is_scalar = matches!(
        value.kind,
        ValueKind::String(_) | ValueKind::Bool(_) | ValueKind::Int(_) | ValueKind::Float(_)
    );
    match value.display_text() {
        Some(text) if is_scalar && !value.flags.has(trilith_graph::Flags::SENSITIVE) => {
            Part::Text(text.into())
        }
        _ => Part::Hole(value),
    }
}

/// The items with those replaced that `change` replaces; `None` if it replaces none.
fn each<T: Clone>(items: &[T], mut change: impl FnMut(&T) -> Option<T>) -> Option<Vec<T>> {
    let mut changed: Option<Vec<T>> = None;
    for (index, item) in items.iter().enumerate() {
        if let Some(new) = change(item) {
            changed.get_or_insert_with(|| items.to_vec())[index] = new;
        }
    }
    changed
}

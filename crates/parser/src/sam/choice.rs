//! Values that depend on conditions: what an expansion makes of them depends on the same.

use std::sync::Arc;

use trilith_graph::{Arm, Formula, Value, ValueKind};

/// The alternatives of a value that are not absent, each with its guard.
pub(super) fn alternatives(value: &Value) -> Vec<(Formula, &Value)> {
    let mut found = Vec::new();
    collect(value, &Formula::True, &mut found);
    found
}

fn collect<'v>(value: &'v Value, guard: &Formula, found: &mut Vec<(Formula, &'v Value)>) {
    match &value.kind {
        ValueKind::Absent | ValueKind::Null => {}
        ValueKind::OneOf(arms) => {
            for arm in arms.iter() {
                collect(&arm.value, &Formula::all([guard.clone(), arm.guard.clone()]), found);
            }
        }
        _ => found.push((guard.clone(), value)),
    }
}

/// When a value is given at all.
pub(super) fn given(value: &Value) -> Formula {
    Formula::any(alternatives(value).into_iter().map(|(guard, _)| guard))
}

/// When a value is one that `holds`.
pub(super) fn when_any(value: &Value, mut holds: impl FnMut(&Value) -> bool) -> Formula {
    let matching = alternatives(value).into_iter().filter(|(_, value)| holds(value));
    Formula::any(matching.map(|(guard, _)| guard))
}

/// The value if `guard` holds, else nothing.
pub(super) fn only_when(guard: Formula, value: Value) -> Value {
    match guard {
        Formula::True => value,
        Formula::False => Value::new(ValueKind::Absent, value.span),
        guard => {
            let span = value.span;
            Value::new(ValueKind::OneOf(Arc::new(vec![Arm { guard, value }])), span)
        }
    }
}

/// The value where it is given, `other` where it is not.
pub(super) fn or_else(value: &Value, other: Value) -> Value {
    match given(value) {
        Formula::True => value.clone(),
        Formula::False => other,
        given => {
            let arms = alternatives(value).into_iter();
            let arms = arms.map(|(guard, value)| Arm { guard, value: value.clone() });
            let other = Arm { guard: given.negate(), value: other };
            let arms = arms.chain([other]).collect();
            Value::new(ValueKind::OneOf(Arc::new(arms)), value.span)
        }
    }
}

/// What `change` makes of every alternative, under the same guards.
pub(super) fn map(value: &Value, mut change: impl FnMut(&Value) -> Value) -> Value {
    let ValueKind::OneOf(_) = &value.kind else {
        return if value.is_absent() { value.clone() } else { change(value) };
    };
    let arms = alternatives(value).into_iter();
    let arms = arms.map(|(guard, value)| Arm { guard, value: change(value) }).collect();
    Value { kind: ValueKind::OneOf(Arc::new(arms)), ..value.clone() }
}

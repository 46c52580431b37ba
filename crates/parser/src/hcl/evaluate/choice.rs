//! Values that depend on a condition.
//!
//! INVARIANT: the alternatives of a value exclude each other, each is possible, no two are the
//! same, and there are at most [`ARM_LIMIT`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use trilith_graph::{Arm, Formula, Reason, Span, Tri, Value, ValueKind};

use super::compare;

/// Alternatives of one value.
const ARM_LIMIT: usize = 16;
/// Parts of one formula.
const FORMULA_LIMIT: usize = 100;
/// Combinations of conditions that are tried to see whether an alternative is possible.
const COMBINATION_LIMIT: usize = 256;

/// The value that is one of `arms`; where no guard holds it is absent.
pub(crate) fn choose(arms: Vec<Arm>, span: Span) -> Value {
    let mut kept: Vec<Arm> = Vec::new();
    for arm in arms {
        add(&mut kept, arm.guard, arm.value);
    }
    if kept.len() > ARM_LIMIT {
        let limit = format!("a value has more than {ARM_LIMIT} alternatives");
        return Value::unknown(Reason::Budget(limit.into()), span);
    }
    if !kept.iter().all(|arm| is_simple(&arm.guard)) {
        let limit = "the conditions of a value are too complex".into();
        return Value::unknown(Reason::Budget(limit), span);
    }
    if let [only] = kept.as_slice()
        && is_certain(&only.guard)
        && let Some(arm) = kept.pop()
    {
        return arm.value;
    }
    Value::new(ValueKind::OneOf(Arc::new(kept)), span)
}

/// Adds an alternative: those inside of it one by one, the impossible not at all, and one that
/// is there already by a wider guard.
fn add(kept: &mut Vec<Arm>, guard: Formula, value: Value) {
    if let ValueKind::OneOf(inner) = &value.kind {
        for arm in inner.iter() {
            let alternative = arm.value.clone().with(value.flags);
            add(kept, all([guard.clone(), arm.guard.clone()]), alternative);
        }
        return;
    }
    if !is_possible(&guard) {
        return;
    }
    let same = kept.iter_mut().find(|arm| compare::is_same(&arm.value, &value));
    match same {
        Some(arm) => arm.guard = any([arm.guard.clone(), guard]),
        None => kept.push(Arm { guard, value }),
    }
}

/// `value` where `guard` holds, absent elsewhere.
pub(crate) fn only_if(guard: Formula, value: Value) -> Value {
    let span = value.span;
    if is_certain(&guard) { value } else { choose(vec![Arm { guard, value }], span) }
}

/// Applies `f` to the value, or to each of its alternatives.
pub(crate) fn map_arms(value: &Value, f: &mut dyn FnMut(&Value) -> Value) -> Value {
    let ValueKind::OneOf(arms) = &value.kind else { return f(value) };
    let arms = arms.iter().map(|arm| {
        let chosen = arm.value.clone().with(value.flags);
        Arm { guard: arm.guard.clone(), value: f(&chosen) }
    });
    choose(arms.collect(), value.span)
}

/// Applies `f` to every combination of the alternatives of `values`. If there are too many
/// combinations, a value with alternatives counts as unknown.
pub(crate) fn map_combinations(
    values: &[Value],
    span: Span,
    f: &mut dyn FnMut(&[Value]) -> Value,
) -> Value {
    let sizes = values.iter().map(|value| match &value.kind {
        ValueKind::OneOf(arms) => arms.len().max(1),
        _ => 1,
    });
    let count: usize = sizes.fold(1, usize::saturating_mul);
    if count == 1 && !values.iter().any(|value| matches!(value.kind, ValueKind::OneOf(_))) {
        return f(values);
    }
    if count > ARM_LIMIT {
        let values: Vec<Value> = values.iter().map(undecided).collect();
        return f(&values);
    }
    let mut arms = Vec::new();
    for number in 0..count {
        let (guard, combination) = nth_combination(values, number);
        if is_possible(&guard) {
            arms.push(Arm { guard, value: f(&combination) });
        }
    }
    choose(arms, span)
}

fn undecided(value: &Value) -> Value {
    match &value.kind {
        ValueKind::OneOf(_) => {
            Value { kind: ValueKind::Unknown(Reason::Undecided), ..value.clone() }
        }
        _ => value.clone(),
    }
}

fn nth_combination(values: &[Value], mut number: usize) -> (Formula, Vec<Value>) {
    let mut guards = Vec::new();
    let chosen = values.iter().map(|value| {
        let ValueKind::OneOf(arms) = &value.kind else { return value.clone() };
        let Some(arm) = arms.get(number % arms.len().max(1)) else {
            return undecided(value);
        };
        number /= arms.len();
        guards.push(arm.guard.clone());
        arm.value.clone().with(value.flags)
    });
    let chosen = chosen.collect();
    (all(guards), chosen)
}

/// When the value is there at all: always, unless it has alternatives that leave a gap.
pub(crate) fn presence(value: &Value) -> Formula {
    let ValueKind::OneOf(arms) = &value.kind else { return Formula::True };
    let guard = any(arms.iter().map(|arm| arm.guard.clone()));
    if is_certain(&guard) { Formula::True } else { guard }
}

/// All of them, without a level of its own for each `and` inside an `and`.
pub(in crate::hcl) fn all(formulas: impl IntoIterator<Item = Formula>) -> Formula {
    Formula::all(formulas.into_iter().flat_map(|formula| match formula {
        Formula::All(parts) => parts.to_vec(),
        other => vec![other],
    }))
}

/// At least one of them, without a level of its own for each `or` inside an `or`.
pub(in crate::hcl) fn any(formulas: impl IntoIterator<Item = Formula>) -> Formula {
    Formula::any(formulas.into_iter().flat_map(|formula| match formula {
        Formula::Any(parts) => parts.to_vec(),
        other => vec![other],
    }))
}

/// Whether a formula is small enough to be worked with: it may grow with every step.
pub(in crate::hcl) fn is_simple(formula: &Formula) -> bool {
    let mut left = FORMULA_LIMIT;
    count_down(formula, &mut left)
}

fn count_down(formula: &Formula, left: &mut usize) -> bool {
    if *left == 0 {
        return false;
    }
    *left -= 1;
    match formula {
        Formula::True | Formula::False | Formula::Is(..) => true,
        Formula::Not(inner) | Formula::Named(_, inner) => count_down(inner, left),
        Formula::All(parts) | Formula::Any(parts) => {
            parts.iter().all(|part| count_down(part, left))
        }
    }
}

/// Whether a formula can hold.
pub(in crate::hcl) fn is_possible(formula: &Formula) -> bool {
    verdicts(formula).is_none_or(|seen| seen != [false])
}

/// Whether a formula always holds.
pub(in crate::hcl) fn is_certain(formula: &Formula) -> bool {
    matches!(formula, Formula::True) || verdicts(formula).is_some_and(|seen| seen == [true])
}

/// The truth values that a formula can take, if there are few enough combinations to try.
fn verdicts(formula: &Formula) -> Option<Vec<bool>> {
    // The common cases need no trial.
    match formula {
        Formula::True => return Some(vec![true]),
        Formula::False => return Some(vec![false]),
        Formula::Is(..) => return None,
        Formula::Not(inner) if matches!(**inner, Formula::Is(..)) => return None,
        _ => {}
    }
    let mut variables = BTreeSet::new();
    formula.collect_variables(&mut variables);
    let count = variables
        .iter()
        .try_fold(1_usize, |product, variable| product.checked_mul(variable.size()))?;
    if count > COMBINATION_LIMIT {
        return None;
    }
    let mut seen = BTreeSet::new();
    for number in 0..count {
        let mut rest = number;
        let mut assignment = BTreeMap::new();
        for variable in &variables {
            assignment.insert(variable.name.clone(), rest % variable.size().max(1));
            rest /= variable.size().max(1);
        }
        seen.insert(formula.evaluate(&assignment) == Tri::True);
    }
    Some(seen.into_iter().collect())
}

//! Functions that take the first argument that will do: `try`, `can`, `coalesce`, `lookup`.

use trilith_graph::{Arm, Flags, Formula, Reason, Span, Value, ValueKind};

use super::collection::or_else;
use crate::hcl::evaluate::choice::{all, any, choose, is_possible, map_combinations, presence};
use crate::hcl::evaluate::compare::unknown_itself;
use crate::hcl::evaluate::text::{fails, inherited, is_error, string};
use crate::hcl::evaluate::{Evaluator, element};
use crate::hcl::syntax::{Call, Expression, ExpressionKind, StepKind};

/// Whether an argument will do.
enum Verdict {
    Yes,
    No,
    /// It will do if the formula holds.
    If(Formula),
}

/// The first argument that can be evaluated.
pub(super) fn attempt(evaluator: &Evaluator<'_>, call: &Call, span: Span) -> Value {
    first(evaluator, call, span, |argument, value, doubt| {
        let verdict = fails(value);
        if verdict.is_true() {
            Verdict::No
        } else if doubt || verdict.is_unknown() || may_fail(evaluator, argument, value) {
            Verdict::If(evaluator.atom_named(&can_text(argument), argument))
        } else {
            Verdict::Yes
        }
    })
}

/// Whether the argument can be evaluated.
pub(super) fn can(evaluator: &Evaluator<'_>, call: &Call, span: Span) -> Value {
    let [argument] = call.arguments.as_slice() else {
        return Value::unknown(Reason::Malformed, span);
    };
    let (value, doubt) = evaluator.budget.watch(|| evaluator.value(argument));
    let truth = |truth| Value::new(ValueKind::Bool(truth), span);
    let mut failing = vec![presence(&value).negate()];
    match &value.kind {
        ValueKind::OneOf(arms) => {
            let arms = arms.iter().filter(|arm| fails(&arm.value).is_true());
            failing.extend(arms.map(|arm| arm.guard.clone()));
        }
        _ if fails(&value).is_true() => return truth(false),
        _ => {}
    }
    let is_unsure = doubt || fails(&value).is_unknown();
    if is_unsure || may_fail(evaluator, argument, &value) {
        failing.push(evaluator.atom_named(&can_text(argument), argument).negate());
    }
    let failing = any(failing);
    let arms = vec![
        Arm { guard: failing.negate(), value: truth(true) },
        Arm { guard: failing, value: truth(false) },
    ];
    choose(arms, span)
}

/// The first argument that is neither null nor empty text.
pub(super) fn coalesce(evaluator: &Evaluator<'_>, call: &Call, span: Span) -> Value {
    first(evaluator, call, span, |argument, value, _| match &value.kind {
        ValueKind::Null | ValueKind::Absent => Verdict::No,
        ValueKind::String(text) if text.is_empty() => Verdict::No,
        ValueKind::Unknown(Reason::Malformed) => Verdict::Yes,
        ValueKind::Unknown(_) => {
            let text = format!("{} == null", argument.unwrapped());
            Verdict::If(evaluator.atom_named(&text, argument).negate())
        }
        _ => Verdict::Yes,
    })
}

fn first(
    evaluator: &Evaluator<'_>,
    call: &Call,
    span: Span,
    judge: impl Fn(&Expression, &Value, bool) -> Verdict,
) -> Value {
    let mut arms: Vec<Arm> = Vec::new();
    let mut rest = Formula::True;
    // That an argument did not do may rest on a default.
    let mut flags = Flags::NONE;
    for (index, argument) in call.arguments.iter().enumerate() {
        let (value, doubt) = evaluator.budget.watch(|| evaluator.value(argument));
        let is_last = index + 1 == call.arguments.len();
        if is_last && doubt {
            evaluator.budget.note_doubt();
        }
        if is_last && call.expands_last {
            // What the list holds is not looked at.
            let reason = crate::hcl::evaluate::compare::unknown_inside(&value);
            let unknown = Value::unknown(reason.unwrap_or(Reason::Undecided), argument.span);
            arms.push(Arm { guard: rest, value: unknown });
            return choose(arms, span);
        }
        let alternatives = match &value.kind {
            ValueKind::OneOf(inner) => inner
                .iter()
                .map(|arm| Arm {
                    guard: arm.guard.clone(),
                    value: arm.value.clone().with(value.flags),
                })
                .collect(),
            _ => vec![Arm { guard: Formula::True, value: value.clone() }],
        };
        let mut passed_over = vec![presence(&value).negate()];
        for Arm { guard, value } in alternatives {
            let guard_here = all([rest.clone(), guard.clone()]);
            match judge(argument, &value, doubt) {
                Verdict::Yes => arms.push(Arm { guard: guard_here, value }),
                Verdict::No => {
                    flags = flags.with(inherited(&value));
                    passed_over.push(guard);
                }
                // Nothing is left to take instead.
                Verdict::If(_) if is_last => arms.push(Arm { guard: guard_here, value }),
                Verdict::If(condition) => {
                    passed_over.push(all([guard, condition.negate()]));
                    arms.push(Arm { guard: all([guard_here, condition]), value });
                }
            }
        }
        rest = all([rest, any(passed_over)]);
        if !is_possible(&rest) {
            return choose(arms, span).with(flags);
        }
    }
    arms.push(Arm { guard: rest, value: Value::unknown(Reason::Malformed, span) });
    choose(arms, span).with(flags)
}

fn can_text(argument: &Expression) -> String {
    format!("can({})", argument.unwrapped())
}

/// Whether an argument that only the scope knows may turn out not to have a value: an instance
/// or element that may not exist.
fn may_fail(evaluator: &Evaluator<'_>, argument: &Expression, value: &Value) -> bool {
    let ExpressionKind::Traversal(traversal) = &argument.unwrapped().kind else { return false };
    let has_index = traversal.steps.iter().any(|step| matches!(step.kind, StepKind::Index(_)));
    match &value.kind {
        // A partition or account: every instance has the same, so it does not matter which are there.
        ValueKind::Unknown(Reason::Pseudo(_)) => false,
        ValueKind::Unknown(_) => has_index && !evaluator.is_there(traversal),
        _ => false,
    }
}

/// The member of a map with a key, or a default.
pub(super) fn lookup(evaluator: &Evaluator<'_>, call: &Call, span: Span) -> Value {
    let [map_argument, key_argument, rest @ ..] = call.arguments.as_slice() else {
        return Value::unknown(Reason::Malformed, span);
    };
    if call.expands_last || rest.len() > 1 {
        return Value::unknown(Reason::Undecided, span);
    }
    let pair = [evaluator.value(map_argument), evaluator.value(key_argument)];
    let default = rest.first().map(|default| evaluator.value(default));
    map_combinations(&pair, span, &mut |pair| {
        let [map, key] = pair else { return Value::unknown(Reason::Malformed, span) };
        let (found, is_sure) = match (&map.kind, string(key)) {
            (_, Err(stop)) => return Value::new(stop.into_kind(), span),
            (ValueKind::Map(members), Ok(name)) if !map.flags.has(Flags::EMBEDDED) => {
                let is_there = members.get(&name).is_some();
                if !is_there && !map.flags.has(Flags::OPEN) {
                    let missing = || Value::unknown(Reason::Malformed, span);
                    let instead = default.clone().unwrap_or_else(missing);
                    return instead.with(inherited(map));
                }
                let found = element(map, key);
                (
                    default.as_ref().map_or_else(|| found.clone(), |d| or_else(found.clone(), d)),
                    is_there,
                )
            }
            _ => match unknown_itself(map) {
                Some(reason) => (Value::unknown(reason, span), is_error(map)),
                None => return Value::unknown(Reason::Malformed, span),
            },
        };
        match &default {
            Some(default) if !is_sure => {
                let text =
                    format!("can({}[{}])", map_argument.unwrapped(), key_argument.unwrapped());
                let names = call_arguments(map_argument, key_argument);
                let guard = evaluator.atom_named(&text, names);
                let negated = guard.negate();
                let arms = vec![
                    Arm { guard, value: found },
                    Arm { guard: negated, value: default.clone() },
                ];
                choose(arms, span)
            }
            _ => found,
        }
    })
}

/// The argument whose references make the condition unique.
fn call_arguments<'e>(map: &'e Expression, key: &'e Expression) -> &'e Expression {
    if map.references().is_empty() { key } else { map }
}

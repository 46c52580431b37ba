//! Functions that take the first argument that will do: `try`, `can`, `coalesce`, `lookup`.

use trilith_graph::{Arm, Flags, Formula, Reason, Span, Value, ValueKind};

use crate::hcl::evaluate::choice::{choose, is_possible, map_combinations, presence};
use crate::hcl::evaluate::compare::unknown_itself;
use crate::hcl::evaluate::text::{is_error, string};
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
    first(evaluator, call, span, |argument, value| {
        if is_error(value) {
            Verdict::No
        } else if may_fail(argument, value) {
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
    let value = evaluator.value(argument);
    let truth = |truth| Value::new(ValueKind::Bool(truth), span);
    if let ValueKind::OneOf(arms) = &value.kind {
        let fails = arms.iter().filter(|arm| is_error(&arm.value)).map(|arm| arm.guard.clone());
        let fails = Formula::any(fails.chain([presence(&value).negate()]));
        let arms = vec![
            Arm { guard: fails.negate(), value: truth(true) },
            Arm { guard: fails, value: truth(false) },
        ];
        return choose(arms, span);
    }
    if is_error(&value) {
        return truth(false);
    }
    if !may_fail(argument, &value) {
        return truth(true);
    }
    let guard = evaluator.atom_named(&can_text(argument), argument);
    let negated = guard.negate();
    let arms = vec![Arm { guard, value: truth(true) }, Arm { guard: negated, value: truth(false) }];
    choose(arms, span)
}

/// The first argument that is neither null nor empty text.
pub(super) fn coalesce(evaluator: &Evaluator<'_>, call: &Call, span: Span) -> Value {
    first(evaluator, call, span, |argument, value| match &value.kind {
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
    judge: impl Fn(&Expression, &Value) -> Verdict,
) -> Value {
    let mut arms: Vec<Arm> = Vec::new();
    let mut rest = Formula::True;
    for (index, argument) in call.arguments.iter().enumerate() {
        let value = evaluator.value(argument);
        let is_last = index + 1 == call.arguments.len();
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
            let guard_here = Formula::all([rest.clone(), guard.clone()]);
            match judge(argument, &value) {
                Verdict::Yes => arms.push(Arm { guard: guard_here, value }),
                Verdict::No => passed_over.push(guard),
                // Nothing is left to take instead.
                Verdict::If(_) if is_last => arms.push(Arm { guard: guard_here, value }),
                Verdict::If(condition) => {
                    passed_over.push(Formula::all([guard, condition.negate()]));
                    arms.push(Arm { guard: Formula::all([guard_here, condition]), value });
                }
            }
        }
        rest = Formula::all([rest, Formula::any(passed_over)]);
        if !is_possible(&rest) {
            return choose(arms, span);
        }
    }
    arms.push(Arm { guard: rest, value: Value::unknown(Reason::Malformed, span) });
    choose(arms, span)
}

fn can_text(argument: &Expression) -> String {
    format!("can({})", argument.unwrapped())
}

/// Whether an argument that is not known may turn out not to have a value.
fn may_fail(argument: &Expression, value: &Value) -> bool {
    let ValueKind::Unknown(_) = &value.kind else { return false };
    match &argument.unwrapped().kind {
        ExpressionKind::Variable(_) | ExpressionKind::Template(_) => false,
        // `var.x` has a value, `var.x.y` may lack one.
        ExpressionKind::Traversal(traversal) => match &traversal.root.kind {
            ExpressionKind::Variable(_) => {
                traversal.steps.len() > 1
                    || !matches!(traversal.steps[0].kind, StepKind::Attribute(_))
            }
            _ => true,
        },
        _ => true,
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
                    return default.clone().unwrap_or_else(missing);
                }
                (element(map, key), is_there)
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

//! `Fn::If`, and values that are one of several.

use std::sync::Arc;

use trilith_graph::{Arm, Formula, Span, Value, ValueKind};

use super::Call;
use crate::cloudformation::evaluate::{Evaluator, came_by};
use crate::cloudformation::scope::Scope;
use crate::tree::NodeId;

/// `Fn::If`: `[condition, value if true, value if false]`.
pub(super) fn choose(evaluator: &Evaluator<'_>, call: &Call<'_>, scope: &Scope) -> Value {
    let arguments: Vec<NodeId> = evaluator.tree.items(call.argument).take(4).collect();
    let condition = arguments.first().and_then(|first| evaluator.name(*first, scope));
    let ([_, then, otherwise], Some(condition)) = (&arguments[..], condition) else {
        let help = "write `[condition, value if true, value if false]`";
        let message = "`Fn::If` needs the name of a condition and two values";
        return evaluator.malformed(call.span, scope, message, help);
    };
    let named_at = evaluator.tree.span(arguments[0]);
    let arm = |node: NodeId, scope: &Scope, holds: bool| {
        let note = Arc::from(format!("chosen where `{condition}` is {holds}"));
        let declared = evaluator.declaration_of(&condition);
        let declared = declared.map(|span| (span, Arc::from(format!("condition `{condition}`"))));
        let steps: Vec<(Span, Arc<str>)> =
            std::iter::once((named_at, note)).chain(declared).collect();
        came_by(steps, evaluator.value(node, scope))
    };
    match evaluator.condition_at(&condition, named_at, scope) {
        Formula::True => arm(*then, scope, true),
        Formula::False => arm(*otherwise, scope, false),
        formula => {
            let opposite = formula.negate();
            let then = arm(*then, &scope.guarded(&formula), true);
            let otherwise = arm(*otherwise, &scope.guarded(&opposite), false);
            let arms = vec![
                Arm { guard: formula, value: then },
                Arm { guard: opposite, value: otherwise },
            ];
            Value::new(ValueKind::OneOf(Arc::new(arms)), call.span)
        }
    }
}

/// Applies `change` to a value, or to each of the values that it may be.
pub(in super::super) fn map_arms(
    value: &Value,
    span: Span,
    change: impl Fn(&Value) -> Value,
) -> Value {
    fn each(value: &Value, span: Span, change: &dyn Fn(&Value) -> Value) -> Value {
        let ValueKind::OneOf(arms) = &value.kind else { return change(value) };
        let arms = arms
            .iter()
            .map(|arm| Arm { guard: arm.guard.clone(), value: each(&arm.value, span, change) });
        let kind = ValueKind::OneOf(Arc::new(arms.collect()));
        Value { kind, span, flags: value.flags, via: value.via.clone() }
    }
    each(value, span, &change)
}

/// Whether a condition may remove the value.
pub(in super::super) fn may_be_absent(value: &Value) -> bool {
    match &value.kind {
        ValueKind::Absent => true,
        ValueKind::OneOf(arms) => arms.iter().any(|arm| may_be_absent(&arm.value)),
        _ => false,
    }
}

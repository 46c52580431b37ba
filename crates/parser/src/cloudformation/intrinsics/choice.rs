//! `Fn::If`, and values that are one of several.

use std::sync::Arc;

use trilith_graph::{Arm, Formula, Span, Value, ValueKind};

use super::Call;
use crate::cloudformation::evaluate::Evaluator;
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
    match evaluator.condition(&condition) {
        Formula::True => evaluator.value(*then, scope),
        Formula::False => evaluator.value(*otherwise, scope),
        formula => {
            let scope = scope.guarded();
            let opposite = formula.negate();
            let arms = [(formula, *then), (opposite, *otherwise)];
            let arms =
                arms.map(|(guard, node)| Arm { guard, value: evaluator.value(node, &scope) });
            Value::new(ValueKind::OneOf(Arc::new(arms.into())), call.span)
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

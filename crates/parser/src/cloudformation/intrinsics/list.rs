//! `Fn::Select`, `Fn::Length` and `Fn::GetAZs`.

use std::sync::Arc;

use trilith_graph::{Flags, Reason, Reference, Value, ValueKind};

use super::Call;
use super::choice::{map_arms, may_be_absent};
use crate::cloudformation::evaluate::Evaluator;
use crate::cloudformation::scope::Scope;
use crate::tree::NodeId;

/// `Fn::Select`: `[index, list]`.
pub(super) fn select(evaluator: &Evaluator<'_>, call: &Call<'_>, scope: &Scope) -> Value {
    let arguments: Vec<NodeId> = evaluator.tree.items(call.argument).take(3).collect();
    let [index, list] = arguments[..] else {
        let help = "write `[index, [value, ..]]`";
        let message = "`Fn::Select` needs an index and a list";
        return evaluator.malformed(call.span, scope, message, help);
    };
    let index = evaluator.value(index, scope);
    let list = evaluator.value(list, scope);
    map_arms(&index, call.span, |index| match index.as_int().map(usize::try_from) {
        Some(Ok(index)) => {
            map_arms(&list, call.span, |list| element(evaluator, list, index, call, scope))
        }
        Some(Err(_)) => out_of_range(evaluator, call, scope, index, &list),
        None => {
            let reason = index.unknown_reason().cloned().unwrap_or(Reason::Malformed);
            Value::unknown(reason, call.span)
        }
    })
}

fn element(
    evaluator: &Evaluator<'_>,
    list: &Value,
    index: usize,
    call: &Call<'_>,
    scope: &Scope,
) -> Value {
    match &list.kind {
        // An element that a condition removes moves the others.
        ValueKind::List(items) if items.iter().take(index + 1).any(may_be_absent) => {
            Value::unknown(Reason::Undecided, call.span)
        }
        ValueKind::List(items) => match items.get(index) {
            Some(item) => {
                let via = item.via.clone().or_else(|| list.via.clone());
                let assumed = list.flags.has(Flags::ASSUMED);
                let flags = if assumed { Flags::ASSUMED } else { Flags::NONE };
                Value { via, ..item.clone() }.with(flags)
            }
            None if list.flags.has(Flags::OPEN) => Value::unknown(Reason::OpenMap, call.span),
            None => {
                let index = Value::new(ValueKind::Int(index as i64), call.span);
                out_of_range(evaluator, call, scope, &index, list)
            }
        },
        ValueKind::Unknown(reason) => Value::unknown(reason.clone(), call.span),
        // An element of a list that a resource gives.
        ValueKind::Reference(reference) => {
            let attribute = format!("{}.{index}", reference.attribute).into();
            let reference = Reference { attribute, ..reference.as_ref().clone() };
            Value::new(ValueKind::Reference(Arc::new(reference)), call.span)
        }
        _ => Value::unknown(Reason::Malformed, call.span),
    }
}

fn out_of_range(
    evaluator: &Evaluator<'_>,
    call: &Call<'_>,
    scope: &Scope,
    index: &Value,
    list: &Value,
) -> Value {
    let index = index.display_text().unwrap_or_default();
    let length = list.items().len();
    let message = format!("the index {index} of `Fn::Select` is outside its list of {length}");
    evaluator.malformed(call.span, scope, message, "the first element has the index 0")
}

/// `Fn::Length`: the number of elements.
pub(super) fn length(evaluator: &Evaluator<'_>, call: &Call<'_>, scope: &Scope) -> Value {
    let list = evaluator.argument(call, scope);
    map_arms(&list, call.span, |list| {
        let kind = match &list.kind {
            ValueKind::List(items)
                if !list.flags.has(Flags::OPEN) && !items.iter().any(may_be_absent) =>
            {
                ValueKind::Int(i64::try_from(items.len()).unwrap_or(i64::MAX))
            }
            ValueKind::Unknown(reason) => ValueKind::Unknown(reason.clone()),
            _ => ValueKind::Unknown(Reason::Undecided),
        };
        Value { kind, span: call.span, flags: Flags::NONE, via: list.via.clone() }
    })
}

/// `Fn::GetAZs`: every Region has at least two zones, whatever their names.
pub(super) fn availability_zones(call: &Call<'_>) -> Value {
    let zone = Value::unknown(Reason::Pseudo("Fn::GetAZs".into()), call.span);
    Value::list(vec![zone.clone(), zone], call.span).with(Flags::OPEN)
}

//! `Ref`, `Fn::GetAtt` and the functions that read other stacks.

use std::sync::Arc;

use trilith_graph::{Reason, Reference, Span, Value, ValueKind};

use super::Call;
use crate::cloudformation::evaluate::Evaluator;
use crate::cloudformation::scope::{Binding, Scope};

/// `Ref`: a parameter, a resource, a loop variable.
pub(super) fn reference(evaluator: &Evaluator<'_>, call: &Call<'_>, scope: &Scope) -> Value {
    match evaluator.name_or_value(call.argument, call.is_tagged, scope) {
        Ok(name) => named(evaluator, &name, call.span, scope),
        Err(ValueKind::Unknown(reason)) => Value::unknown(reason, call.span),
        Err(_) => {
            let help = "write the name of a parameter or the logical id of a resource";
            evaluator.malformed(call.span, scope, "`Ref` needs a name", help)
        }
    }
}

/// What a name stands for: `X`, or `X.Attribute`.
pub(super) fn named(evaluator: &Evaluator<'_>, name: &str, span: Span, scope: &Scope) -> Value {
    if name == "AWS::NoValue" {
        return Value::new(ValueKind::Absent, span);
    }
    match scope.lookup(name) {
        Some(Binding::Element(text)) => return Value::string(text.clone(), span),
        Some(Binding::Unknown(reason)) => return Value::unknown(reason.clone(), span),
        None => {}
    }
    if let Some(parameter) = evaluator.parameters.get(name) {
        let value = parameter.value(span, scope);
        // The value of a list parameter is repeated at every use.
        if !evaluator.charge(value.items().len()) {
            return Value::unknown(Reason::Budget("the template expands too far".into()), span);
        }
        return value;
    }
    if let Some(address) = evaluator.logical_ids.get(name) {
        return to_resource(address.clone(), "", span);
    }
    match name.split_once('.') {
        Some((address, attribute)) => attribute_of(evaluator, address, attribute, span),
        None => undeclared(evaluator, name, span),
    }
}

/// `Fn::GetAtt`: `Resource.Attribute` or `[Resource, Attribute]`. The attribute may have dots.
pub(super) fn attribute(evaluator: &Evaluator<'_>, call: &Call<'_>, scope: &Scope) -> Value {
    if let Some(name) = evaluator.name(call.argument, scope)
        && let Some((address, attribute)) = name.split_once('.')
    {
        return attribute_of(evaluator, address, attribute, call.span);
    }
    let mut items = evaluator.tree.items(call.argument);
    let (Some(address), Some(first)) = (items.next(), items.next()) else {
        let help = "write `Resource.Attribute`";
        let message = "`Fn::GetAtt` needs a resource and an attribute";
        return evaluator.malformed(call.span, scope, message, help);
    };
    let address = match evaluator.name_or_value(address, false, scope) {
        Ok(address) => address,
        Err(ValueKind::Unknown(reason)) => return Value::unknown(reason, call.span),
        Err(_) => {
            let help = "write the logical id of a resource";
            let message = "the resource of `Fn::GetAtt` must be a logical id";
            return evaluator.malformed(call.span, scope, message, help);
        }
    };
    let parts = std::iter::once(first).chain(items).map(|part| {
        let part = evaluator.value(part, scope);
        part.display_text().unwrap_or_else(|| "${...}".into())
    });
    let attribute: Vec<String> = parts.collect();
    attribute_of(evaluator, &address, &attribute.join("."), call.span)
}

fn attribute_of(evaluator: &Evaluator<'_>, address: &str, name: &str, span: Span) -> Value {
    match evaluator.logical_ids.get(address) {
        Some(address) => to_resource(address.clone(), name, span),
        None => undeclared(evaluator, address, span),
    }
}

fn to_resource(address: Arc<str>, attribute: &str, span: Span) -> Value {
    let reference = Reference { address, attribute: attribute.into() };
    Value::new(ValueKind::Reference(Arc::new(reference)), span)
}

/// A name that the template does not declare. Under a macro something else may declare it.
fn undeclared(evaluator: &Evaluator<'_>, name: &str, span: Span) -> Value {
    let reason = match &evaluator.macro_name {
        Some(name) => Reason::Transform(name.clone()),
        None => Reason::Undeclared(name.into()),
    };
    Value::unknown(reason, span)
}

/// `Fn::ImportValue` and `Fn::GetStackOutput`: what another stack gives.
pub(super) fn import(evaluator: &Evaluator<'_>, call: &Call<'_>, scope: &Scope) -> Value {
    let argument = evaluator.argument(call, scope);
    let name = match argument.kind {
        ValueKind::Map(_) => {
            let parts = ["StackName", "OutputName"].map(|key| argument.get(key).display_text());
            Some(parts.map(|part| part.unwrap_or_else(|| "${...}".into())).join("."))
        }
        _ => argument.display_text(),
    };
    let name = name.unwrap_or_else(|| "${...}".into());
    Value::unknown(Reason::Import(name.into()), call.span)
}

/// `Fn::Transform`: whatever a macro makes of it.
pub(super) fn transform(evaluator: &Evaluator<'_>, call: &Call<'_>, scope: &Scope) -> Value {
    let name = evaluator.tree.get(call.argument, "Name");
    let name = name.and_then(|name| evaluator.name(name, scope));
    let name = name.as_deref().unwrap_or("Fn::Transform");
    Value::unknown(Reason::Transform(name.into()), call.span)
}

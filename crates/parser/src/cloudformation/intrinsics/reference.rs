//! `Ref`, `Fn::GetAtt` and the functions that read other stacks.

use std::sync::Arc;

use trilith_graph::{Reason, Reference, Span, Value, ValueKind};

use super::Call;
use crate::cloudformation::evaluate::{EXPANDS_TOO_FAR, Evaluator, came_by};
use crate::cloudformation::missing::Missing;
use crate::cloudformation::scope::{Binding, Scope};

/// `Ref`: a parameter, a resource, a loop variable.
pub(super) fn reference(evaluator: &Evaluator<'_>, call: &Call<'_>, scope: &Scope) -> Value {
    match evaluator.name_or_value(call.argument, call.is_tagged, scope) {
        Ok(name) => {
            let resource = name.split_once('.').and_then(|(id, _)| evaluator.resources.get(id));
            if resource.is_some_and(|resource| !resource.has_own_attributes()) && !scope.quiet {
                let help = "write `!GetAtt Resource.Attribute`";
                evaluator.report(call.span, "`Ref` takes no attribute", help);
            }
            named(evaluator, &name, call.span, scope)
        }
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
        Some(Binding::Element(_, element)) => {
            let steps = [
                (span, Arc::from(format!("loop variable `{name}`"))),
                (element.span, Arc::from("an element of the collection")),
            ];
            return Value { span, ..came_by(steps, element.as_ref().clone()) };
        }
        Some(Binding::Unknown(reason)) => return Value::unknown(reason.clone(), span),
        None => {}
    }
    if let Some(parameter) = evaluator.parameters.get(name) {
        let value = parameter.value(span, scope);
        // The value of a list parameter is repeated at every use.
        if !evaluator.charge(value.items().len()) {
            return evaluator.over_budget(EXPANDS_TOO_FAR, span);
        }
        return value;
    }
    if evaluator.resources.contains_key(name) || evaluator.generated.contains(name) {
        return attribute_of(evaluator, name, "", span, scope);
    }
    match name.split_once('.') {
        Some((address, attribute)) => attribute_of(evaluator, address, attribute, span, scope),
        None => undeclared(evaluator, name, span, scope),
    }
}

/// `Fn::GetAtt`: `Resource.Attribute` or `[Resource, Attribute]`. The attribute may have dots.
pub(super) fn attribute(evaluator: &Evaluator<'_>, call: &Call<'_>, scope: &Scope) -> Value {
    if let Some(name) = evaluator.name(call.argument, scope)
        && let Some((address, attribute)) = name.split_once('.')
    {
        return attribute_of(evaluator, address, attribute, call.span, scope);
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
    attribute_of(evaluator, &address, &attribute.join("."), call.span, scope)
}

fn attribute_of(
    evaluator: &Evaluator<'_>,
    address: &str,
    name: &str,
    span: Span,
    scope: &Scope,
) -> Value {
    let Some((address, resource)) = evaluator.resources.get_key_value(address) else {
        if let Some(address) = evaluator.generated.get(address) {
            return to_resource(address.clone(), name, span);
        }
        if evaluator.parameters.names().any(|name| name == address) {
            let message = format!("`{address}` is a parameter and has no attribute `{name}`");
            let help = "write `!Ref`, or name a resource";
            return evaluator.malformed(span, scope, message, help);
        }
        return undeclared(evaluator, address, span, scope);
    };
    if !resource.exists {
        return Value::unknown(Reason::NeverCreated(address.clone()), span);
    }
    let given = resource.property(evaluator, name);
    let given = given.and_then(|node| {
        evaluator.once(address, name, || evaluator.value(node, &resource.scope.quiet()))
    });
    match given {
        // Anything else is known by the resource that it is an attribute of.
        Some(value) if is_literal(&value) => {
            let steps = [
                (span, Arc::from(format!("attribute `{name}` of `{address}`"))),
                (value.span, Arc::from(format!("`{name}` as given"))),
            ];
            Value { span, ..came_by(steps, value) }
        }
        _ => to_resource(address.clone(), name, span),
    }
}

fn is_literal(value: &Value) -> bool {
    matches!(
        value.kind,
        ValueKind::String(_) | ValueKind::Bool(_) | ValueKind::Int(_) | ValueKind::Float(_)
    )
}

fn to_resource(address: Arc<str>, attribute: &str, span: Span) -> Value {
    let reference = Reference { address, attribute: attribute.into() };
    Value::new(ValueKind::Reference(Arc::new(reference)), span)
}

/// A name that the template does not declare. Under a macro something else may declare it.
fn undeclared(evaluator: &Evaluator<'_>, name: &str, span: Span, scope: &Scope) -> Value {
    evaluator.not_declared(Missing::Resource, name, span, scope);
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

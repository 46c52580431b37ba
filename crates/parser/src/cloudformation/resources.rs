//! Resources, parameters and outputs of a template.

use std::collections::BTreeSet;
use std::sync::Arc;

use trilith_graph::{
    Entry, Flags, Format, Formula, Map, Reason, Resource, RootId, Span, Value, ValueKind,
};

use super::documents::DocumentPlaces;
use super::evaluate::Evaluator;
use super::members::{BoundMember, Members};
use super::scope::Scope;
use crate::tree::{Kind, NodeId};

/// Where the construct path of a resource made by the CDK stands in `Metadata`.
const CONSTRUCT_PATH: &str = "aws:cdk:path";

/// The logical ids of the resources that can exist.
pub(super) fn logical_ids(
    evaluator: &Evaluator<'_>,
    members: &[BoundMember],
) -> BTreeSet<Arc<str>> {
    let existing = members.iter().filter(|member| {
        is_resource(evaluator, member.node)
            && guard(evaluator, member.node, &scope_of(member)) != Formula::False
    });
    existing.map(|member| member.key.clone()).collect()
}

/// The resources of the members of `Resources`, without those whose condition never holds.
pub(super) fn resources(evaluator: &Evaluator<'_>, members: Vec<BoundMember>) -> Vec<Resource> {
    members.into_iter().filter_map(|member| resource(evaluator, &member)).collect()
}

fn is_resource(evaluator: &Evaluator<'_>, node: NodeId) -> bool {
    evaluator.tree.get(node, "Type").is_some()
}

fn scope_of(member: &BoundMember) -> Scope {
    member.scope.clone().unwrap_or_default()
}

fn resource(evaluator: &Evaluator<'_>, member: &BoundMember) -> Option<Resource> {
    let tree = evaluator.tree;
    let scope = scope_of(member);
    let resource_type = tree.get(member.node, "Type").and_then(|node| evaluator.name(node, &scope));
    let Some(resource_type) = resource_type else {
        // Where the type could not be read, the syntax error says so.
        if tree.is_cut(member.node) {
            return None;
        }
        let help = "add a `Type`, such as `AWS::S3::Bucket`";
        let message = format!("resource `{}` has no type", member.key);
        evaluator.malformed(member.key_span, &scope, message, help);
        return None;
    };
    let guard = guard(evaluator, member.node, &scope);
    if guard == Formula::False {
        return None;
    }
    let scope = if guard == Formula::True { scope } else { scope.guarded() };
    let resource_type: Arc<str> = resource_type.as_ref().into();
    let attributes = attributes(evaluator, member.node, &scope);
    let documents = DocumentPlaces::of_type(&resource_type);
    let properties = properties(evaluator, member, &scope.with_documents(documents));
    let path = attributes.get("Metadata").get(CONSTRUCT_PATH).as_str().map(Arc::from);
    Some(Resource {
        root: RootId(0),
        address: member.key.clone(),
        name: path.unwrap_or_else(|| member.key.clone()),
        resource_type: resource_type.clone(),
        source_type: resource_type,
        format: Format::CloudFormation,
        span: member.key_span,
        raw: properties.clone(),
        properties,
        attributes,
        guard,
        flags: Flags::NONE,
    })
}

/// When a resource or output exists.
fn guard(evaluator: &Evaluator<'_>, node: NodeId, scope: &Scope) -> Formula {
    let condition = evaluator.tree.get(node, "Condition");
    match condition.and_then(|condition| evaluator.name(condition, scope)) {
        Some(name) => evaluator.condition(&name),
        None => Formula::True,
    }
}

fn properties(evaluator: &Evaluator<'_>, member: &BoundMember, scope: &Scope) -> Value {
    let empty = || Value::map(Map::default(), member.key_span);
    let value = match evaluator.tree.get(member.node, "Properties") {
        None => empty(),
        Some(node) => {
            let value = evaluator.value(node, scope);
            match value.kind {
                ValueKind::Map(_) | ValueKind::Unknown(_) | ValueKind::OneOf(_) => value,
                ValueKind::Null | ValueKind::Absent => Value { span: value.span, ..empty() },
                _ => {
                    let message = format!("the properties of `{}` are no map", member.key);
                    evaluator.malformed(value.span, scope, message, "write `name: value` pairs")
                }
            }
        }
    };
    match evaluator.macro_name {
        Some(_) => value.with(Flags::OPEN),
        None => value,
    }
}

/// What stands beside the properties.
fn attributes(evaluator: &Evaluator<'_>, node: NodeId, scope: &Scope) -> Value {
    let mut map = Map::default();
    let members = Members::of(evaluator, node, scope);
    for member in members.list {
        let scope = member.scope.unwrap_or_else(|| scope.clone());
        let value = match &*member.key {
            "Type" | "Properties" => continue,
            // Anything may be written there.
            "Metadata" => evaluator.value(member.node, &scope.quiet()),
            _ => evaluator.value(member.node, &scope),
        };
        if !value.is_absent() {
            map.push(Entry { key: member.key, key_span: member.key_span, value });
        }
    }
    let flags = if members.is_open { Flags::OPEN } else { Flags::NONE };
    Value::map(map, evaluator.tree.span(node)).with(flags)
}

/// The parameters as resources of type [`Resource::PARAMETER`].
pub(super) fn parameters(evaluator: &Evaluator<'_>, section: NodeId) -> Vec<Resource> {
    let members = Members::of(evaluator, section, &Scope::default().quiet()).list;
    let maps = members.into_iter().filter(|member| is_map(evaluator, member.node));
    let lowered = maps.map(|member| {
        let mut resource = declaration(evaluator, Resource::PARAMETER, &member, Formula::True);
        let is_secret = resource.properties.get("NoEcho").is_true().is_true();
        if let (true, ValueKind::Map(map)) = (is_secret, &mut resource.properties.kind) {
            for entry in Arc::make_mut(map).entries_mut() {
                if matches!(&*entry.key, "Default" | "AllowedValues") {
                    entry.value.flags = entry.value.flags.with(Flags::SENSITIVE);
                }
            }
        }
        resource.raw = resource.properties.clone();
        resource
    });
    lowered.collect()
}

/// Where the defaults of secret parameters are written.
pub(super) fn secret_defaults(parameters: &[Resource]) -> Vec<Span> {
    let defaults = parameters.iter().map(|parameter| parameter.properties.get("Default"));
    let secret = defaults.filter(|value| value.flags.has(Flags::SENSITIVE));
    // There is nothing to hide in an empty default.
    secret.filter(|value| value.is("").is_false()).map(|value| value.span).collect()
}

/// The outputs as resources of type [`Resource::OUTPUT`], without those whose condition never
/// holds.
pub(super) fn outputs(evaluator: &Evaluator<'_>, section: NodeId) -> Vec<Resource> {
    let members = Members::of(evaluator, section, &Scope::default()).list;
    let maps = members.into_iter().filter(|member| is_map(evaluator, member.node));
    let lowered = maps.filter_map(|member| {
        let guard = guard(evaluator, member.node, &scope_of(&member));
        (guard != Formula::False).then(|| declaration(evaluator, Resource::OUTPUT, &member, guard))
    });
    lowered.collect()
}

fn is_map(evaluator: &Evaluator<'_>, node: NodeId) -> bool {
    matches!(evaluator.tree.kind(node), Kind::Map)
}

/// A parameter or output. Its address has the section in front, since an output may be called
/// like a resource.
fn declaration(
    evaluator: &Evaluator<'_>,
    resource_type: &str,
    member: &BoundMember,
    guard: Formula,
) -> Resource {
    let scope = scope_of(member);
    let scope = if guard == Formula::True { scope } else { scope.guarded() };
    let value = match resource_type {
        // Nothing but literals is allowed in a parameter.
        Resource::PARAMETER => evaluator.value(member.node, &scope.quiet()),
        _ => evaluator.value(member.node, &scope),
    };
    let mut map = Map::with_capacity(value.entries().len() + 1);
    let name = Value::string(member.key.clone(), member.key_span);
    map.push(Entry { key: "Name".into(), key_span: member.key_span, value: name });
    for entry in value.entries().iter().filter(|entry| &*entry.key != "Name") {
        map.push(entry.clone());
    }
    let unknown = matches!(value.kind, ValueKind::Unknown(Reason::Budget(_)));
    let flags = if unknown { value.flags.with(Flags::OPEN) } else { value.flags };
    let properties = Value { kind: ValueKind::Map(Arc::new(map)), flags, ..value };
    let resource_type: Arc<str> = resource_type.into();
    Resource {
        root: RootId(0),
        address: format!("{resource_type}s.{}", member.key).into(),
        name: member.key.clone(),
        resource_type: resource_type.clone(),
        source_type: resource_type,
        format: Format::CloudFormation,
        span: member.key_span,
        raw: properties.clone(),
        properties,
        attributes: Value::map(Map::default(), member.key_span),
        guard,
        flags: Flags::NONE,
    }
}

//! Resources, parameters and outputs of a template.

use std::collections::BTreeMap;
use std::sync::Arc;

use trilith_graph::{
    Entry, Flags, Format, Formula, Map, Reason, Resource, RootId, Span, Value, ValueKind,
};

use super::custom;
use super::documents::DocumentPlaces;
use super::evaluate::Evaluator;
use super::intrinsics::Call;
use super::members::{BoundMember, Members};
use super::missing::Missing;
use super::scope::Scope;
use crate::tree::{Kind, NodeId, Tree};

/// Where the construct path of a resource made by the CDK stands in `Metadata`.
const CONSTRUCT_PATH: &str = "aws:cdk:path";

/// What the logical ids of a template stand for.
pub(super) fn declared(
    evaluator: &Evaluator<'_>,
    members: &[BoundMember],
) -> BTreeMap<Arc<str>, Declared> {
    let resources = members.iter().filter(|member| is_resource(evaluator, member.node));
    let declared = resources.map(|member| {
        let scope = scope_of(member);
        let exists = guard(evaluator, member.node, &scope) != Formula::False;
        let is_custom = evaluator.tree.get(member.node, "Type").is_none_or(|node| {
            let name = evaluator.tree.text(node);
            name.starts_with("Custom::")
                || name.starts_with("AWS::CloudFormation::")
                || name.ends_with(MODULE)
        });
        (member.key.clone(), Declared { node: member.node, scope, exists, is_custom })
    });
    declared.collect()
}

/// A resource that a template declares.
#[derive(Debug)]
pub(super) struct Declared {
    /// Where it is declared.
    pub(super) node: NodeId,
    /// The scope of its declaration.
    pub(super) scope: Scope,
    /// Whether its condition can hold.
    pub(super) exists: bool,
    /// Whether its attributes are what somebody else makes of them: those of a custom resource,
    /// a nested stack or a module.
    is_custom: bool,
}

impl Declared {
    /// Whether its attributes are none that its type would tell.
    pub(super) const fn has_own_attributes(&self) -> bool {
        self.is_custom
    }

    /// The property that an attribute of the same name gives back.
    pub(super) fn property(&self, evaluator: &Evaluator<'_>, name: &str) -> Option<NodeId> {
        if self.has_own_attributes() || name.is_empty() {
            return None;
        }
        let properties = evaluator.tree.get(self.node, "Properties")?;
        evaluator.tree.get(properties, name)
    }
}

/// Whether resources may be created that cannot be seen: modules bring some along, and so do
/// the tags of other tools.
pub(super) fn has_module(evaluator: &Evaluator<'_>, members: &[BoundMember]) -> bool {
    let tree = evaluator.tree;
    members.iter().any(|member| {
        let name = tree.get(member.node, "Type").map_or("", |node| tree.text(node));
        name.ends_with(MODULE) || is_foreign(tree, member.node)
    })
}

/// Whether something else comes in the place of a resource, or of its type.
fn is_foreign(tree: &Tree<'_>, node: NodeId) -> bool {
    let is_call = |node| Call::of(tree, node).is_some();
    is_call(node) || tree.get(node, "Type").is_some_and(is_call)
}

/// How the type of a module ends.
const MODULE: &str = "::MODULE";

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
    if is_foreign(tree, member.node) {
        return None;
    }
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
    let scope = if guard == Formula::True { scope } else { scope.guarded(&guard) };
    let source_type: Arc<str> = resource_type.as_ref().into();
    let attributes = attributes(evaluator, member.node, &scope);
    let documents = DocumentPlaces::of_type(&source_type);
    let raw = properties(evaluator, member, &scope.with_documents(documents));
    let (resource_type, properties) =
        custom::made_by(&source_type, &raw).unwrap_or_else(|| (source_type.clone(), raw.clone()));
    dependencies(evaluator, &attributes);
    let path = attributes.get("Metadata").get(CONSTRUCT_PATH).as_str().map(Arc::from);
    Some(Resource {
        root: RootId(0),
        address: member.key.clone(),
        name: path.unwrap_or_else(|| member.key.clone()),
        resource_type,
        source_type,
        format: Format::CloudFormation,
        span: member.key_span,
        raw,
        properties,
        attributes,
        guard,
        flags: Flags::NONE,
    })
}

/// When a resource or output exists.
fn guard(evaluator: &Evaluator<'_>, node: NodeId, scope: &Scope) -> Formula {
    let condition = evaluator.tree.get(node, "Condition");
    let Some(condition) = condition else { return Formula::True };
    match evaluator.name(condition, scope) {
        Some(name) => evaluator.condition_at(&name, evaluator.tree.span(condition), scope),
        None => Formula::True,
    }
}

fn properties(evaluator: &Evaluator<'_>, member: &BoundMember, scope: &Scope) -> Value {
    // What could not be read may be the properties, or some of them.
    let cut = if evaluator.tree.is_cut(member.node) { Flags::OPEN } else { Flags::NONE };
    let empty = || Value::map(Map::default(), member.key_span).with(cut);
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

/// Reports dependencies on what is not declared.
fn dependencies(evaluator: &Evaluator<'_>, attributes: &Value) {
    for name in attributes.get("DependsOn").items() {
        if let Some(text) = name.as_str()
            && !evaluator.resources.contains_key(text)
        {
            evaluator.not_declared(Missing::Resource, text, name.span, &Scope::default());
        }
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
    let scope = if guard == Formula::True { scope } else { scope.guarded(&guard) };
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

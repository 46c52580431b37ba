//! What a Rego policy sees of a resource: `input`.
//!
//! Unknown properties are left out and listed under `unknown`, so that a policy cannot take one
//! for a value; references and texts with holes appear as text (`${Key.Arn}`), which never
//! equals a literal.

use std::sync::Arc;

use regorus::Value as Rego;
use trilith_graph::{
    Edge, EdgeKind, Flags, PropertyPath, ResourceGraph, RootId, Scenario, Segment, Value, ValueKind,
};

use crate::engine::rego::stand_in;
use crate::view::View;

/// The input for a resource, built once for all Rego policies that look at it.
pub(crate) fn input<'v>(view: &'v View<'_>) -> &'v Rego {
    view.rego_input.get_or_init(|| {
        let mut object = describe(view);
        let attachments: Vec<Rego> = view.attachments().iter().map(describe).collect();
        set(&mut object, "attachments", Rego::from(attachments));
        set(&mut object, "references", references(view));
        object
    })
}

/// The input for policies that read what the resource has and nothing around it: without its
/// connections.
pub(crate) fn plain_input<'v>(view: &'v View<'_>) -> &'v Rego {
    // What another policy asked for has all of that.
    view.rego_input.get().unwrap_or_else(|| {
        view.plain_input.get_or_init(|| {
            let resource = view.resource();
            let (name, address) = (resource.name.clone(), resource.address.clone());
            properties(view, Rego::String(name), Rego::String(address))
        })
    })
}

/// The same with stand-ins for its name and address.
pub(crate) fn own_input<'v>(view: &'v View<'_>) -> &'v Rego {
    view.own_input.get_or_init(|| {
        let name = Rego::from(stand_in::NAME.to_string());
        properties(view, name, Rego::from(stand_in::ADDRESS.to_string()))
    })
}

/// The input for a policy that is shown a whole root, in one scenario: every resource by its
/// address, and the edges between them.
pub(crate) fn of_root(graph: &ResourceGraph, root: RootId, scenario: &Scenario) -> Rego {
    let mut resources = Rego::new_object();
    let mut edges = Vec::new();
    // What a plan deletes is nothing that will be there.
    let kept = graph.resources_of(root).filter(|(_, resource)| !resource.is_deleted());
    for (id, resource) in kept {
        let view = View::new(graph, id, scenario);
        if !view.exists() {
            continue;
        }
        set(&mut resources, &resource.address, input(&view).clone());
        edges.extend(graph.edges_from(id).iter().map(|edge| self::edge(graph, edge)));
    }
    let root = graph.root(root);
    let mut about = Rego::new_object();
    set(&mut about, "version", Rego::from(1_u64));
    set(&mut about, "format", Rego::from(root.format.name()));
    set(&mut about, "name", Rego::String(root.name.clone()));
    set(&mut about, "open", Rego::Bool(root.open));
    let mut object = Rego::new_object();
    set(&mut object, "trilith", about);
    set(&mut object, "resources", resources);
    set(&mut object, "edges", Rego::from(edges));
    object
}

/// What a Rego rule sees of a resource, as JSON.
pub fn resource_json(view: &View<'_>) -> serde_json::Value {
    rego_json(input(view))
}

/// A document as JSON.
pub fn to_json(document: &Value) -> serde_json::Value {
    rego_json(&of_document(document))
}

fn rego_json(value: &Rego) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or(serde_json::Value::Null)
}

/// A document as it is written.
pub(crate) fn of_document(document: &Value) -> Rego {
    convert(document, &mut PropertyPath::root(), &mut Vec::new()).unwrap_or(Rego::Null)
}

fn edge(graph: &ResourceGraph, edge: &Edge) -> Rego {
    let mut object = Rego::new_object();
    set(&mut object, "from", Rego::String(graph.resource(edge.from).address.clone()));
    set(&mut object, "to", Rego::String(graph.resource(edge.to).address.clone()));
    set(&mut object, "kind", Rego::from(kind(edge.kind)));
    set(&mut object, "path", Rego::from(edge.path.to_string()));
    set(&mut object, "attribute", Rego::String(edge.attribute.clone()));
    object
}

const fn kind(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::RefersTo => "refers-to",
        EdgeKind::AttachedTo => "attached-to",
        EdgeKind::DependsOn => "depends-on",
    }
}

/// What a resource refers to.
fn references(view: &View<'_>) -> Rego {
    let graph = view.graph();
    let reference = |edge: &Edge| {
        let other = graph.resource(edge.to);
        let mut object = Rego::new_object();
        set(&mut object, "path", Rego::from(edge.path.to_string()));
        set(&mut object, "address", Rego::String(other.address.clone()));
        set(&mut object, "attribute", Rego::String(edge.attribute.clone()));
        set(&mut object, "type", Rego::String(other.resource_type.clone()));
        set(&mut object, "kind", Rego::from(kind(edge.kind)));
        object
    };
    Rego::from(graph.edges_from(view.id()).iter().map(reference).collect::<Vec<_>>())
}

fn describe(view: &View<'_>) -> Rego {
    let resource = view.resource();
    let (name, address) = (resource.name.clone(), resource.address.clone());
    let mut object = properties(view, Rego::String(name), Rego::String(address));
    let attributes = convert(&resource.attributes, &mut PropertyPath::root(), &mut Vec::new());
    set(&mut object, "source_type", Rego::String(resource.source_type.clone()));
    set(&mut object, "attributes", attributes.unwrap_or_else(Rego::new_object));
    object
}

/// What a resource has, under a name and an address.
fn properties(view: &View<'_>, name: Rego, address: Rego) -> Rego {
    let resource = view.resource();
    let mut unknown = Vec::new();
    let properties = convert(view.properties(), &mut PropertyPath::root(), &mut unknown);
    let mut object = Rego::new_object();
    set(&mut object, "address", address);
    set(&mut object, "name", name);
    set(&mut object, "type", Rego::String(resource.resource_type.clone()));
    set(&mut object, "format", Rego::from(resource.format.name()));
    set(&mut object, "terraform", Rego::from(resource.format.is_terraform()));
    set(&mut object, "properties", properties.unwrap_or_else(Rego::new_object));
    set(&mut object, "unknown", Rego::from(unknown));
    object
}

fn set(object: &mut Rego, key: &str, value: Rego) {
    if let Ok(object) = object.as_object_mut() {
        object.insert(Rego::from(key), value);
    }
}

/// A value for Rego; `None` if it is absent or unknown. Paths of unknown values are added.
fn convert(value: &Value, path: &mut PropertyPath, unknown: &mut Vec<Rego>) -> Option<Rego> {
    match &value.kind {
        ValueKind::Absent => None,
        ValueKind::Null => Some(Rego::Null),
        ValueKind::Bool(value) => Some(Rego::Bool(*value)),
        ValueKind::Int(value) => Some(Rego::from(*value)),
        ValueKind::Float(value) => Some(Rego::from(*value)),
        // Plain `yes` and `off` of a template are booleans: CloudFormation reads YAML 1.1.
        ValueKind::String(text) => match value.as_bool() {
            Some(boolean) if value.flags.has(Flags::PLAIN) => Some(Rego::Bool(boolean)),
            _ => Some(Rego::String(text.clone())),
        },
        ValueKind::List(items) => {
            let items = items.iter().enumerate().map(|(index, item)| {
                path.push(index);
                let converted = convert(item, path, unknown);
                path.pop();
                // A list keeps its length, so that indexes in results stay right.
                converted.unwrap_or_else(|| Rego::from("${unknown}"))
            });
            Some(Rego::from(items.collect::<Vec<_>>()))
        }
        ValueKind::Map(map) => {
            let mut object = Rego::new_object();
            let members = object.as_object_mut().ok()?;
            for entry in map.entries() {
                path.push(Segment::Key(entry.key.clone()));
                if let Some(converted) = convert(&entry.value, path, unknown) {
                    members.insert(Rego::String(entry.key.clone()), converted);
                }
                path.pop();
            }
            Some(object)
        }
        ValueKind::Template(_) => value.display_text().map(Rego::from),
        ValueKind::Reference(reference) => Some(Rego::from(reference.to_string())),
        ValueKind::OneOf(_) | ValueKind::Unknown(_) => {
            unknown.push(Rego::String(Arc::from(path.to_string())));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use trilith_graph::{Part, SourceId, Span};

    use super::*;

    #[test]
    fn a_sensitive_text_is_masked_whatever_it_is_made_of() {
        let span = Span::at(SourceId(0), 0);
        let hole = Value::string("secret", span).with(Flags::SENSITIVE);
        let kind = ValueKind::Template(Arc::new(vec![Part::Hole(hole)]));
        let value = Value { kind, span, flags: Flags::SENSITIVE, via: None };
        let seen = convert(&value, &mut PropertyPath::root(), &mut Vec::new());
        assert_eq!(seen, Some(Rego::from("(sensitive)")));
    }

    #[test]
    fn plain_yes_and_no_are_booleans() {
        let text = |text: &str, flags| {
            let value = Value::string(text, Span::at(SourceId(0), 0)).with(flags);
            convert(&value, &mut PropertyPath::root(), &mut Vec::new())
        };
        assert_eq!(text("No", Flags::PLAIN), Some(Rego::Bool(false)));
        assert_eq!(text("No", Flags::NONE), Some(Rego::from("No")));
        assert_eq!(text("none", Flags::PLAIN), Some(Rego::from("none")));
    }
}

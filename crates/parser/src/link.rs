//! Link: from references inside values to edges between resources.
//!
//! Formats do not matter here: resources are told by canonical type, address and name.

mod mentions;
mod names;
mod satellites;

use std::sync::Arc;

use trilith_graph::{
    Edge, EdgeKind, Part, PropertyPath, Reason, Reference, Resource, ResourceId, Root, Segment,
    Value, ValueKind,
};

use mentions::Mention;
use names::Names;
use satellites::{Holder, Satellite};

/// Adds the edges between the resources of a root.
///
/// A property that refers to a resource, or takes the literal name of one, gives an edge of kind
/// [`EdgeKind::RefersTo`], the attribute `DependsOn` one of kind [`EdgeKind::DependsOn`]. What a format writes apart from
/// the resource that it belongs to (a bucket policy, an ingress rule) is attached to that by
/// one of kind [`EdgeKind::AttachedTo`], also where it only names it: by a literal name, or by
/// an ARN that ends in it.
pub fn link(root: &mut Root) {
    let names = Names::of(&root.resources);
    let mut edges = Vec::new();
    for (index, resource) in root.resources.iter().enumerate() {
        let from = ResourceId(index as u32);
        references(from, resource, &names, &mut edges);
        for mention in mentions::of_type(&resource.resource_type) {
            mentioned(from, resource, mention, &names, &mut edges);
        }
        orders(from, resource, &names, &mut edges);
        for satellite in satellites::of_type(&resource.resource_type) {
            attachments(from, resource, satellite, &names, &mut edges);
        }
    }
    edges.sort();
    edges.dedup();
    root.edges.append(&mut edges);
}

fn references(from: ResourceId, resource: &Resource, names: &Names, edges: &mut Vec<Edge>) {
    let may_lead_somewhere = |kind: &ValueKind| {
        matches!(
            kind,
            ValueKind::Reference(_)
                | ValueKind::Unknown(Reason::Secret(_) | Reason::SsmParameter(_))
        )
    };
    // Most resources of a plan refer to nothing, and ways are longer to note than to go.
    if !resource.properties.holds(&may_lead_somewhere) {
        return;
    }
    resource.properties.walk(&mut |trail, value| match &value.kind {
        ValueKind::Reference(reference) => {
            if let Some(to) = names.at_address(&reference.address) {
                let (kind, attribute) = (EdgeKind::RefersTo, reference.attribute.clone());
                edges.push(Edge { from, to, kind, path: trail.to_path(), attribute });
            }
        }
        // What is read from a secret store may be a resource of the same root.
        ValueKind::Unknown(Reason::Secret(name) | Reason::SsmParameter(name)) => {
            for reference in written_references(name) {
                if let Some(to) = names.at_address(&reference.address) {
                    let (kind, attribute) = (EdgeKind::RefersTo, reference.attribute);
                    edges.push(Edge { from, to, kind, path: trail.to_path(), attribute });
                }
            }
        }
        _ => {}
    });
}

/// What a property names by a literal name.
fn mentioned(
    from: ResourceId,
    resource: &Resource,
    mention: &Mention,
    names: &Names,
    edges: &mut Vec<Edge>,
) {
    for (path, value) in values_at(&resource.properties, mention.path) {
        let found = names::text_of(value).map(|name| names.named(mention.targets, &name));
        let others = found.into_iter().flatten().filter(|to| *to != from);
        edges.extend(others.map(|to| {
            let path = path.clone();
            Edge { from, to, kind: EdgeKind::RefersTo, path, attribute: "".into() }
        }));
    }
}

/// The references in a text that shows them as [`Reference`] prints them.
fn written_references(text: &str) -> impl Iterator<Item = Reference> {
    text.split("${").skip(1).filter_map(|rest| {
        let (name, _) = rest.split_once('}')?;
        let (address, attribute) = name.split_once('.').unwrap_or((name, ""));
        Some(Reference { address: address.into(), attribute: attribute.into() })
    })
}

fn orders(from: ResourceId, resource: &Resource, names: &Names, edges: &mut Vec<Edge>) {
    for item in resource.attributes.get("DependsOn").items() {
        let address = match &item.kind {
            ValueKind::String(address) => address,
            ValueKind::Reference(reference) => &reference.address,
            _ => continue,
        };
        if let Some(to) = names.at_address(address) {
            let path = PropertyPath::root().join("DependsOn");
            edges.push(Edge { from, to, kind: EdgeKind::DependsOn, path, attribute: "".into() });
        }
    }
}

fn attachments(
    holder: ResourceId,
    resource: &Resource,
    satellite: &Satellite,
    names: &Names,
    edges: &mut Vec<Edge>,
) {
    for (path, value) in values_at(&resource.properties, satellite.path) {
        let mut targets = Vec::new();
        collect_targets(value, &mut targets);
        for target in targets {
            let (found, attribute) = match target {
                Target::Address(reference) => {
                    let found = names.at_address(&reference.address).into_iter().collect();
                    (found, reference.attribute.clone())
                }
                Target::Name(name) => (names.named(satellite.targets, &name), Arc::from("")),
            };
            for id in found {
                if !names.is_of_type(id, satellite.targets) || id == holder {
                    continue;
                }
                let (from, to, path) = match satellite.holder {
                    Holder::Part => (holder, id, path.clone()),
                    // The whole names its part: no property of the part leads back.
                    Holder::Whole => (id, holder, PropertyPath::root()),
                };
                let attribute = attribute.clone();
                edges.push(Edge { from, to, kind: EdgeKind::AttachedTo, path, attribute });
            }
        }
    }
}

/// The values behind a path such as `Queues/*`; a single value counts as a list of one.
fn values_at<'v>(properties: &'v Value, path: &str) -> Vec<(PropertyPath, &'v Value)> {
    // Most resources that may name another one do not.
    let first = path.split_once('/').map_or(path, |(first, _)| first);
    if first != "*" && properties.get(first).is_absent() {
        return Vec::new();
    }
    let mut values = vec![(PropertyPath::root(), properties)];
    for segment in path.split('/') {
        let further = values.into_iter().flat_map(|(path, value)| match segment {
            "*" => each_item(&path, value),
            key => vec![(path.join(key), value.get(key))],
        });
        values = further.filter(|(_, value)| !value.is_absent()).collect();
    }
    values
}

fn each_item<'v>(path: &PropertyPath, value: &'v Value) -> Vec<(PropertyPath, &'v Value)> {
    match &value.kind {
        ValueKind::List(items) => {
            let items = items.iter().enumerate();
            items.map(|(index, item)| (path.join(Segment::Index(index)), item)).collect()
        }
        _ => vec![(path.clone(), value)],
    }
}

enum Target<'v> {
    Address(&'v Reference),
    Name(Arc<str>),
}

fn collect_targets<'v>(value: &'v Value, targets: &mut Vec<Target<'v>>) {
    match &value.kind {
        ValueKind::Reference(reference) => targets.push(Target::Address(reference)),
        ValueKind::String(text) => targets.push(Target::Name(text.clone())),
        ValueKind::OneOf(arms) => {
            arms.iter().for_each(|arm| collect_targets(&arm.value, targets));
        }
        ValueKind::List(items) => items.iter().for_each(|item| collect_targets(item, targets)),
        ValueKind::Template(parts) => {
            let mut references = parts.iter().filter_map(|part| match part {
                Part::Hole(hole) => hole.as_reference(),
                Part::Text(_) => None,
            });
            match (references.next(), references.next()) {
                (Some(only), None) => targets.push(Target::Address(only)),
                (None, None) => targets.extend(names::text_of(value).map(Target::Name)),
                // Several: which of them is meant cannot be told.
                _ => {}
            }
        }
        _ => {}
    }
}

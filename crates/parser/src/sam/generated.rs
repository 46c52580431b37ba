//! What an expansion gives: resources, and changes to others.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use trilith_graph::{Entry, Flags, Formula, Map, Reference, Resource, Segment, Value, ValueKind};

use super::routes::Route;
use crate::rewrite::rewrite;

/// What the SAM resources of a template expand to.
#[derive(Debug, Default)]
pub(super) struct Generated {
    /// The resources, those that are written in their place and those that come with them.
    pub(super) resources: Vec<Resource>,
    /// Routes to functions and state machines, for the APIs that they belong to.
    pub(super) routes: Vec<Route>,
    /// The names of the stages of REST APIs, by logical id, where they are known.
    pub(super) stage_names: BTreeMap<Arc<str>, String>,
    /// Whether something may be generated that cannot be seen.
    pub(super) is_open: bool,
    addresses: BTreeSet<Arc<str>>,
    references: Vec<Shorthand>,
    patches: Vec<Patch>,
}

/// `!Ref Function.Alias`: SAM's way to refer to a resource that comes with another.
#[derive(Debug)]
struct Shorthand {
    address: Arc<str>,
    property: &'static str,
    target: Arc<str>,
}

/// A property of another resource that an event source sets.
#[derive(Debug)]
struct Patch {
    address: Arc<str>,
    path: Vec<Segment>,
    value: Value,
    /// Whether the value is one more element of a list.
    appends: bool,
}

impl Generated {
    /// The resource that is written, in the type that it expands to.
    pub(super) fn written(&mut self, sam: &Resource, resource_type: &str, properties: Value) {
        let properties = inherit(sam, properties);
        let resource_type = resource_type.into();
        self.push(Resource { resource_type, properties, ..sam.clone() });
    }

    /// Keeps a resource as it is whose properties are no map, in the type that it expands to:
    /// what else comes of it is open. Returns whether it was one.
    pub(super) fn keeps_opaque(&mut self, sam: &Resource, resource_type: &str) -> bool {
        let is_opaque = !matches!(sam.properties.kind, ValueKind::Map(_));
        if is_opaque {
            self.is_open = true;
            self.written(sam, resource_type, sam.properties.clone());
        }
        is_opaque
    }

    /// A resource that comes with a SAM resource. `span` is the property that causes it.
    pub(super) fn add(
        &mut self,
        sam: &Resource,
        address: impl Into<Arc<str>>,
        resource_type: &str,
        guard: Formula,
        properties: Value,
    ) {
        let span = properties.span;
        let properties = inherit(sam, properties);
        self.push(Resource {
            address: address.into(),
            resource_type: resource_type.into(),
            span,
            raw: properties.clone(),
            properties,
            attributes: attributes(&sam.attributes),
            guard: Formula::all([sam.guard.clone(), guard]),
            flags: sam.flags.with(Flags::SYNTHETIC),
            ..sam.clone()
        });
    }

    /// A resource that is no SAM resource, as it is.
    pub(super) fn keep(&mut self, resource: &Resource) {
        self.push(resource.clone());
    }

    fn push(&mut self, resource: Resource) {
        // Two events may want the same resource, such as a policy of one queue.
        if resource.guard != Formula::False && self.addresses.insert(resource.address.clone()) {
            self.resources.push(resource);
        }
    }

    /// Makes `address.property` another name of a resource.
    pub(super) fn name(&mut self, sam: &Resource, property: &'static str, target: &str) {
        let address = sam.address.clone();
        self.references.push(Shorthand { address, property, target: target.into() });
    }

    /// Sets a property of another resource unless it is set.
    pub(super) fn set(&mut self, address: Arc<str>, path: &[&str], value: Value) {
        self.patch(address, path, value, false);
    }

    /// Adds an element to a list of another resource.
    pub(super) fn append(&mut self, address: Arc<str>, path: &[&str], value: Value) {
        self.patch(address, path, value, true);
    }

    fn patch(&mut self, address: Arc<str>, path: &[&str], value: Value, appends: bool) {
        let path = path.iter().map(|key| Segment::Key((*key).into())).collect();
        self.patches.push(Patch { address, path, value, appends });
    }

    /// Changes the resources of the template as the expansion demands.
    pub(super) fn apply(&mut self, resources: &mut [Resource]) {
        for patch in std::mem::take(&mut self.patches) {
            let changed = resources.iter_mut().find(|resource| resource.address == patch.address);
            if let Some(resource) = changed {
                patch.apply(&mut resource.properties);
            }
        }
        let shorthands = std::mem::take(&mut self.references);
        if shorthands.is_empty() {
            return;
        }
        let mut change = |value: &Value| written_out(value, &shorthands);
        for resource in resources {
            rewrite(&mut resource.properties, &mut change);
        }
    }
}

impl Patch {
    fn apply(self, properties: &mut Value) {
        let mut present = &*properties;
        for segment in &self.path {
            present = present.step(segment);
        }
        let new = match (&present.kind, self.appends) {
            (ValueKind::Absent, false) => self.value,
            (ValueKind::Absent, true) => {
                let span = self.value.span;
                Value::list(vec![self.value], span).with(Flags::SYNTHETIC)
            }
            (ValueKind::List(items), true) => {
                let items = items.iter().cloned().chain([self.value]).collect();
                Value { kind: ValueKind::List(Arc::new(items)), ..present.clone() }
            }
            _ => return,
        };
        properties.set(&self.path, new);
    }
}

fn written_out(value: &Value, shorthands: &[Shorthand]) -> Option<Value> {
    let reference = value.as_reference()?;
    shorthands.iter().find_map(|shorthand| {
        let rest = reference.attribute.strip_prefix(shorthand.property)?;
        let is_this = shorthand.address == reference.address;
        let attribute = if rest.is_empty() { rest } else { rest.strip_prefix('.')? };
        is_this.then(|| {
            let reference =
                Reference { address: shorthand.target.clone(), attribute: attribute.into() };
            Value { kind: ValueKind::Reference(Arc::new(reference)), ..value.clone() }
        })
    })
}

/// A macro that may add to what is written may add to what is generated.
fn inherit(sam: &Resource, properties: Value) -> Value {
    if sam.properties.flags.has(Flags::OPEN) { properties.with(Flags::OPEN) } else { properties }
}

/// What stands beside the properties of the written resource and holds for what comes with it.
fn attributes(written: &Value) -> Value {
    let mut map = Map::default();
    for entry in written.entries() {
        if matches!(&*entry.key, "DeletionPolicy" | "Metadata" | "UpdateReplacePolicy") {
            map.push(Entry::clone(entry));
        }
    }
    Value { kind: ValueKind::Map(Arc::new(map)), ..written.clone() }
}

/// The members of a map under the names that CloudFormation has for them: `(SAM's, AWS's)`.
/// Members that are not listed are left out.
pub(super) fn renamed(properties: &Value, names: &[(&str, &str)]) -> Map {
    let mut map = Map::default();
    for entry in properties.entries() {
        if let Some((_, name)) = names.iter().find(|(name, _)| **name == *entry.key) {
            map.push(Entry { key: (*name).into(), ..entry.clone() });
        }
    }
    map
}

/// [`renamed`] for members that keep their names.
pub(super) fn kept(properties: &Value, names: &[&str]) -> Map {
    let mut map = Map::default();
    for entry in properties.entries().iter().filter(|entry| names.contains(&&*entry.key)) {
        map.push(entry.clone());
    }
    map
}

/// Sets a member of a map that is not absent.
pub(super) fn put(map: &mut Map, key: &str, value: Value) {
    if !value.is_absent() {
        map.insert(key, value.span, value);
    }
}

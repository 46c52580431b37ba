//! Documents that rules are evaluated on.

use std::sync::Arc;

use trilith_graph::{Flags, Map, Resource, ResourceGraph, RootId, Span, Value, ValueKind};

use super::case;
use super::selection::TypeIndex;

/// What a rules file is evaluated on: a template, or something that looks like one.
///
/// The document has the members of [`Document::members`] and a map `Resources` from address to
/// resource. A resource has the members `Type` and `Properties` and what stands in its
/// attributes (`Metadata`, `DeletionPolicy`). Nothing is built: a rule that looks at one type
/// asks for the resources of that type.
pub trait Document {
    /// The document, if it is one value. Nothing else is asked then but [`Document::types`],
    /// whose resources are the members of `Resources` in order.
    fn value(&self) -> Option<&Value> {
        None
    }

    /// An index of the resources by type; none if there is no `Resources` that can be indexed.
    fn types(&self) -> Option<&TypeIndex>;

    /// Number of resources.
    fn resource_count(&self) -> usize;

    /// A resource by its place in the order of the document.
    fn resource(&self, at: usize) -> ResourceView<'_>;

    /// The place of the resource with an address.
    fn find(&self, address: &str) -> Option<usize> {
        (0..self.resource_count()).find(|at| self.resource(*at).address == address)
    }

    /// The other members of the document, such as `Parameters`: a map.
    fn members(&self) -> &Value {
        Value::absent()
    }

    /// Whether there may be resources that cannot be seen. Nothing is called missing then.
    fn is_open(&self) -> bool {
        false
    }
}

/// A resource of a [`Document`].
#[derive(Debug, Clone, Copy)]
pub struct ResourceView<'d> {
    /// Its key in `Resources`.
    pub address: &'d str,
    /// Its `Type`.
    pub resource_type: &'d str,
    /// Its `Properties`; absent if it has none.
    pub properties: &'d Value,
    /// What stands beside them: a map, or absent.
    pub attributes: &'d Value,
}

impl<'d> From<&'d Resource> for ResourceView<'d> {
    fn from(resource: &'d Resource) -> Self {
        Self {
            address: &resource.address,
            resource_type: &resource.resource_type,
            properties: &resource.properties,
            attributes: &resource.attributes,
        }
    }
}

/// A document that is one value: a template as written, a plan, parameters.
#[derive(Debug)]
pub struct ValueDocument<'v> {
    value: &'v Value,
    types: Option<TypeIndex>,
}

impl<'v> ValueDocument<'v> {
    /// A document, with its resources indexed by type if it has any.
    pub fn new(value: &'v Value) -> Self {
        Self { value, types: index_of(value) }
    }
}

impl Document for ValueDocument<'_> {
    fn value(&self) -> Option<&Value> {
        Some(self.value)
    }

    fn types(&self) -> Option<&TypeIndex> {
        self.types.as_ref()
    }

    fn resource_count(&self) -> usize {
        self.value.get("Resources").entries().len()
    }

    fn resource(&self, at: usize) -> ResourceView<'_> {
        match self.value.get("Resources").entries().get(at) {
            Some(entry) => ResourceView {
                address: &entry.key,
                resource_type: entry.value.get("Type").as_str().unwrap_or_default(),
                properties: entry.value.get("Properties"),
                attributes: &entry.value,
            },
            None => ResourceView {
                address: "",
                resource_type: "",
                properties: Value::absent(),
                attributes: Value::absent(),
            },
        }
    }
}

/// An index of the resources of a plain document. There is none if something in `Resources`
/// does not look like a resource: then a query by type has more to look at than the types.
fn index_of(value: &Value) -> Option<TypeIndex> {
    let resources = value.get("Resources");
    let ValueKind::Map(members) = &resources.kind else { return None };
    if members.is_empty() || resources.flags.has(Flags::OPEN) {
        return None;
    }
    let missing: Arc<str> = Arc::from("");
    let spellings = case::spellings("Type");
    let mut types = Vec::with_capacity(members.len());
    for entry in members.entries() {
        let ValueKind::Map(resource) = &entry.value.kind else { return None };
        if entry.value.flags.has(Flags::OPEN) {
            return None;
        }
        match resource.get("Type").map(|value| &value.kind) {
            Some(ValueKind::String(name)) => types.push(name),
            Some(_) => return None,
            None if spellings.iter().any(|key| resource.get(key).is_some()) => return None,
            None => types.push(&missing),
        }
    }
    Some(TypeIndex::new(types))
}

/// One resource as a document of its own, for rules that look at resources one at a time.
#[derive(Debug)]
pub struct ResourceDocument<'d> {
    resource: ResourceView<'d>,
    types: TypeIndex,
}

impl<'d> ResourceDocument<'d> {
    /// The document of a resource.
    pub fn new(resource: ResourceView<'d>) -> Self {
        let name: Arc<str> = resource.resource_type.into();
        Self { resource, types: TypeIndex::new([&name]) }
    }
}

impl Document for ResourceDocument<'_> {
    fn types(&self) -> Option<&TypeIndex> {
        Some(&self.types)
    }

    fn resource_count(&self) -> usize {
        1
    }

    fn resource(&self, _: usize) -> ResourceView<'_> {
        self.resource
    }
}

/// The resources of one root of a graph, with its parameters under `Parameters`.
#[derive(Debug)]
pub struct RootDocument<'g> {
    resources: Vec<&'g Resource>,
    types: TypeIndex,
    members: Value,
    open: bool,
}

impl<'g> RootDocument<'g> {
    /// The document of a root.
    pub fn new(graph: &'g ResourceGraph, root: RootId) -> Self {
        let all = graph.resources_of(root).map(|(_, resource)| resource);
        let all = all.filter(|resource| !resource.is_deleted());
        let (stated, resources): (Vec<&Resource>, Vec<&Resource>) = all.partition(|resource| {
            matches!(&*resource.resource_type, Resource::PARAMETER | Resource::OUTPUT)
        });
        let types = TypeIndex::new(resources.iter().map(|resource| &resource.resource_type));
        let nowhere = Value::absent().span;
        let mut members = Map::default();
        for (key, kind) in [("Parameters", Resource::PARAMETER), ("Outputs", Resource::OUTPUT)] {
            let section = section(stated.iter().filter(|one| &*one.resource_type == kind), nowhere);
            if !section.is_empty() {
                members.insert(key, nowhere, Value::map(section, nowhere));
            }
        }
        let members = Value::map(members, nowhere);
        Self { resources, types, members, open: graph.root(root).open }
    }
}

fn section<'g>(resources: impl Iterator<Item = &'g &'g Resource>, nowhere: Span) -> Map {
    let mut section = Map::default();
    for resource in resources {
        section.insert(resource.name.clone(), nowhere, resource.properties.clone());
    }
    section
}

impl Document for RootDocument<'_> {
    fn types(&self) -> Option<&TypeIndex> {
        Some(&self.types)
    }

    fn resource_count(&self) -> usize {
        self.resources.len()
    }

    fn resource(&self, at: usize) -> ResourceView<'_> {
        self.resources[at].into()
    }

    fn members(&self) -> &Value {
        &self.members
    }

    fn is_open(&self) -> bool {
        self.open
    }
}

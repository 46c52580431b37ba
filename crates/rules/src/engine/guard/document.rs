//! Documents that rules are evaluated on.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use trilith_graph::{
    Flags, Format, Map, Resource, ResourceGraph, RootId, Scenario, Tri, Value, ValueKind,
};

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

    /// Whether the document may have a member that [`Document::members`] does not show. Such a
    /// member is not called missing.
    fn may_have(&self, _member: &str) -> bool {
        self.is_open()
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

/// Sections of a template that the graph does not keep: whether a template has them cannot be
/// told.
const OTHER_SECTIONS: [&str; 8] = [
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Globals",
    "Mappings",
    "Metadata",
    "Rules",
    "Transform",
];

/// The resources of one root of a graph in one scenario, with its parameters under `Parameters`
/// and its outputs under `Outputs`. Nothing is copied but properties in which the scenario
/// decides something, and these only when they are looked at.
#[derive(Debug)]
pub struct RootDocument<'g> {
    resources: Vec<ScenarioResource<'g>>,
    types: TypeIndex,
    by_address: OnceLock<BTreeMap<&'g str, usize>>,
    scenario: Scenario,
    members: Value,
    open: bool,
    is_template: bool,
}

#[derive(Debug)]
struct ScenarioResource<'g> {
    resource: &'g Resource,
    decided: OnceLock<Option<Value>>,
}

impl<'g> RootDocument<'g> {
    /// The document of a root in which no condition is decided: conditional resources are there,
    /// and conditional values unknown.
    pub fn new(graph: &'g ResourceGraph, root: RootId) -> Self {
        Self::in_scenario(graph, root, Scenario::default())
    }

    /// The document of a root in a scenario: without the resources that it leaves out.
    pub fn in_scenario(graph: &'g ResourceGraph, root: RootId, scenario: Scenario) -> Self {
        let all = graph.resources_of(root).map(|(_, resource)| resource);
        let all = all.filter(|resource| !resource.is_deleted());
        let all = all.filter(|resource| scenario.decides(&resource.guard) != Tri::False);
        let (resources, stated): (Vec<&Resource>, Vec<&Resource>) =
            all.partition(|resource| resource.is_real());
        let types = TypeIndex::new(resources.iter().map(|resource| &resource.resource_type));
        let resources = resources
            .into_iter()
            .map(|resource| ScenarioResource { resource, decided: OnceLock::new() })
            .collect();
        let root = graph.root(root);
        Self {
            resources,
            types,
            by_address: OnceLock::new(),
            members: members(&stated, &scenario),
            scenario,
            open: root.open,
            is_template: root.format == Format::CloudFormation,
        }
    }
}

fn members(stated: &[&Resource], scenario: &Scenario) -> Value {
    let nowhere = Value::absent().span;
    let mut members = Map::default();
    for (key, kind) in [("Parameters", Resource::PARAMETER), ("Outputs", Resource::OUTPUT)] {
        let mut section = Map::default();
        for one in stated.iter().filter(|one| &*one.resource_type == kind) {
            section.insert(one.name.clone(), one.span, as_written(one, scenario));
        }
        if !section.is_empty() {
            members.insert(key, nowhere, Value::map(section, nowhere));
        }
    }
    Value::map(members, nowhere)
}

/// A parameter or output without the name that the graph gives it.
fn as_written(resource: &Resource, scenario: &Scenario) -> Value {
    let mut value = resource.properties.project(scenario);
    if let ValueKind::Map(map) = &mut value.kind {
        Arc::make_mut(map).remove("Name");
    }
    value
}

impl Document for RootDocument<'_> {
    fn types(&self) -> Option<&TypeIndex> {
        Some(&self.types)
    }

    fn resource_count(&self) -> usize {
        self.resources.len()
    }

    fn resource(&self, at: usize) -> ResourceView<'_> {
        let ScenarioResource { resource, decided } = &self.resources[at];
        let view = ResourceView::from(*resource);
        let decided = decided.get_or_init(|| {
            let properties = &resource.properties;
            properties.has_choice().then(|| properties.project(&self.scenario))
        });
        match decided {
            Some(properties) => ResourceView { properties, ..view },
            None => view,
        }
    }

    fn find(&self, address: &str) -> Option<usize> {
        let places = self.by_address.get_or_init(|| {
            let resources = self.resources.iter().enumerate();
            resources.map(|(at, one)| (&*one.resource.address, at)).collect()
        });
        places.get(address).copied()
    }

    fn members(&self) -> &Value {
        &self.members
    }

    fn may_have(&self, member: &str) -> bool {
        self.open || (self.is_template && OTHER_SECTIONS.contains(&member))
    }

    fn is_open(&self) -> bool {
        self.open
    }
}

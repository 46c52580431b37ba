//! The resource graph of a run.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap as HashMap;

use crate::condition::Formula;
use crate::{Edge, EdgeKind, Format, Resource, ResourceId, SourceId, Span, WrittenAt};

/// Identifies a root of a [`ResourceGraph`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RootId(pub u32);

/// What is deployed together: a template, a plan, a root module, a policy document.
#[derive(Debug)]
pub struct Root {
    /// Path of its file or directory, as printed.
    pub name: Arc<str>,
    /// Its (first) file.
    pub source: SourceId,
    /// What it is written in.
    pub format: Format,
    /// Whether it may hold resources that cannot be seen: a macro runs over it, a module is
    /// missing, a plan is partial. Nothing may be called missing in an open root.
    pub open: bool,
    /// What the parameters are known to satisfy.
    pub constraints: Vec<Formula>,
    /// Text to mask wherever the source is shown.
    pub sensitive: Vec<Span>,
    /// Nested stacks that are evaluated as parts of it: the address of each, which is in front of
    /// those of its resources (`Network.Vpc`), and where it is declared.
    pub stacks: Vec<(Arc<str>, Span)>,
    /// Where its format says what the canonical shape leaves out, if that has words of its own.
    pub written: Option<WrittenAt>,
    /// The modules that are evaluated as parts of it, by what is in front of the addresses of
    /// their resources (`module.net["a"]`), and where each is called.
    pub calls: BTreeMap<Arc<str>, Span>,
    /// Where modules are called that cannot be looked into.
    pub unseen_calls: Vec<Span>,
    /// Its resources. Empty once the root has joined a graph.
    pub resources: Vec<Resource>,
    /// Edges between them, by index. Empty once the root has joined a graph.
    pub edges: Vec<Edge>,
}

impl Root {
    /// A root without resources.
    pub fn new(name: impl Into<Arc<str>>, source: SourceId, format: Format) -> Self {
        Self {
            name: name.into(),
            source,
            format,
            open: false,
            constraints: Vec::new(),
            sensitive: Vec::new(),
            stacks: Vec::new(),
            written: None,
            calls: BTreeMap::new(),
            unseen_calls: Vec::new(),
            resources: Vec::new(),
            edges: Vec::new(),
        }
    }
}

impl Root {
    /// The nested stacks around the resource with an address, the outermost first.
    pub fn stacks_around<'r>(
        &'r self,
        address: &'r str,
    ) -> impl Iterator<Item = &'r (Arc<str>, Span)> {
        let is_around =
            |stack: &str| address.strip_prefix(stack).is_some_and(|inner| inner.starts_with('.'));
        let mut around: Vec<_> = self.stacks.iter().filter(|(stack, _)| is_around(stack)).collect();
        around.sort_by_key(|(stack, _)| stack.len());
        around.into_iter()
    }

    /// Where the modules and nested stacks around the resource with an address are created, the
    /// outermost first.
    pub fn enclosing(&self, address: &str) -> Vec<Span> {
        if self.calls.is_empty() && self.stacks.is_empty() {
            return Vec::new();
        }
        let ends = address.match_indices('.').map(|(at, _)| &address[..at]);
        let call = |module: &str| match self.calls.get(module) {
            None if module.contains('[') => self.calls.get(without_keys(module)?.as_str()),
            found => found,
        };
        let mut calls: Vec<Span> = ends.filter_map(|module| call(module).copied()).collect();
        calls.extend(self.stacks_around(address).map(|(_, span)| *span));
        calls
    }
}

/// An address without the keys of instances; `None` if it ends in one.
fn without_keys(address: &str) -> Option<String> {
    let (mut plain, mut is_key, mut is_quoted) = (String::new(), false, false);
    for character in address.chars() {
        match character {
            '"' if is_key => is_quoted = !is_quoted,
            '[' if !is_key => is_key = true,
            ']' if !is_quoted => is_key = false,
            _ if !is_key => plain.push(character),
            _ => {}
        }
    }
    (!is_key).then_some(plain)
}

/// Every resource of a run, and the edges between them.
///
/// INVARIANT: resources of a root are contiguous and in source order; `outgoing` is sorted by
/// (from, kind, to) and `incoming` indexes it by (to, from).
#[derive(Debug, Default)]
pub struct ResourceGraph {
    roots: Vec<Root>,
    first_resource: Vec<u32>,
    resources: Vec<Resource>,
    outgoing: Vec<Edge>,
    incoming: Vec<u32>,
    by_type: BTreeMap<Arc<str>, Vec<ResourceId>>,
    /// For each root its resources by address. Made when first asked for, since most runs look
    /// for none.
    by_address: Vec<OnceLock<HashMap<Arc<str>, ResourceId>>>,
    /// For each resource whether its properties depend on conditions. Found out when first asked
    /// for.
    choices: OnceLock<Vec<bool>>,
}

impl ResourceGraph {
    /// Joins roots into one graph, in their order.
    pub fn new(roots: Vec<Root>) -> Self {
        let mut graph = Self::default();
        for root in roots {
            graph.add(root);
        }
        graph.outgoing.sort();
        graph.outgoing.dedup();
        let mut incoming: Vec<u32> = (0..graph.outgoing.len() as u32).collect();
        incoming.sort_by_key(|at| (graph.outgoing[*at as usize].to, *at));
        graph.incoming = incoming;
        graph
    }

    fn add(&mut self, mut root: Root) {
        let id = RootId(self.roots.len() as u32);
        let offset = self.resources.len() as u32;
        self.outgoing.reserve(root.edges.len());
        let mut resources = std::mem::take(&mut root.resources);
        for (index, resource) in resources.iter_mut().enumerate() {
            resource.root = id;
            let resource_id = ResourceId(offset + index as u32);
            match self.by_type.get_mut(&resource.resource_type) {
                Some(ids) => ids.push(resource_id),
                None => {
                    self.by_type.insert(resource.resource_type.clone(), vec![resource_id]);
                }
            }
        }
        if self.resources.is_empty() {
            self.resources = resources;
        } else {
            self.resources.append(&mut resources);
        }
        for mut edge in std::mem::take(&mut root.edges) {
            edge.from.0 += offset;
            edge.to.0 += offset;
            self.outgoing.push(edge);
        }
        self.first_resource.push(offset);
        self.by_address.push(OnceLock::new());
        self.roots.push(root);
    }

    /// The roots in order.
    pub fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// The root with an id of this graph.
    pub fn root(&self, id: RootId) -> &Root {
        &self.roots[id.0 as usize]
    }

    /// All resources with their ids, in order.
    pub fn resources(&self) -> impl ExactSizeIterator<Item = (ResourceId, &Resource)> {
        self.resources.iter().enumerate().map(|(index, r)| (ResourceId(index as u32), r))
    }

    /// The resources of one root, in source order.
    pub fn resources_of(&self, root: RootId) -> impl Iterator<Item = (ResourceId, &Resource)> {
        let start = self.first_resource[root.0 as usize];
        let end = self.first_resource.get(root.0 as usize + 1).copied();
        let end = end.unwrap_or(self.resources.len() as u32);
        (start..end).map(|index| (ResourceId(index), &self.resources[index as usize]))
    }

    /// The resource with an id of this graph.
    pub fn resource(&self, id: ResourceId) -> &Resource {
        &self.resources[id.0 as usize]
    }

    /// Whether the properties of a resource depend on conditions: [`crate::Value::has_choice`].
    ///
    /// Every resource is looked at once: most graphs hold few conditions, plans none, and each
    /// resource is seen again from all of its neighbours.
    pub fn has_choice(&self, id: ResourceId) -> bool {
        let choices = self.choices.get_or_init(|| {
            self.resources.iter().map(|resource| resource.properties.has_choice()).collect()
        });
        choices[id.0 as usize]
    }

    /// The resource with an id of this graph, to change its properties. Its type and address
    /// must stay, since the graph is indexed by them.
    pub fn resource_mut(&mut self, id: ResourceId) -> &mut Resource {
        self.choices = OnceLock::new();
        &mut self.resources[id.0 as usize]
    }

    /// The resources of a canonical type, in order.
    pub fn of_type(&self, resource_type: &str) -> &[ResourceId] {
        self.by_type.get(resource_type).map_or(&[], Vec::as_slice)
    }

    /// The resources of a canonical type in one root, in order.
    pub fn of_type_in(&self, root: RootId, resource_type: &str) -> &[ResourceId] {
        let ids = self.of_type(resource_type);
        let start = self.first_resource[root.0 as usize];
        let end = self.first_resource.get(root.0 as usize + 1).copied().unwrap_or(u32::MAX);
        let first = ids.partition_point(|id| id.0 < start);
        let last = ids.partition_point(|id| id.0 < end);
        &ids[first..last]
    }

    /// The canonical types that occur, in alphabetical order, with their resources.
    pub fn types(&self) -> impl Iterator<Item = (&str, &[ResourceId])> {
        self.by_type.iter().map(|(name, ids)| (name.as_ref(), ids.as_slice()))
    }

    /// The resource of a root with an address.
    pub fn find(&self, root: RootId, address: &str) -> Option<ResourceId> {
        let of_root = self.by_address[root.0 as usize].get_or_init(|| {
            let resources = self.resources_of(root);
            resources.map(|(id, resource)| (resource.address.clone(), id)).collect()
        });
        of_root.get(address).copied()
    }

    /// Edges that start at a resource.
    pub fn edges_from(&self, id: ResourceId) -> &[Edge] {
        let start = self.outgoing.partition_point(|edge| edge.from < id);
        let end = self.outgoing.partition_point(|edge| edge.from <= id);
        &self.outgoing[start..end]
    }

    /// Edges that end at a resource.
    pub fn edges_to(&self, id: ResourceId) -> impl Iterator<Item = &Edge> {
        let edge = |at: &u32| &self.outgoing[*at as usize];
        let start = self.incoming.partition_point(|at| edge(at).to < id);
        let end = self.incoming.partition_point(|at| edge(at).to <= id);
        self.incoming[start..end].iter().map(move |at| &self.outgoing[*at as usize])
    }

    /// Resources that are attached to a resource: its policies, its separately written rules.
    pub fn attachments(&self, id: ResourceId) -> impl Iterator<Item = (ResourceId, &Resource)> {
        let edges = self.edges_to(id).filter(|edge| edge.kind == EdgeKind::AttachedTo);
        edges.map(|edge| (edge.from, self.resource(edge.from)))
    }

    /// Every edge, sorted by its start.
    pub fn edges(&self) -> &[Edge] {
        &self.outgoing
    }
}

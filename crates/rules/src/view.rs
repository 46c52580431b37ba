//! What a rule sees: one resource in one scenario, and what is connected to it.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::Arc;

use trilith_graph::{
    Edge, EdgeKind, PropertyPath, Resource, ResourceGraph, ResourceId, Root, Scenario, Segment,
    Tri, Value,
};
use trilith_iam::PositionedDocument;

use crate::commons::Commons;
use crate::engine::rego::memo::MemberNumbers;
use crate::query::ingress::Opening;
use crate::settings::{self, Settings};

/// A resource as a rule sees it. Conditions are decided: no choice is left in its properties.
#[derive(Debug)]
pub struct View<'a> {
    graph: &'a ResourceGraph,
    id: ResourceId,
    scenario: &'a Scenario,
    properties: Cow<'a, Value>,
    settings: &'a Settings,
    guardrails: &'a [Vec<PositionedDocument<'a>>],
    commons: Option<&'a Commons>,
    pub(crate) rego_input: OnceCell<regorus::Value>,
    pub(crate) own_input: OnceCell<regorus::Value>,
    pub(crate) plain_input: OnceCell<regorus::Value>,
    member_numbers: OnceCell<Vec<MemberNumbers>>,
    /// Its policies, where its properties are those of the graph.
    policies: OnceCell<Vec<PositionedDocument<'a>>>,
    /// What it lets in as a security group, or a part of one: see [`crate::query::ingress::openings`].
    pub(crate) openings: OnceCell<Vec<Opening>>,
}

impl<'a> View<'a> {
    /// The resource in a scenario.
    pub fn new(graph: &'a ResourceGraph, id: ResourceId, scenario: &'a Scenario) -> Self {
        let properties = &graph.resource(id).properties;
        let properties = if graph.has_choice(id) {
            Cow::Owned(properties.project(scenario))
        } else {
            Cow::Borrowed(properties)
        };
        Self {
            graph,
            id,
            scenario,
            properties,
            settings: &settings::NONE,
            guardrails: &[],
            commons: None,
            rego_input: OnceCell::new(),
            own_input: OnceCell::new(),
            plain_input: OnceCell::new(),
            member_numbers: OnceCell::new(),
            policies: OnceCell::new(),
            openings: OnceCell::new(),
        }
    }

    /// The same, with what the repository says of itself.
    #[must_use]
    pub fn with_settings(mut self, settings: &'a Settings) -> Self {
        self.settings = settings;
        self
    }

    /// The same, within the policies of an organization.
    #[must_use]
    pub(crate) const fn with_guardrails(
        mut self,
        guardrails: &'a [Vec<PositionedDocument<'a>>],
    ) -> Self {
        self.guardrails = guardrails;
        self
    }

    /// The same, with what is known of whole roots.
    #[must_use]
    pub(crate) fn with_commons(mut self, commons: &'a Commons) -> Self {
        self.commons = Some(commons);
        self
    }

    /// The answer to a question about the root of the resource, which its graph alone decides.
    /// It is found out once for all resources of the root; `question` names it among all others.
    pub fn of_root<T: Send + Sync + 'static>(
        &self,
        question: &'static str,
        find_out: impl FnOnce() -> T,
    ) -> Arc<T> {
        match self.commons {
            Some(commons) => commons.answer(self.resource().root, question, find_out),
            None => Arc::new(find_out()),
        }
    }

    /// The policies of its organization, by level.
    pub(crate) const fn guardrails(&self) -> &'a [Vec<PositionedDocument<'a>>] {
        self.guardrails
    }

    /// What the repository says of itself.
    pub const fn settings(&self) -> &'a Settings {
        self.settings
    }

    /// Another resource of the graph, in the same scenario.
    #[must_use]
    pub fn beside(&self, id: ResourceId) -> Self {
        let beside = Self::new(self.graph, id, self.scenario);
        // Of the resource itself, the policies are not read again.
        let known = self.policies.get().filter(|_| id == self.id);
        let policies = known.cloned().map_or_else(OnceCell::new, OnceCell::from);
        let Self { settings, guardrails, commons, .. } = *self;
        Self { settings, guardrails, commons, policies, ..beside }
    }

    /// Its id.
    pub const fn id(&self) -> ResourceId {
        self.id
    }

    /// The graph that it is part of.
    pub const fn graph(&self) -> &'a ResourceGraph {
        self.graph
    }

    /// The resource itself.
    pub fn resource(&self) -> &'a Resource {
        self.graph.resource(self.id)
    }

    /// The root that it belongs to.
    pub fn root(&self) -> &'a Root {
        self.graph.root(self.resource().root)
    }

    /// The name its author gave it.
    pub fn name(&self) -> &'a str {
        &self.resource().name
    }

    /// Its canonical type.
    pub fn resource_type(&self) -> &'a str {
        &self.resource().resource_type
    }

    /// Whether Terraform's defaults apply to it.
    pub fn is_terraform(&self) -> bool {
        self.resource().format.is_terraform()
    }

    /// Its properties.
    pub fn properties(&self) -> &Value {
        &self.properties
    }

    /// A number for each property that tells it from others: see [`MemberNumbers`].
    pub(crate) fn member_numbers(&self) -> &[MemberNumbers] {
        self.member_numbers.get_or_init(|| MemberNumbers::of(&self.properties))
    }

    /// The property behind a path such as `BucketEncryption/KMSKeyId`.
    pub fn get(&self, path: &str) -> &Value {
        self.properties.path(path)
    }

    /// The values behind a path in which `*` stands for every element of a list (or the single
    /// value in its place) and every member of a map, each with its own path.
    pub fn all(&self, path: &str) -> Vec<(PropertyPath, &Value)> {
        let mut found = Vec::new();
        walk(self.properties(), path, &mut Vec::new(), &mut |steps, value| {
            found.push((steps.iter().map(Step::segment).collect(), value));
        });
        found
    }

    /// What [`View::all`] finds, for those who do not ask where.
    pub fn values(&self, path: &str) -> Vec<&Value> {
        let mut found = Vec::new();
        walk(self.properties(), path, &mut Vec::new(), &mut |_, value| found.push(value));
        found
    }

    /// What is attached to it: bucket policies, ingress rules written apart, role policies.
    pub fn attachments(&self) -> Vec<Self> {
        let attached = self.graph.attachments(self.id);
        attached.map(|(id, _)| self.beside(id)).filter(Self::exists).collect()
    }

    /// The attachments of one canonical type.
    pub fn attached(&self, resource_type: &str) -> Vec<Self> {
        let attached = self.graph.attachments(self.id);
        let attached = attached.filter(|(_, resource)| &*resource.resource_type == resource_type);
        attached.map(|(id, _)| self.beside(id)).filter(Self::exists).collect()
    }

    /// The resources that it is attached to.
    pub fn parents(&self) -> Vec<Self> {
        let edges = self.graph.edges_from(self.id).iter();
        let edges = edges.filter(|edge| edge.kind == EdgeKind::AttachedTo);
        edges.map(|edge| self.beside(edge.to)).filter(Self::exists).collect()
    }

    /// The resource that the property at a path refers to, if it is part of the graph.
    pub fn referenced(&self, path: &str) -> Option<Self> {
        let edges = self.graph.edges_from(self.id);
        if edges.is_empty() {
            return None;
        }
        let path = PropertyPath::parse(path);
        let edge = edges.iter().find(|edge| path.is_prefix_of(&edge.path));
        edge.map(|edge| self.beside(edge.to)).filter(Self::exists)
    }

    /// Resources of a canonical type that refer to it, with the edge.
    pub fn referrers(&self, resource_type: &str) -> Vec<(&'a Edge, Self)> {
        let edges = self.graph.edges_to(self.id);
        let edges =
            edges.filter(|edge| &*self.graph.resource(edge.from).resource_type == resource_type);
        let views = edges.map(|edge| (edge, self.beside(edge.from)));
        views.filter(|(_, view)| view.exists()).collect()
    }

    /// Other resources of the same root and of a canonical type.
    pub fn siblings(&self, resource_type: &str) -> Vec<Self> {
        let root = self.resource().root;
        let ids = self.graph.of_type_in(root, resource_type).iter().copied();
        ids.filter(|id| *id != self.id).map(|id| self.beside(id)).filter(Self::exists).collect()
    }

    /// Whether it may exist in the scenario.
    pub fn exists(&self) -> bool {
        self.scenario.decides(&self.resource().guard) != Tri::False
    }

    /// Whether it exists in the scenario; unknown where a condition decides that the scenario
    /// does not.
    pub fn existence(&self) -> Tri {
        self.scenario.decides(&self.resource().guard)
    }

    /// The resources that the values behind a path refer to; `*` as for [`View::all`].
    pub fn all_referenced(&self, path: &str) -> Vec<Self> {
        let places = self.all(path).into_iter();
        places.filter_map(|(path, _)| self.referenced(&path.to_string())).collect()
    }

    /// The policy documents among its properties. They are read once for all rules, unless
    /// the properties are those of one scenario among several.
    pub fn policies(&self) -> Cow<'_, [PositionedDocument<'_>]> {
        match &self.properties {
            Cow::Borrowed(properties) => {
                let read = || trilith_iam::documents_in(self.resource_type(), properties);
                Cow::Borrowed(self.policies.get_or_init(read))
            }
            Cow::Owned(properties) => {
                Cow::Owned(trilith_iam::documents_in(self.resource_type(), properties))
            }
        }
    }
}

/// A step of a path that becomes a segment only where something is found: most resources do not
/// have what is asked for.
enum Step<'s> {
    Name(&'s str),
    Key(&'s Arc<str>),
    Index(usize),
}

impl Step<'_> {
    fn segment(&self) -> Segment {
        match self {
            Self::Name(name) => Segment::from(*name),
            Self::Key(key) => Segment::Key((*key).clone()),
            Self::Index(index) => Segment::Index(*index),
        }
    }
}

/// Visits the values behind a path with stars, each with the steps that lead to it.
fn walk<'v: 's, 's>(
    value: &'v Value,
    path: &'s str,
    steps: &mut Vec<Step<'s>>,
    found: &mut dyn FnMut(&[Step<'_>], &'v Value),
) {
    // Paths are a few words long: no search for long texts pays.
    let end = path.bytes().position(|byte| byte == b'/');
    let (part, rest) = end.map_or((path, None), |at| (&path[..at], Some(&path[at + 1..])));
    let mut enter = |step: Step<'s>, value: &'v Value| {
        steps.push(step);
        match rest {
            Some(rest) => walk(value, rest, steps, found),
            None => found(steps, value),
        }
        steps.pop();
    };
    if part != "*" {
        return enter(Step::Name(part), value.path(part));
    }
    let members = value.entries();
    if members.is_empty() {
        for (index, item) in value.items().iter().enumerate() {
            enter(Step::Index(index), item);
        }
    } else if members.iter().any(|entry| entry.value.entries().is_empty()) {
        // A map in the place of a list of maps is its only element; the path stays right, since
        // index 0 of a map is the map itself.
        enter(Step::Index(0), value);
    } else {
        for entry in members {
            enter(Step::Key(&entry.key), &entry.value);
        }
    }
}

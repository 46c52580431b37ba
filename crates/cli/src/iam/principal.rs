//! All that a user, a group or a role is given, wherever it is written.

use std::collections::BTreeSet;

use trilith_graph::{EdgeKind, Format, Resource, ResourceId, ValueKind};
use trilith_iam::{Catalog, Policies, PolicyDocument, PolicyKind, PositionedDocument, documents};
use trilith_parser::Options;

use super::holders::layer;
use crate::analyse::{Analysis, Input, analyse};
use crate::guardrails::Limits;

/// The types of resources that are given policies.
const PRINCIPALS: [&str; 4] =
    ["AWS::IAM::Group", "AWS::IAM::Role", "AWS::IAM::User", "AWS::SSO::PermissionSet"];

/// The policies of AWS that some principals are given.
#[derive(Default)]
pub(super) struct Managed {
    analysis: Analysis,
}

impl Managed {
    /// Those that the resources of some graphs name.
    pub(super) fn of(analyses: &[&Analysis], catalog: &Catalog) -> Self {
        let mut arns = BTreeSet::new();
        for (_, resource) in analyses.iter().flat_map(|it| it.graph.resources()) {
            for (arn, _) in managed_arns(resource) {
                arns.extend(arn);
            }
        }
        let known = arns.iter().filter_map(|arn| catalog.managed_policy(arn));
        let inputs: Vec<Input> = known
            .map(|policy| Input::new(format!("{}.json", short_name(&policy.arn)), policy.document))
            .collect();
        if inputs.is_empty() {
            return Self::default();
        }
        Self { analysis: analyse(inputs, &Options::default()) }
    }

    fn find(&self, arn: &str) -> Option<&Resource> {
        let name = format!("{}.json", short_name(arn));
        let mut resources = self.analysis.graph.resources();
        let own = resources
            .find(|(_, resource)| self.analysis.sources.file(resource.span.source).name() == name);
        own.map(|(_, resource)| resource)
    }

    /// The file and line of a statement of one of them.
    pub(super) fn sources(&self) -> &trilith_graph::SourceMap {
        &self.analysis.sources
    }
}

/// `ReadOnlyAccess` of `arn:aws:iam::aws:policy/ReadOnlyAccess`.
fn short_name(arn: &str) -> &str {
    arn.split_once(":policy/").map_or(arn, |(_, name)| name)
}

/// The ARNs of managed policies that a resource is given, those that are not known as none;
/// and whether each is the boundary.
fn managed_arns(resource: &Resource) -> Vec<(Option<String>, bool)> {
    let properties = &resource.properties;
    let given = ["ManagedPolicyArns", "ManagedPolicies"];
    let mut found: Vec<(Option<String>, bool)> = Vec::new();
    for item in given.iter().flat_map(|name| properties.get(name).items()) {
        // What refers to a resource is attached to this one already.
        if !matches!(item.kind, ValueKind::Reference(_)) {
            found.push((item.as_str().map(str::to_owned), false));
        }
    }
    let boundary = properties.get("PermissionsBoundary");
    if !boundary.is_present().is_false() && !matches!(boundary.kind, ValueKind::Reference(_)) {
        found.push((boundary.as_str().map(str::to_owned), true));
    }
    found
}

/// A policy that a principal is given.
pub(super) struct Given<'a> {
    pub(super) policy: PositionedDocument<'a>,
    /// The resource that holds it, and whether that is one of AWS.
    pub(super) resource: &'a Resource,
    pub(super) is_managed: bool,
}

impl<'a> Given<'a> {
    pub(super) fn document(&self) -> &PolicyDocument<'a> {
        &self.policy.document
    }
}

/// A user, a group, a role or a permission set with all of its policies.
pub(super) struct Principal<'a> {
    pub(super) resource: &'a Resource,
    pub(super) grants: Vec<Given<'a>>,
    pub(super) boundary: Vec<Given<'a>>,
    /// What it is given and cannot be seen here.
    pub(super) unseen: Vec<String>,
    /// Whether its boundary is among that, so that nothing is allowed for certain.
    pub(super) has_hidden_boundary: bool,
}

impl<'a> Principal<'a> {
    /// All principals of a graph. A trust policy in a file of its own stands in a role that
    /// nobody wrote: there is no principal whose policies could be missing.
    pub(super) fn all(analysis: &'a Analysis, managed: &'a Managed) -> Vec<Self> {
        let is_written = |id: &&ResourceId| analysis.graph.resource(**id).format != Format::Iam;
        let ids = PRINCIPALS.iter().flat_map(|name| analysis.graph.of_type(name));
        ids.filter(is_written).map(|id| Self::of(*id, analysis, managed)).collect()
    }

    fn of(id: ResourceId, analysis: &'a Analysis, managed: &'a Managed) -> Self {
        let graph = &analysis.graph;
        let resource = graph.resource(id);
        let (grants, boundary, unseen) = (Vec::new(), Vec::new(), Vec::new());
        let mut own = Self { resource, grants, boundary, unseen, has_hidden_boundary: false };
        own.add(resource, false, false);
        own.attach(id, analysis, managed);
        // A user has what its groups have.
        for edge in graph.edges_from(id) {
            let group = graph.resource(edge.to);
            if &*group.resource_type == "AWS::IAM::Group" {
                own.add(group, false, false);
                own.attach(edge.to, analysis, managed);
            }
        }
        own
    }

    /// Adds what a user, group or role is given from elsewhere.
    fn attach(&mut self, id: ResourceId, analysis: &'a Analysis, managed: &'a Managed) {
        let graph = &analysis.graph;
        for (_, attached) in graph.attachments(id) {
            self.add(attached, false, false);
        }
        for edge in graph.edges_from(id).iter().filter(|edge| edge.kind == EdgeKind::RefersTo) {
            let path = edge.path.to_string();
            let is_boundary = path.starts_with("PermissionsBoundary");
            if is_boundary || path.starts_with("ManagedPolic") {
                self.add(graph.resource(edge.to), is_boundary, false);
            }
        }
        for (arn, is_boundary) in managed_arns(graph.resource(id)) {
            let found = arn.as_deref().map(|arn| (arn, managed.find(arn)));
            if let Some((_, Some(policy))) = found {
                self.add(policy, is_boundary, true);
                continue;
            }
            self.has_hidden_boundary |= is_boundary;
            self.unseen.push(match found {
                Some((arn, _)) => format!("`{arn}` is not part of this"),
                None => "an attached policy is not known".to_owned(),
            });
        }
    }

    fn add(&mut self, resource: &'a Resource, is_boundary: bool, is_managed: bool) {
        let into = if is_boundary { &mut self.boundary } else { &mut self.grants };
        // One policy may be attached in two ways.
        if into.iter().any(|given| std::ptr::eq(given.resource, resource)) {
            return;
        }
        let own = documents(resource).into_iter();
        let own = own.filter(|policy| policy.kind == PolicyKind::Identity);
        into.extend(own.map(|policy| Given { policy, resource, is_managed }));
    }

    /// As they decide together, within the policies of an organization.
    pub(super) fn policies<'d>(&'d self, guardrails: &'d Limits<'a>) -> Policies<'d, 'a> {
        let mut limits: Vec<_> = guardrails.iter().map(|it| layer(it)).collect();
        if !self.boundary.is_empty() {
            limits.push(self.boundary.iter().map(Given::document).collect());
        }
        Policies { grants: self.grants.iter().map(Given::document).collect(), limits }
    }

    /// Whether a word names it: its address, the name that its author gave it, its name in AWS
    /// or the end of its ARN.
    pub(super) fn is_called(&self, word: &str) -> bool {
        let names = ["RoleName", "UserName", "GroupName", "Name"];
        let in_aws = names.iter().filter_map(|name| self.resource.properties.get(name).as_str());
        let last = word.strip_prefix("arn:").map(|arn| arn.rsplit('/').next().unwrap_or(arn));
        let word = last.unwrap_or(word);
        [&*self.resource.address, &*self.resource.name]
            .into_iter()
            .chain(in_aws)
            .any(|it| it == word)
    }
}

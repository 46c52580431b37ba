//! The policies of a file, by what they decide about together.

use std::collections::BTreeMap;

use trilith_graph::{Format, Resource, SourceMap, Span, ValueKind};
use trilith_iam::{
    Access, Policies, PolicyDocument, PolicyKind, PositionedDocument, Statement, documents,
};

use super::principal::{Managed, Principal};
use crate::analyse::Analysis;
use crate::failure::Failure;
use crate::guardrails::Limits;

/// Where policies are written: in the files that were given, or by AWS.
#[derive(Clone, Copy)]
pub(super) struct Sources<'s> {
    pub(super) own: &'s SourceMap,
    pub(super) managed: &'s SourceMap,
}

impl Sources<'_> {
    /// `template.yaml:14`.
    pub(super) fn place(self, span: Span, is_managed: bool) -> String {
        let sources = if is_managed { self.managed } else { self.own };
        format!("{}:{}", sources.file(span.source).name(), sources.start(span).line)
    }
}

/// A policy, and whether it is one of AWS.
pub(super) struct Held<'a> {
    pub(super) policy: PositionedDocument<'a>,
    pub(super) is_managed: bool,
}

/// What has policies that decide together: a principal with all that it is given, a bucket, a
/// policy that is attached to nothing here.
pub(super) struct Holder<'a> {
    /// The address of the resource, and the kind of its policies.
    pub(super) name: String,
    pub(super) kind: PolicyKind,
    pub(super) held: Vec<Held<'a>>,
    /// What limits them: a boundary, the policies of an organization.
    limits: Limits<'a>,
    /// What it is given and cannot be seen here.
    pub(super) unseen: Vec<String>,
    /// Whether its boundary is among that.
    pub(super) has_hidden_boundary: bool,
}

impl<'a> Holder<'a> {
    fn new(name: String, kind: PolicyKind) -> Self {
        let (held, limits, unseen) = (Vec::new(), Vec::new(), Vec::new());
        Self { name, kind, held, limits, unseen, has_hidden_boundary: false }
    }

    fn of_principal(principal: Principal<'a>, guardrails: &Limits<'a>) -> Self {
        let kind = PolicyKind::Identity;
        let name = format!("{} ({kind})", principal.resource.address);
        let mut limits = guardrails.clone();
        if !principal.boundary.is_empty() {
            limits.push(principal.boundary.into_iter().map(|given| given.policy).collect());
        }
        let held = principal.grants.into_iter();
        let held = held.map(|given| Held { policy: given.policy, is_managed: given.is_managed });
        let has_hidden_boundary = principal.has_hidden_boundary;
        Self {
            limits,
            held: held.collect(),
            unseen: principal.unseen,
            has_hidden_boundary,
            ..Self::new(name, kind)
        }
    }

    pub(super) fn policies(&self) -> Policies<'_, 'a> {
        Policies {
            grants: self.held.iter().map(|it| &*it.policy.document).collect(),
            limits: self.limits.iter().map(|it| layer(it)).collect(),
        }
    }

    /// The statement that allows something.
    pub(super) fn statement(&self, access: &Access) -> Option<&Statement<'a>> {
        let (document, statement) = access.statement?;
        self.held.get(document)?.policy.document.statements.get(statement)
    }

    /// Where that statement allows it: at the action, or as a whole.
    pub(super) fn place(&self, access: &Access, sources: Sources<'_>) -> Option<String> {
        let (document, _) = access.statement?;
        let statement = self.statement(access)?;
        let covers = statement.covers_action(&access.request.action);
        let path = covers.paths().into_iter().next().unwrap_or_else(|| statement.path());
        let held = self.held.get(document)?;
        let (span, _) = held.policy.document.value.locate(&path)?;
        Some(sources.place(span, held.is_managed))
    }
}

/// The documents of a layer.
pub(super) fn layer<'d, 'a>(layer: &'d [PositionedDocument<'a>]) -> Vec<&'d PolicyDocument<'a>> {
    layer.iter().map(|it| &*it.document).collect()
}

/// Whether a policy is one that the resource around a document in a file of its own might have
/// besides: nobody asks about that resource.
fn is_unwritten(resource: &Resource, policy: &PositionedDocument<'_>) -> bool {
    resource.format == Format::Iam && matches!(policy.document.value.kind, ValueKind::Unknown(_))
}

/// The holders of policies in a file, in order of their names. The policies of a principal
/// decide together, wherever they are written.
pub(super) fn holders<'a>(
    analysis: &'a Analysis,
    managed: &'a Managed,
    guardrails: &Limits<'a>,
    name: &str,
) -> Result<Vec<Holder<'a>>, Failure> {
    let mut found: BTreeMap<(String, String), Holder<'a>> = BTreeMap::new();
    let mut given: Vec<*const trilith_graph::Resource> = Vec::new();
    for principal in Principal::all(analysis, managed) {
        let parts = principal.grants.iter().chain(&principal.boundary);
        given.extend(parts.map(|it| std::ptr::from_ref(it.resource)));
        let key = (principal.resource.address.to_string(), PolicyKind::Identity.to_string());
        let holder = Holder::of_principal(principal, guardrails);
        if !holder.held.is_empty() || !holder.unseen.is_empty() {
            found.insert(key, holder);
        }
    }
    for (_, resource) in analysis.graph.resources() {
        for policy in documents(resource) {
            let kind = policy.kind;
            let is_given =
                kind == PolicyKind::Identity && given.contains(&std::ptr::from_ref(resource));
            if is_given || is_unwritten(resource, &policy) {
                continue;
            }
            let key = (resource.address.to_string(), kind.to_string());
            let holder = found.entry(key).or_insert_with(|| {
                let mut holder = Holder::new(format!("{} ({kind})", resource.address), kind);
                if kind == PolicyKind::Identity {
                    holder.limits.clone_from(guardrails);
                }
                holder
            });
            holder.held.push(Held { policy, is_managed: false });
        }
    }
    if found.is_empty() {
        return Err(Failure::new(format!("{name}: no policy in this file")));
    }
    Ok(found.into_values().collect())
}

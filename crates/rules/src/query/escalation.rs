//! The ways in which whoever has a policy, or is a principal, gets at more than was given.

use std::collections::BTreeSet;

use trilith_graph::{PropertyPath, ResourceId, Tri};
use trilith_iam::{Escalation, EscalationKind, Policies, PositionedDocument, Site};

use crate::View;
use crate::query::listing::listed;
use crate::query::principals::{Held, Holder, is_principal, together};

/// A way that is open, or may be.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Whether it is.
    pub truth: Tri,
    /// How it leads to more.
    pub kind: EscalationKind,
    /// Its id at pathfinding.cloud.
    pub id: &'static str,
    /// What it takes, the decisive action first.
    pub grants: Vec<Grant>,
}

/// An action that a way takes, and where it is allowed.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The action.
    pub action: &'static str,
    /// The resource whose policy allows it.
    pub resource: ResourceId,
    /// And where.
    pub path: PropertyPath,
}

impl Opened {
    /// The actions, for a message.
    pub fn actions(&self) -> String {
        listed(self.grants.iter().map(|grant| grant.action))
    }
}

/// The ways that a resource opens: a policy by itself, a user, group or role by all of its
/// policies together.
///
/// What one policy opens alone is not repeated for whom it is attached to; it counts only if
/// nothing else that they all have takes it back.
pub fn opened(view: &View<'_>) -> Vec<Opened> {
    if is_principal(view) { of_principal(view) } else { of_policy(view) }
}

fn of_policy(view: &View<'_>) -> Vec<Opened> {
    let own = view.identity_policies();
    let mut found: Vec<Opened> = alone(view, &own.iter().collect::<Vec<_>>())
        .into_iter()
        .map(|escalation| open(&escalation, |_| view.id(), |at| &own[at].path))
        .collect();
    let holders: Vec<View<'_>> = view.parents().into_iter().filter(is_principal).collect();
    if found.is_empty() || holders.is_empty() {
        return found;
    }
    let all: Vec<Vec<Opened>> = holders.iter().map(all_of).collect();
    for opened in &mut found {
        let same = all.iter().flatten().filter(|other| other.id == opened.id);
        opened.truth = opened.truth.and(Tri::any(same.map(|other| other.truth)));
    }
    found.retain(|opened| !opened.truth.is_false());
    found
}

fn of_principal(view: &View<'_>) -> Vec<Opened> {
    let mut found = all_of(view);
    if found.is_empty() {
        return found;
    }
    let holder = Holder::of(view);
    let grants = holder.grants();
    let mut elsewhere = BTreeSet::new();
    for number in 1..holder.views().len() {
        let own: Vec<&PositionedDocument<'_>> =
            grants.iter().filter(|held| held.view == number).map(|held| &held.policy).collect();
        elsewhere.extend(alone(view, &own).iter().map(|escalation| escalation.path.id));
    }
    found.retain(|opened| !elsewhere.contains(opened.id));
    found
}

/// The ways that a principal's policies open together.
fn all_of(principal: &View<'_>) -> Vec<Opened> {
    let holder = Holder::of(principal);
    let (grants, boundary) = (holder.grants(), holder.boundary());
    let found = principal.limited(together(&grants, &boundary)).escalations();
    let resource = |held: &Held<'_>| holder.views()[held.view].id();
    let ways = found.iter().map(|escalation| {
        let way = open(escalation, |at| resource(&grants[at]), |at| &grants[at].policy.path);
        let exist =
            escalation.grants.iter().map(|(at, _)| holder.views()[grants[*at].view].existence());
        let truth = way.truth.and(holder.is_seen()).and(Tri::all(exist));
        Opened { truth, ..way }
    });
    ways.collect()
}

/// The ways that policies of a resource open by themselves.
fn alone<'a: 'v, 'v>(view: &View<'a>, policies: &[&PositionedDocument<'v>]) -> Vec<Escalation<'v>> {
    let grants = policies.iter().map(|policy| &*policy.document).collect();
    view.limited(Policies { grants, limits: Vec::new() }).escalations()
}

fn open<'p>(
    escalation: &Escalation<'_>,
    resource: impl Fn(usize) -> ResourceId,
    policy: impl Fn(usize) -> &'p PropertyPath,
) -> Opened {
    let needs = escalation.path.needs.iter().zip(&escalation.grants);
    let grants = needs.map(|(need, (document, answer))| {
        let site = answer.sites().next().map_or_else(PropertyPath::root, Site::path);
        Grant {
            action: need.action,
            resource: resource(*document),
            path: policy(*document).concat(&site),
        }
    });
    Opened {
        truth: escalation.truth,
        kind: escalation.path.kind,
        id: escalation.path.id,
        grants: grants.collect(),
    }
}

//! All that a user, a group or a role is given, wherever it is written.

use trilith_graph::Tri;
use trilith_iam::{Policies, PolicyDocument, PolicyKind, PositionedDocument};

use crate::View;

/// The types of resources that are given policies.
const PRINCIPALS: [&str; 3] = ["AWS::IAM::Group", "AWS::IAM::Role", "AWS::IAM::User"];

/// Whether a resource is a principal, to which policies written apart are attached.
pub fn is_principal(view: &View<'_>) -> bool {
    PRINCIPALS.contains(&view.resource_type())
}

/// A principal with the resources that hold policies of it.
#[derive(Debug)]
pub struct Holder<'a> {
    /// The principal, and then the policies that are attached to it.
    views: Vec<View<'a>>,
    boundary: Option<View<'a>>,
    /// Whether there is a boundary of which it is not known what it says.
    hidden_boundary: bool,
}

/// A policy of a principal.
#[derive(Debug)]
pub struct Held<'v> {
    /// Its number among the [`Holder::views`].
    pub view: usize,
    /// The policy.
    pub policy: PositionedDocument<'v>,
}

impl<'a> Holder<'a> {
    /// Collects what a principal is given.
    pub fn of(principal: &View<'a>) -> Self {
        let boundary = principal.get("PermissionsBoundary");
        let known = principal.referenced("PermissionsBoundary");
        let hidden_boundary = known.is_none() && !boundary.is_present().is_false();
        // Read here, they are there for whoever asks of this principal next.
        let _ = principal.policies();
        let mut views = vec![principal.beside(principal.id())];
        views.extend(principal.attachments());
        Self { views, boundary: known, hidden_boundary }
    }

    /// The principal, and then the resources that hold policies of it.
    pub fn views(&self) -> &[View<'a>] {
        &self.views
    }

    /// The policies that grant something.
    pub fn grants(&self) -> Vec<Held<'_>> {
        let views = self.views.iter().enumerate();
        let held = views.flat_map(|(view, it)| {
            let own = it.policies().into_owned().into_iter();
            own.filter(|policy| policy.kind == PolicyKind::Identity)
                .map(move |policy| Held { view, policy })
        });
        held.collect()
    }

    /// The policies of the permissions boundary.
    pub fn boundary(&self) -> Vec<PositionedDocument<'_>> {
        self.boundary.iter().flat_map(|view| view.policies().into_owned()).collect()
    }

    /// Whether what the policies say is all there is: unknown under a boundary that cannot be
    /// seen.
    pub const fn is_seen(&self) -> Tri {
        if self.hidden_boundary { Tri::Unknown } else { Tri::True }
    }
}

impl View<'_> {
    /// Whether a permissions boundary that is known keeps what its policies allow from being
    /// everything: its own, or that of all principals that it is attached to.
    pub fn is_bounded(&self) -> bool {
        if is_principal(self) {
            return has_narrow_boundary(self);
        }
        let holders: Vec<Self> = self.parents().into_iter().filter(is_principal).collect();
        !holders.is_empty() && holders.iter().all(has_narrow_boundary)
    }
}

fn has_narrow_boundary(principal: &View<'_>) -> bool {
    let Some(boundary) = principal.referenced("PermissionsBoundary") else {
        let arn = principal.get("PermissionsBoundary").display_text();
        let name = arn.as_deref().and_then(|arn| arn.rsplit_once(":iam::aws:policy/"));
        return name.is_some_and(|(_, name)| name != "AdministratorAccess");
    };
    let policies = boundary.policies();
    !policies.is_empty() && policies.iter().all(|it| it.document.allows_everything().is_false())
}

impl<'a> View<'a> {
    /// Policies of a principal, or of nobody yet, within those of its organization.
    pub fn limited<'d, 'v>(&self, mut policies: Policies<'d, 'v>) -> Policies<'d, 'v>
    where
        'a: 'd + 'v,
    {
        let layer =
            |level: &'d Vec<PositionedDocument<'v>>| level.iter().map(|it| &*it.document).collect();
        policies.limits.extend(self.guardrails().iter().map(layer));
        policies
    }
}

/// Whether every layer that limits policies lets an action pass on something.
pub fn within_limits(policies: &Policies<'_, '_>, action: &str) -> Tri {
    Tri::all(policies.limits.iter().map(|layer| {
        let allowed = Tri::any(layer.iter().map(|it| it.allows_action(action).truth));
        let denied = Tri::any(layer.iter().map(|it| it.denies_action(action).truth));
        allowed.and(!denied)
    }))
}

/// Grants under a boundary, as they decide together.
pub fn together<'d, 'v>(
    grants: &'d [Held<'v>],
    boundary: &'d [PositionedDocument<'v>],
) -> Policies<'d, 'v> {
    let layer: Vec<&PolicyDocument<'v>> = boundary.iter().map(|it| &*it.document).collect();
    Policies {
        grants: grants.iter().map(|held| &*held.policy.document).collect(),
        limits: if layer.is_empty() { Vec::new() } else { vec![layer] },
    }
}

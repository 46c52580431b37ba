//! All that a user, a group or a role is given, wherever it is written.

use trilith_graph::Tri;
use trilith_iam::{
    Catalog, Policies, PolicyDocument, PolicyKind, PositionedDocument, Question, Verdict,
};

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

impl View<'_> {
    /// Whether everyone who has this policy is refused some actions all the same, by a `Deny`
    /// in another policy, or by a permissions boundary or the policies of the organization that
    /// do not allow them.
    ///
    /// An action by name is asked about resources that nobody can have meant, since it is for
    /// those that "every resource" is too much; a pattern about any. Only a proof counts: what is
    /// not known of a policy takes nothing back, and neither does one that may not exist. A
    /// policy that nobody here has is not taken back.
    pub fn is_taken_back(&self, actions: &[&str]) -> bool {
        let holders = if is_principal(self) {
            vec![self.beside(self.id())]
        } else {
            self.parents().into_iter().filter(is_principal).collect()
        };
        !holders.is_empty() && holders.iter().all(|principal| refuses(principal, actions))
    }
}

/// Whether all policies of a principal together allow none of these actions.
fn refuses(principal: &View<'_>, actions: &[&str]) -> bool {
    let holder = Holder::of(principal);
    let (grants, boundary) = (holder.grants(), holder.boundary());
    let denies =
        |held: &Held<'_>| held.policy.document.statements.iter().any(|it| it.is_deny().is_true());
    let is_limited = !boundary.is_empty() || !principal.guardrails().is_empty();
    if !is_limited && !grants.iter().any(denies) {
        return false;
    }
    let mut views = holder.views.iter().chain(&holder.boundary);
    if !views.all(|view| view.existence().is_true()) {
        return false;
    }
    let policies = principal.limited(together(&grants, &boundary));
    let question = Question { fuel: 1 << 18, regions: 256, ..Question::default() };
    actions.iter().all(|action| {
        let resources = nobodys(action);
        let resources: Vec<&str> = resources.iter().map(String::as_str).collect();
        question.grants(&policies, &[action], &resources).verdict() == Verdict::Proved
    })
}

/// Resources that an action is about and that nobody can have meant; none for a pattern of
/// actions, and for an action that is about no resource.
fn nobodys(action: &str) -> Vec<String> {
    let action = Catalog::embedded().action(action);
    let types = action.into_iter().flat_map(|action| action.resource_types());
    types.map(|(kind, _)| nobodys_of(&kind.pattern())).collect()
}

/// An ARN of a type that is given as a pattern.
fn nobodys_of(pattern: &str) -> String {
    let parts = pattern.splitn(6, ':').enumerate().map(|(at, part)| match (at, part) {
        (1, "*") => "aws".to_owned(),
        (3, "*") => "eu-west-1".to_owned(),
        (4, "*") => "111122223333".to_owned(),
        _ => part.replace('*', "trilith-nobodys-8f21"),
    });
    parts.collect::<Vec<_>>().join(":")
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

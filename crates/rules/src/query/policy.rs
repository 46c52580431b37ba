//! What the policies of a resource grant, and how rules ask them.

use trilith_graph::{Edge, EdgeKind, Finding, Flags, PropertyPath, Step, Tri};
use trilith_iam::{
    Answer, CheckFamily, Element, PolicyDocument, PolicyFinding, PolicyKind, PositionedDocument,
    Statement,
};

use crate::{Findings, View};

/// A statement of which a question is true, or may be.
#[derive(Debug)]
pub struct Asked<'p, 'v> {
    /// The policy.
    pub policy: &'p PositionedDocument<'v>,
    /// The statement.
    pub statement: &'p Statement<'v>,
    /// The answer.
    pub answer: Answer<'v>,
}

impl Asked<'_, '_> {
    /// The property of the resource on which the answer rests most.
    pub fn path(&self) -> PropertyPath {
        let first = self.answer.sites().next().unwrap_or(self.statement.site);
        self.policy.path.concat(&first.path())
    }

    /// The first part of an element on which the answer rests.
    pub fn path_in(&self, element: Element) -> Option<PropertyPath> {
        let site = self.answer.sites().find(|site| site.part_of() == element)?;
        Some(self.policy.path.concat(&site.path()))
    }

    /// A finding at [`Asked::path`].
    pub fn finding(&self, holder: &View<'_>, message: impl Into<String>) -> Finding {
        Finding::new(holder.id(), self.path(), message)
    }

    /// A finding at [`Asked::path`], with the resources that the statement is about as a second
    /// place.
    pub fn finding_on(
        &self,
        holder: &View<'_>,
        message: impl Into<String>,
        remark: &str,
    ) -> Finding {
        let finding = self.finding(holder, message);
        match self.path_in(Element::Resource) {
            Some(path) => finding.related(holder.id(), path, remark),
            None => finding,
        }
    }

    /// A finding at a principal that is everyone. Conditions, if there are any, are told to be
    /// none that matter.
    pub fn open_to_anyone(&self, holder: &View<'_>, message: impl Into<String>) -> Finding {
        let finding = self.finding(holder, message).label("everyone, in any account or none");
        match self.statement.conditions.items.first() {
            Some(condition) => {
                let path = self.policy.path.concat(&condition.path());
                finding.related(holder.id(), path, "does not keep strangers out")
            }
            None => finding,
        }
    }

    /// Whether everyone who has the policy is refused all that the statement is about; see
    /// [`View::is_taken_back`].
    pub fn is_taken_back(&self, holder: &View<'_>) -> bool {
        let texts = self.statement.action.iter().map(|pattern| pattern.value.as_str());
        let texts: Option<Vec<&str>> = texts.collect();
        let is_plain = self.statement.not_action.is_present.is_false();
        is_plain && texts.is_some_and(|texts| !texts.is_empty() && holder.is_taken_back(&texts))
    }

    /// What the statement is about, for a message: "use `sqs:SendMessage`".
    pub fn actions(&self) -> String {
        let action = self.statement.action;
        let first = action.iter().next().and_then(|pattern| pattern.text());
        match (first, action.len()) {
            (Some(text), 1) => format!("use `{text}`"),
            (Some(text), 2) => format!("use `{text}` and one more action"),
            (Some(text), count) => format!("use `{text}` and {} more actions", count - 1),
            (None, _) => "use it".to_owned(),
        }
    }
}

/// The statements that let everyone in by their element `Principal`, or may. Those with
/// `NotPrincipal` are a defect of another kind.
pub fn open_statements<'p, 'v>(
    document: &'p PolicyDocument<'v>,
) -> Vec<(&'p Statement<'v>, Answer<'v>)> {
    open_statements_where(document, |_| Answer::plain(Tri::True))
}

/// The [`open_statements`] for which `holds`, or may.
pub fn open_statements_where<'p, 'v>(
    document: &'p PolicyDocument<'v>,
    holds: impl Fn(&Statement<'v>) -> Answer<'v>,
) -> Vec<(&'p Statement<'v>, Answer<'v>)> {
    let open = document.public_statements().into_iter();
    let open = open.filter(|(statement, _)| !statement.not_principal.is_present.is_true());
    let meant = open.map(|(statement, answer)| (statement, answer.and_then(|| holds(statement))));
    meant.filter(|(_, answer)| !answer.is_false()).collect()
}

impl Findings<'_> {
    /// Asks policies for statements, and reports those for which the answer is true. Where it
    /// is unknown, or statements cannot be seen, the rule could not decide.
    pub fn ask<'v>(
        &mut self,
        policies: &[PositionedDocument<'v>],
        question: impl for<'p> Fn(&'p PolicyDocument<'v>) -> Vec<(&'p Statement<'v>, Answer<'v>)>,
        finding: impl Fn(&Asked<'_, 'v>) -> Finding,
    ) {
        self.ask_unless(policies, question, |_| false, finding);
    }

    /// The same without those statements of which something else leaves nothing: other policies
    /// of whoever has them, mostly ([`View::is_taken_back`]). That is asked last.
    pub fn ask_unless<'v>(
        &mut self,
        policies: &[PositionedDocument<'v>],
        question: impl for<'p> Fn(&'p PolicyDocument<'v>) -> Vec<(&'p Statement<'v>, Answer<'v>)>,
        is_taken_back: impl Fn(&Asked<'_, 'v>) -> bool,
        finding: impl Fn(&Asked<'_, 'v>) -> Finding,
    ) {
        for policy in policies {
            for (statement, answer) in question(&policy.document) {
                let asked = Asked { policy, statement, answer };
                match asked.answer.truth {
                    Tri::True if is_taken_back(&asked) => {}
                    Tri::True => self.report(finding(&asked)),
                    Tri::Unknown => self.undecided(asked.path()),
                    Tri::False => {}
                }
            }
            if let Some(site) = policy.document.unknown {
                self.undecided(policy.path.concat(&site.path()));
            }
        }
    }

    /// Reports statements of the identity policies of a holder that allow any of some actions on
    /// every resource, unless its principals are refused all of them.
    pub fn ask_for_any_of(
        &mut self,
        holder: &View<'_>,
        actions: &[&str],
        message: &str,
        label: &str,
    ) {
        self.ask_unless(
            &holder.identity_policies(),
            |document| document.statements_allowing_any_of(actions),
            |asked| {
                let allows = |action: &&&str| !asked.statement.allows_action(action).is_false();
                let allowed: Vec<&str> = actions.iter().filter(allows).copied().collect();
                holder.is_taken_back(&allowed)
            },
            |asked| asked.finding_on(holder, message, "on every resource").label(label),
        );
    }
}

/// Something that a check of a policy found.
#[derive(Debug)]
pub struct Checked<'p, 'v> {
    /// The policy.
    pub policy: &'p PositionedDocument<'v>,
    /// What was found.
    pub finding: &'p PolicyFinding,
}

impl<'v> Checked<'_, 'v> {
    /// The statement that it is in.
    pub fn statement(&self) -> Option<&Statement<'v>> {
        let mut statements = self.policy.document.statements.iter();
        statements.find(|it| it.path().is_prefix_of(&self.finding.path))
    }

    /// Whether it is in a statement that denies, so that a protection is missing.
    pub fn is_denied(&self) -> bool {
        self.statement().is_some_and(|statement| statement.is_deny().is_true())
    }

    /// A finding at its place, with the remedy if that can be told.
    pub fn report(&self, holder: &View<'_>, message: impl Into<String>) -> Finding {
        let path = self.policy.path.concat(&self.finding.path);
        let finding = Finding::new(holder.id(), path, message);
        // What the check says quotes the policy.
        if self.policy.document.value.flags.has(Flags::SENSITIVE) {
            return finding;
        }
        let finding = finding.label(self.finding.message.clone());
        match &self.finding.help {
            Some(help) => finding.help(help.clone()),
            None => finding,
        }
    }
}

/// What the checks of some families find in all policies of a resource.
pub fn checked<'v>(
    policies: &[PositionedDocument<'v>],
    families: &[CheckFamily],
    each: &mut dyn FnMut(&Checked<'_, 'v>),
) {
    for policy in policies {
        for family in families {
            for finding in policy.findings(*family) {
                each(&Checked { policy, finding });
            }
        }
    }
}

impl Findings<'_> {
    /// Notes that the rule could not decide about what is unknown in these elements of policies;
    /// in any, if none is named.
    pub fn undecided_in(&mut self, policies: &[PositionedDocument<'_>], elements: &[&str]) {
        for policy in policies {
            policy.document.value.walk(&mut |trail, value| {
                let is_in =
                    |step: &Step<'_>| matches!(step, Step::Key(key) if elements.contains(&&***key));
                let matters =
                    trail.is_root() || elements.is_empty() || trail.steps().iter().any(is_in);
                if matters && value.is_unknown() {
                    self.undecided(policy.path.concat(&trail.to_path()));
                }
            });
        }
    }
}

impl View<'_> {
    /// Its policies that grant something to whoever has them: those of users, groups, roles
    /// and permission sets.
    pub fn identity_policies(&self) -> Vec<PositionedDocument<'_>> {
        if self.is_boundary() {
            Vec::new()
        } else {
            self.policies_of(|kind| kind == PolicyKind::Identity)
        }
    }

    /// Its policies that say who may assume it.
    pub fn trust_policies(&self) -> Vec<PositionedDocument<'_>> {
        self.policies_of(|kind| kind == PolicyKind::Trust)
    }

    /// Its policies that grant access to the resource that they are attached to.
    pub fn resource_policies(&self) -> Vec<PositionedDocument<'_>> {
        self.policies_of(|kind| matches!(kind, PolicyKind::Resource(_)))
    }

    fn policies_of(&self, wanted: impl Fn(PolicyKind) -> bool) -> Vec<PositionedDocument<'_>> {
        self.policies().iter().filter(|policy| wanted(policy.kind)).cloned().collect()
    }

    /// Whether it is a managed policy that serves as permissions boundary, and so grants
    /// nothing by itself: others name it as theirs, or it is attached to nothing here and its
    /// name says so.
    fn is_boundary(&self) -> bool {
        if self.resource_type() != "AWS::IAM::ManagedPolicy" {
            return false;
        }
        let edges: Vec<&Edge> = self.graph().edges_to(self.id()).collect();
        let attached =
            self.parents().len() + edges.iter().filter(|edge| is_attachment(edge)).count();
        if attached > 0 {
            return false;
        }
        let named = |text: &str| text.to_ascii_lowercase().contains("boundary");
        let own_name = self.get("ManagedPolicyName").display_text();
        edges.iter().any(|edge| is_boundary_edge(edge))
            || named(self.name())
            || own_name.is_some_and(|name| named(&name))
    }
}

fn is_attachment(edge: &Edge) -> bool {
    edge.kind == EdgeKind::RefersTo && edge.path.to_string().starts_with("ManagedPolic")
}

fn is_boundary_edge(edge: &Edge) -> bool {
    edge.path.to_string().starts_with("PermissionsBoundary")
}

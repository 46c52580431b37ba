//! Policies by which roles can be made that may do anything.

use trilith_iam::Answer;
use trilith_rules::prelude::*;
use trilith_rules::query::escalation::opened;

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    let policies = holder.identity_policies();
    let makes: Vec<Tri> = policies.iter().map(|it| makes_roles(&it.document)).collect();
    if !makes.iter().any(|it| it.is_true()) || is_bounded(holder) || is_worse(holder) {
        return;
    }
    findings.ask(
        &policies,
        |document| {
            let makes = makes_roles(document);
            let loose = document.which(|statement| {
                Answer::plain(makes).and_then(|| grants_freely(statement, document))
            });
            // One of them says it for the policy.
            loose.into_iter().take(1).collect()
        },
        |asked| {
            let message = format!("`{}` can make roles that may do anything", holder.name());
            asked.finding(holder, message).label("no permissions boundary is demanded")
        },
    );
}

/// Whether roles may be made without a boundary.
fn makes_roles(document: &PolicyDocument<'_>) -> Tri {
    let denied = document.denies_action("iam:CreateRole").truth;
    let made = document.statements.iter().map(|statement| {
        statement.allows_action("iam:CreateRole").truth.and(!demands(statement, &[BOUNDARY]))
    });
    Tri::any(made).and(!denied)
}

const BOUNDARY: &str = "iam:permissionsboundary";

/// Whether a statement lets roles be given any policy.
fn grants_freely<'v>(statement: &Statement<'v>, document: &PolicyDocument<'v>) -> Answer<'v> {
    let ways: [(&str, &[&str]); 2] = [
        ("iam:PutRolePolicy", &[BOUNDARY]),
        ("iam:AttachRolePolicy", &[BOUNDARY, "iam:policyarn"]),
    ];
    Answer::any(ways.into_iter().map(|(action, keys)| {
        let free = !demands(statement, keys);
        let allows = statement.allows_action(action).and_then(|| Answer::plain(free));
        // What allows everything is told by another rule.
        let allows = allows.and_then(|| !statement.allows_everything());
        allows.and_then(|| !document.denies_action(action))
    }))
}

fn demands(statement: &Statement<'_>, keys: &[&str]) -> Tri {
    Tri::any(keys.iter().map(|key| statement.demands(key).truth))
}

/// Whether what it makes is bounded by a boundary of its own, which may demand one.
fn is_bounded(holder: &View<'_>) -> bool {
    let parents = holder.parents();
    let mut all = parents.iter().chain([holder]);
    all.any(|view| !view.get("PermissionsBoundary").is_present().is_false())
}

/// Whether it can change any role, which is reported as the greater evil.
fn is_worse(holder: &View<'_>) -> bool {
    opened(holder).iter().any(|way| !way.truth.is_false())
}

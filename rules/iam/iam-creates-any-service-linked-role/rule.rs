//! Statements that let the service-linked role of every service be created.

use trilith_iam::Answer;
use trilith_rules::prelude::*;

const ACTION: &str = "iam:CreateServiceLinkedRole";

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    let taken_back = |_: &Asked<'_, '_>| holder.is_taken_back(&[ACTION]);
    findings.ask_unless(&holder.identity_policies(), every_service, taken_back, |asked| {
        let message = format!("`{}` can create the role of every service", holder.name());
        asked.finding_on(holder, message, "roles of every service").label("lets any service in")
    });
}

/// The statements that allow it for every service, and not because they allow all of IAM.
fn every_service<'p, 'v>(document: &'p PolicyDocument<'v>) -> Vec<(&'p Statement<'v>, Answer<'v>)> {
    document.which(|statement| {
        let allows = statement.allows_action(ACTION).and_then(|| statement.covers_every_role());
        let limited = |statement: &Statement<'v>| statement.demands("iam:awsservicename");
        let free = allows.and_then(|| !limited(statement));
        let named = free.and_then(|| Answer::plain(!statement.not_action.is_present));
        let some = named.and_then(|| !statement.covers_every_action_of("iam"));
        some.and_then(|| !document.denies_action(ACTION))
    })
}

//! Statements that allow everything of a sensitive service.

use trilith_iam::WHOLE_SERVICES;
use trilith_rules::prelude::*;

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    let policies = holder.identity_policies();
    // All actions of IAM have a rule of their own.
    for service in WHOLE_SERVICES.iter().copied().filter(|it| *it != "iam") {
        findings.ask_unless(
            &policies,
            |document| {
                let whole = document.statements_allowing_service(service).into_iter();
                let some = whole.map(|(statement, answer)| {
                    (statement, answer.and_then(|| !statement.allows_everything()))
                });
                some.filter(|(_, answer)| !answer.is_false()).collect()
            },
            |_| holder.is_taken_back(&[&format!("{service}:*")]),
            |asked| {
                let message = format!("`{}` allows everything of `{service}`", holder.name());
                asked.finding_on(holder, message, "on every resource").label("every action")
            },
        );
    }
}

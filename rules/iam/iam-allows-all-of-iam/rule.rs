//! Statements that allow everything of IAM.

use trilith_rules::prelude::*;

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    findings.ask_unless(
        &holder.identity_policies(),
        |document| {
            let whole = document.statements_allowing_service("iam").into_iter();
            let some = whole.map(|(statement, answer)| {
                (statement, answer.and_then(|| !statement.allows_everything()))
            });
            some.filter(|(_, answer)| !answer.is_false()).collect()
        },
        |_| holder.is_taken_back(&["iam:*"]),
        |asked| {
            let message = format!("`{}` allows everything of IAM", holder.name());
            asked.finding_on(holder, message, "on every resource").label("every action")
        },
    );
}

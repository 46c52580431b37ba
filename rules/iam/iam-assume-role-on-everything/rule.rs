//! Statements that let every role be assumed.

use trilith_rules::prelude::*;

const ACTIONS: [&str; 1] = ["sts:AssumeRole"];

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    let policies = holder.identity_policies();
    findings.ask(
        &policies,
        |document| document.statements_allowing_any_of(&ACTIONS),
        |asked| {
            let message = format!("`{}` can assume every role that lets it", holder.name());
            asked.finding_on(holder, message, "on every resource").label("every role")
        },
    );
}

//! Statements that allow everyone but a few.

use trilith_iam::Answer;
use trilith_rules::prelude::*;

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    let mut policies = holder.resource_policies();
    policies.extend(holder.trust_policies());
    findings.ask(
        &policies,
        |document| {
            document.which(|statement| {
                let others = &statement.not_principal;
                Answer::at(others.is_present, others.site).and(statement.is_allow())
            })
        },
        |asked| {
            let message = format!("`{}` lets in everyone but a few", holder.name());
            asked.finding(holder, message).label("everyone else is allowed")
        },
    );
}

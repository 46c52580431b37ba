//! Statements that allow on all resources but some.

use trilith_rules::prelude::*;

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    findings.ask_unless(
        &holder.identity_policies(),
        |document| {
            document.which(|statement| {
                let allows = statement.allows_with_not_resource();
                allows.and_then(|| !statement.limits_scope())
            })
        },
        |asked| asked.is_taken_back(holder),
        |asked| {
            let message =
                format!("`{}` allows on every resource except those listed", holder.name());
            asked.finding(holder, message).label("everything else is allowed")
        },
    );
}

//! Trust policies that allow more than to assume the role.

use trilith_rules::prelude::*;

pub(crate) fn check(role: &View<'_>, findings: &mut Findings<'_>) {
    findings.ask(
        &role.trust_policies(),
        |document| {
            document.which(|statement| {
                statement.covers_every_action_of("sts").and_then(|| statement.is_allow())
            })
        },
        |asked| {
            let message = format!("the trust policy of `{}` allows every action", role.name());
            asked.finding(role, message).label("more than to assume the role")
        },
    );
}

//! Statements that allow every action on resources that they name.

use trilith_rules::prelude::*;

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    // A boundary makes less of it.
    if holder.is_bounded() {
        return;
    }
    findings.ask(
        &holder.identity_policies(),
        |document| {
            document.which(|statement| {
                let actions = statement.covers_every_action().and_then(|| statement.is_allow());
                let named = actions.and_then(|| !statement.covers_every_resource());
                named.and_then(|| !statement.limits_scope())
            })
        },
        |asked| {
            let message = format!("`{}` allows every action on what it names", holder.name());
            asked.finding_on(holder, message, "on these").label("every action of every service")
        },
    );
}

//! Statements that let permissions of every resource of a kind be changed.

use trilith_rules::prelude::*;

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    let policies = holder.identity_policies();
    findings.ask_unless(
        &policies,
        |document| document.statements_changing_permissions(Catalog::embedded()),
        |asked| asked.is_taken_back(holder),
        |asked| {
            let message =
                format!("`{}` can change who gets at every resource of a kind", holder.name());
            asked.finding_on(holder, message, "on every resource").label("changes permissions")
        },
    );
}

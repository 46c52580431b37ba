//! Statements that allow all actions but some.

use trilith_rules::prelude::*;

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    // A boundary makes less of it.
    let mut policies = if holder.is_bounded() { Vec::new() } else { holder.identity_policies() };
    policies.extend(holder.trust_policies());
    findings.ask(&policies, PolicyDocument::statements_allowing_all_but_some, |asked| {
        let message = format!("`{}` allows every action except those listed", holder.name());
        asked.finding_on(holder, message, "on every resource").label("everything else is allowed")
    });
}

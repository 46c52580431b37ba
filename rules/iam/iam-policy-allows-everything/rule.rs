//! Statements that allow everything.

use trilith_rules::prelude::*;

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    // A boundary makes less of it.
    if holder.is_bounded() {
        return;
    }
    let question = PolicyDocument::statements_allowing_everything;
    findings.ask(&holder.identity_policies(), question, |asked| {
        let message = format!("`{}` allows every action on every resource", holder.name());
        let finding = asked.finding_on(holder, message, "on every resource");
        let finding = finding.label("every action of every service");
        if asked.statement.is_conditional().is_false() {
            finding
        } else {
            finding.severity(Severity::High)
        }
    });
}

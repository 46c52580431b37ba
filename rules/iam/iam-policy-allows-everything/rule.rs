//! Statements that allow everything.

use trilith_rules::prelude::*;

/// Actions of services that hold all others together: where none of them is left, what is left
/// is little.
const OF_MOST_SERVICES: [&str; 6] =
    ["ec2:*", "iam:*", "kms:*", "lambda:*", "organizations:*", "sts:*"];

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    // A boundary makes less of it.
    if holder.is_bounded() {
        return;
    }
    let question = PolicyDocument::statements_allowing_everything;
    let taken_back = |_: &Asked<'_, '_>| holder.is_taken_back(&OF_MOST_SERVICES);
    findings.ask_unless(&holder.identity_policies(), question, taken_back, |asked| {
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

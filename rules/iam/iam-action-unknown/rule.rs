//! Actions and services that AWS does not have.

use trilith_rules::prelude::*;

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    let policies = holder.policies();
    findings.undecided_in(&policies, &["Action", "NotAction"]);
    checked(&policies, &[CheckFamily::Actions], &mut |checked| {
        if !matches!(checked.finding.code, "INVALID_ACTION" | "INVALID_SERVICE_IN_ACTION") {
            return;
        }
        let message = format!("`{}` names an action that AWS does not have", holder.name());
        let finding = checked.report(holder, message);
        findings.report(if checked.is_denied() {
            finding.severity(Severity::Medium)
        } else {
            finding
        });
    });
}

//! Conditions on keys that the requests do not have.

use trilith_rules::prelude::*;

/// The checks that tell so, by Access Analyzer's codes.
const CODES: [&str; 5] = [
    "ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    "DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
];

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    let policies = holder.policies();
    findings.undecided_in(&policies, &["Action", "NotAction", "Condition"]);
    checked(&policies, &[CheckFamily::Conditions], &mut |checked| {
        if !CODES.contains(&checked.finding.code) {
            return;
        }
        let message =
            format!("a condition of `{}` asks for what requests do not have", holder.name());
        let finding = checked.report(holder, message);
        findings.report(if checked.is_denied() {
            finding.severity(Severity::Medium)
        } else {
            finding
        });
    });
}

//! Conditions that never hold, always hold, or let in what they were to keep out.

use trilith_rules::prelude::*;

/// The checks that tell so, by Access Analyzer's codes. Sorted.
const CODES: [&str; 14] = [
    "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
    "INVALID_CONDITION_KEY_FORMAT",
    "INVALID_CONDITION_OPERATOR",
    "INVALID_GLOBAL_CONDITION_KEY",
    "INVALID_SERVICE_CONDITION_KEY",
    "MISSING_TAG_KEY_IN_CONDITION",
    "NULL_WITH_IF_EXISTS",
    "TYPE_MISMATCH",
    "TYPE_MISMATCH_BOOLEAN",
    "TYPE_MISMATCH_DATE",
    "TYPE_MISMATCH_IP_RANGE",
    "TYPE_MISMATCH_NUMBER",
    "UNSUPPORTED_GLOBAL_CONDITION_KEY",
    "WILDCARD_WITHOUT_LIKE_OPERATOR",
];

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    let policies = holder.policies();
    findings.undecided_in(&policies, &["Condition"]);
    checked(&policies, &[CheckFamily::Conditions], &mut |checked| {
        if CODES.binary_search(&checked.finding.code).is_ok() {
            let message = format!("a condition of `{}` does not do what it says", holder.name());
            findings.report(checked.report(holder, message));
        }
    });
}

//! Conditions that compare less strictly than it looks like.

use trilith_rules::prelude::*;

/// The checks that tell so, by Access Analyzer's codes.
const CODES: [&str; 3] = [
    "FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE",
    "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
    "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS",
];

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    let policies = holder.policies();
    findings.undecided_in(&policies, &["Condition"]);
    checked(&policies, &[CheckFamily::Conditions], &mut |checked| {
        if CODES.contains(&checked.finding.code) {
            let message =
                format!("a condition of `{}` lets in more than it looks like", holder.name());
            findings.report(checked.report(holder, message));
        }
    });
}

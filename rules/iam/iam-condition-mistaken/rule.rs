//! Conditions that never hold, always hold, or let in what they were to keep out.

use trilith_rules::prelude::*;
use trilith_rules::query::policy::Checked;

/// The checks that tell so, by Access Analyzer's codes. Sorted.
const CODES: [&str; 34] = [
    "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
    "DYNAMODB_ATTRIBUTES_WITHOUT_SELECT",
    "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
    "INVALID_CONDITION_KEY_FORMAT",
    "INVALID_CONDITION_MULTIPLE_BOOLEAN",
    "INVALID_CONDITION_OPERATOR",
    "INVALID_GLOBAL_CONDITION_KEY",
    "INVALID_KMS_KEY_VALUE",
    "INVALID_REGION",
    "INVALID_SERVICE_CONDITION_KEY",
    "INVALID_VPCE_FORMAT",
    "INVALID_VPC_FORMAT",
    "MISSING_ACTION_FOR_CONDITION_KEY",
    "MISSING_PAIRED_CONDITION_KEYS",
    "MISSING_QUALIFIER",
    "MISSING_TAG_KEY_IN_CONDITION",
    "NULL_WITH_IF_EXISTS",
    "PRIVATE_IP_ADDRESS",
    "PRIVATE_NOT_IP_ADDRESS",
    "RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY",
    "RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY",
    "RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK",
    "REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION",
    "S3_PREFIX_IN_NEGATIVE_CONTEXT",
    "TYPE_MISMATCH",
    "TYPE_MISMATCH_BOOLEAN",
    "TYPE_MISMATCH_DATE",
    "TYPE_MISMATCH_IP_RANGE",
    "TYPE_MISMATCH_NUMBER",
    "TYPE_MISMATCH_STRING",
    "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
    "UNSUPPORTED_GLOBAL_CONDITION_KEY",
    "VARIABLE_USAGE_TOO_PERMISSIVE",
    "WILDCARD_WITHOUT_LIKE_OPERATOR",
];

/// Those about conditions that say who calls.
const OF_CALLERS: [&str; 2] = ["UNTRUSTWORTHY_CONDITION_KEY", "WILDCARD_USAGE_TOO_PERMISSIVE"];

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    let policies = holder.policies();
    findings.undecided_in(&policies, &["Condition"]);
    checked(&policies, &[CheckFamily::Conditions], &mut |checked| {
        if is_meant(checked) {
            let message = format!("a condition of `{}` does not do what it says", holder.name());
            findings.report(checked.report(holder, message));
        }
    });
}

/// Whether a check tells of such a condition. Where everyone is let in, what does not keep them
/// out is told by the rules about that.
fn is_meant(checked: &Checked<'_, '_>) -> bool {
    let code = checked.finding.code;
    let is_open = || checked.statement().is_some_and(|it| !it.applies_to_anyone().is_false());
    CODES.binary_search(&code).is_ok() || (OF_CALLERS.contains(&code) && !is_open())
}

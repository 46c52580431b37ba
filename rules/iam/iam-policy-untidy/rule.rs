//! Parts of policies that make no difference, or could be written more plainly.

use trilith_rules::prelude::*;

/// The checks that tell so, by Access Analyzer's codes. Sorted.
const CODES: [&str; 27] = [
    "EMPTY_ARRAY_ACTION",
    "EMPTY_ARRAY_CONDITION",
    "EMPTY_ARRAY_CONDITION_FORALLVALUES",
    "EMPTY_ARRAY_CONDITION_FORANYVALUE",
    "EMPTY_ARRAY_CONDITION_IFEXISTS",
    "EMPTY_ARRAY_PRINCIPAL",
    "EMPTY_ARRAY_RESOURCE",
    "EMPTY_OBJECT_CONDITION",
    "EMPTY_OBJECT_PRINCIPAL",
    "EMPTY_SID_VALUE",
    "EQUIVALENT_TO_NULL_FALSE",
    "EQUIVALENT_TO_NULL_TRUE",
    "IMPROVE_IP_RANGE",
    "INVALID_DATE_VALUE",
    "IRRELEVANT_CONDITION_KEY_IN_POLICY",
    "MISSING_VERSION",
    "NULL_WITH_QUALIFIER",
    "PRIVATE_IP_ADDRESS_SUBSET",
    "PRIVATE_NOT_IP_ADDRESS_SUBSET",
    "REDUNDANT_ACTION",
    "REDUNDANT_CONDITION_VALUE_NUM",
    "REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION",
    "REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY",
    "REDUNDANT_RESOURCE",
    "REDUNDANT_STATEMENT",
    "UNIQUE_SIDS_RECOMMENDED",
    "WILDCARD_IN_SERVICE_NAME",
];

const FAMILIES: [CheckFamily; 4] =
    [CheckFamily::Grammar, CheckFamily::Actions, CheckFamily::Conditions, CheckFamily::Meaning];

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    let policies = holder.policies();
    findings.undecided_in(&policies, &[]);
    checked(&policies, &FAMILIES, &mut |checked| {
        if CODES.binary_search(&checked.finding.code).is_ok() {
            let message = format!("a part of the policy of `{}` could be plainer", holder.name());
            findings.report(checked.report(holder, message));
        }
    });
}

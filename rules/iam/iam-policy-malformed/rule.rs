//! Policies that AWS refuses.

use trilith_rules::prelude::*;

const FAMILIES: [CheckFamily; 4] =
    [CheckFamily::Grammar, CheckFamily::Principals, CheckFamily::Resources, CheckFamily::Variables];

/// Principals that AWS deleted: a policy that has them can be read, but not written again.
const GONE: [&str; 2] = ["INVALID_ROLE_REFERENCE", "INVALID_USER_REFERENCE"];

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    let policies = holder.policies();
    findings.undecided_in(&policies, &[]);
    checked(&policies, &FAMILIES, &mut |checked| {
        let is_error = checked.finding.finding_type == FindingType::Error
            || GONE.contains(&checked.finding.code);
        // Inline policies may be longer, all together, and so may what stands alone.
        let is_too_long = checked.finding.code == "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA"
            && holder.resource_type() == "AWS::IAM::ManagedPolicy"
            && holder.resource().format != trilith_graph::Format::Iam;
        if (is_error || is_too_long) && is_needed(checked.finding.code, checked.policy.kind) {
            let message = format!("AWS refuses the policy of `{}`", holder.name());
            findings.report(checked.report(holder, message));
        }
    });
}

/// Whether policies of a kind need what a check misses: the policy of a repository names no
/// resource, and a template of permissions no principal.
fn is_needed(code: &str, kind: PolicyKind) -> bool {
    let is_own = matches!(kind, PolicyKind::Resource("kms" | "s3" | "sns" | "sqs"));
    match code {
        "MISSING_RESOURCE" => kind == PolicyKind::Identity,
        // That everyone may assume the role is told by the rule about that.
        "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL" => false,
        "MISSING_PRINCIPAL" => kind == PolicyKind::Trust || is_own,
        _ => true,
    }
}

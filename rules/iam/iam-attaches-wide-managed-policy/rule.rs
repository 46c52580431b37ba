//! AWS managed policies that allow everything of a service.

use trilith_rules::prelude::*;

/// Allows every action of IAM, and so has a rule of its own.
const ADMINISTRATION: &str = "IAMFullAccess";

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    for (path, policy) in holder.all("ManagedPolicyArns/*") {
        if policy.is_unknown() {
            findings.undecided(path);
            continue;
        }
        // The partition may be unknown: only the end of the ARN counts.
        let arn = policy.display_text().unwrap_or_default();
        let Some((_, name)) = arn.split_once(":iam::aws:policy/") else { continue };
        // AmazonDynamoDBFullAccess_v2 and its likes.
        let base = name.split("FullAccess").next().unwrap_or(name);
        if base.len() < name.len() && name != ADMINISTRATION {
            let message = format!("`{}` holds the AWS managed policy `{name}`", holder.name());
            let finding = Finding::new(holder.id(), path, message);
            findings.report(finding.label("everything of a service"));
        }
    }
}

//! AWS managed policies that allow everything, or let their holder grant it.

use trilith_rules::prelude::*;

const POLICIES: [&str; 3] = ["AdministratorAccess", "PowerUserAccess", "IAMFullAccess"];

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    for (path, policy) in holder.all("ManagedPolicyArns/*") {
        // The partition may be unknown: only the end of the ARN counts.
        let arn = policy.display_text().unwrap_or_default();
        let attached = POLICIES.iter().find(|name| arn.ends_with(&format!(":iam::aws:policy/{name}")));
        match attached {
            Some(name) => {
                let message = format!("`{}` holds the AWS managed policy `{name}`", holder.name());
                findings.report(Finding::new(holder.id(), path, message).label("far more than any one task needs"));
            }
            None if policy.is_unknown() => findings.undecided(path),
            None => {}
        }
    }
}

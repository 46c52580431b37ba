//! AWS managed policies that allow everything, or let their holder grant it.

use trilith_rules::prelude::*;
use trilith_rules::query::workload::trusts_service;

const POLICIES: [&str; 6] = [
    "AdministratorAccess",
    "PowerUserAccess",
    "IAMFullAccess",
    "job-function/SystemAdministrator",
    "job-function/NetworkAdministrator",
    "job-function/DatabaseAdministrator",
];
/// Services that run the account owner's code with the role.
const COMPUTE: [&str; 5] = ["codebuild", "ec2", "ecs-tasks", "lambda", "pods.eks"];

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    for (path, policy) in holder.all("ManagedPolicyArns/*") {
        // The partition may be unknown: only the end of the ARN counts.
        let arn = policy.display_text().unwrap_or_default();
        let name = POLICIES.iter().find(|name| arn.ends_with(&format!(":iam::aws:policy/{name}")));
        if policy.is_unknown() {
            findings.undecided(path);
        } else if let Some(name) = name {
            let message = format!("`{}` holds the AWS managed policy `{name}`", holder.name());
            let finding =
                Finding::new(holder.id(), path, message).label("more than any task needs");
            findings.report(if runs_code(holder) {
                finding.severity(Severity::Critical)
            } else {
                finding
            });
        }
    }
}

fn runs_code(role: &View<'_>) -> bool {
    COMPUTE.iter().any(|service| trusts_service(role, service))
}

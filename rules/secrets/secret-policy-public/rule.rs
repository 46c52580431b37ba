//! Policies of secrets that let everyone in.

use trilith_rules::prelude::*;

pub(crate) fn check(policy: &View<'_>, findings: &mut Findings<'_>) {
    let is_blocked = policy.get("BlockPublicPolicy").is_true().is_true();
    findings.ask(&policy.resource_policies(), open_statements, |asked| {
        let message = format!("`{}` lets anyone {} on the secret", policy.name(), asked.actions());
        let finding = asked.open_to_anyone(policy, message);
        if is_blocked {
            let remark = "Secrets Manager refuses a public policy here";
            finding.severity(Severity::High).related(policy.id(), "BlockPublicPolicy", remark)
        } else {
            finding
        }
    });
}

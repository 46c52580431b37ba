//! Queue policies that let everyone in.

use trilith_rules::prelude::*;

pub(crate) fn check(policy: &View<'_>, findings: &mut Findings<'_>) {
    findings.ask(&policy.resource_policies(), open_statements, |asked| {
        let message = format!("`{}` lets anyone {} on the queue", policy.name(), asked.actions());
        let finding = asked.open_to_anyone(policy, message);
        let takes_over = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:SetQueueAttributes"]
            .iter()
            .any(|action| asked.statement.allows_action(action).is_true());
        finding.severity(if takes_over { Severity::Critical } else { Severity::High })
    });
}

//! Policies of log groups and destinations that let everyone in.

use trilith_rules::prelude::*;

pub(crate) fn check(policy: &View<'_>, findings: &mut Findings<'_>) {
    findings.ask(&policy.resource_policies(), open_statements, |asked| {
        let message = format!("`{}` lets anyone {} on the logs", policy.name(), asked.actions());
        asked.open_to_anyone(policy, message)
    });
}

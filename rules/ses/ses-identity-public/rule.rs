//! Policies of mail identities that let everyone send.

use trilith_rules::prelude::*;

pub(crate) fn check(policy: &View<'_>, findings: &mut Findings<'_>) {
    findings.ask(&policy.resource_policies(), open_statements, |asked| {
        let message =
            format!("`{}` lets anyone {} in the name of its owner", policy.name(), asked.actions());
        asked.open_to_anyone(policy, message)
    });
}

//! Lattice policies that let everyone in.

use trilith_rules::prelude::*;

pub(crate) fn check(policy: &View<'_>, findings: &mut Findings<'_>) {
    findings.ask(&policy.resource_policies(), open_statements, |asked| {
        let message =
            format!("`{}` lets anyone {} through Lattice", policy.name(), asked.actions());
        asked.open_to_anyone(policy, message)
    });
}

//! Key policies that let everyone use the key.

use trilith_rules::prelude::*;

pub(crate) fn check(key: &View<'_>, findings: &mut Findings<'_>) {
    findings.ask(&key.resource_policies(), open_statements, |asked| {
        let message =
            format!("the policy of `{}` lets anyone {} with the key", key.name(), asked.actions());
        asked.open_to_anyone(key, message).label("every account")
    });
}

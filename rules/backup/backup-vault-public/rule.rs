//! Vaults of backups that let everyone in.

use trilith_rules::prelude::*;

pub(crate) fn check(vault: &View<'_>, findings: &mut Findings<'_>) {
    findings.ask(&vault.resource_policies(), open_statements, |asked| {
        let message = format!("`{}` lets anyone {} on its backups", vault.name(), asked.actions());
        asked.open_to_anyone(vault, message)
    });
}

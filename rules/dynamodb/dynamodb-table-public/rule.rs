//! Policies of tables and streams that let everyone in.

use trilith_rules::prelude::*;

pub(crate) fn check(table: &View<'_>, findings: &mut Findings<'_>) {
    findings.ask(&table.resource_policies(), open_statements, |asked| {
        let message = format!("`{}` lets anyone {} on its items", table.name(), asked.actions());
        asked.open_to_anyone(table, message).label("every account")
    });
}

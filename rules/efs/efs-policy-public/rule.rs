//! File system policies that let everyone in.

use trilith_rules::prelude::*;

pub(crate) fn check(files: &View<'_>, findings: &mut Findings<'_>) {
    findings.ask(&files.resource_policies(), open_statements, |asked| {
        let message = format!("`{}` lets anyone {}", files.name(), asked.actions());
        asked.open_to_anyone(files, message)
    });
}

//! Catalogs of data that let everyone in.

use trilith_rules::prelude::*;

pub(crate) fn check(catalog: &View<'_>, findings: &mut Findings<'_>) {
    findings.ask(&catalog.resource_policies(), open_statements, |asked| {
        let message =
            format!("`{}` lets anyone {} on the catalog", catalog.name(), asked.actions());
        asked.open_to_anyone(catalog, message)
    });
}

//! Permissions that let everyone invoke a function.

use trilith_rules::prelude::*;

pub(crate) fn check(permission: &View<'_>, findings: &mut Findings<'_>) {
    let policies = permission.resource_policies();
    findings.ask(
        &policies,
        // What a function URL without authentication needs is a defect of the URL.
        |document| {
            open_statements_where(document, |statement| !statement.serves_open_function_url())
        },
        |asked| {
            let message =
                format!("`{}` lets anyone {} on the function", permission.name(), asked.actions());
            asked.open_to_anyone(permission, message).label("every account")
        },
    );
}

//! Policies of package domains and repositories that let everyone in.

use trilith_rules::prelude::*;

pub(crate) fn check(packages: &View<'_>, findings: &mut Findings<'_>) {
    findings.ask(&packages.resource_policies(), open_statements, |asked| {
        let message =
            format!("`{}` lets anyone {} on its packages", packages.name(), asked.actions());
        let finding = asked.open_to_anyone(packages, message);
        let publishes = asked.statement.allows_action("codeartifact:PublishPackageVersion");
        finding.severity(if publishes.is_true() { Severity::Critical } else { Severity::High })
    });
}

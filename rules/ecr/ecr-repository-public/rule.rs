//! Repository policies that let everyone in.

use trilith_rules::prelude::*;

pub(crate) fn check(repository: &View<'_>, findings: &mut Findings<'_>) {
    findings.ask(&repository.resource_policies(), open_statements, |asked| {
        let name = repository.name();
        let message = format!("`{name}` lets anyone {} on its images", asked.actions());
        let finding = asked.open_to_anyone(repository, message).label("every account");
        let is_written = asked.statement.allows_action("ecr:PutImage").is_true();
        finding.severity(if is_written { Severity::Critical } else { Severity::High })
    });
}

//! Trust policies that let everyone assume the role.

use trilith_rules::prelude::*;

pub(crate) fn check(role: &View<'_>, findings: &mut Findings<'_>) {
    let policies = role.trust_policies();
    findings.ask(
        &policies,
        |document| open_statements_where(document, Statement::allows_assuming),
        |asked| {
            let message = format!("`{}` can be assumed by anyone with an AWS account", role.name());
            let finding = asked.open_to_anyone(role, message).label("every account");
            let has_secret = !asked.statement.requires_external_id().is_false();
            if has_secret { finding.severity(Severity::High) } else { finding }
        },
    );
}

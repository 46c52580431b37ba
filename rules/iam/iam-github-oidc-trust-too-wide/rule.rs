//! Roles that more GitHub workflows can assume than those of one repository.

use trilith_rules::prelude::*;

pub(crate) fn check(role: &View<'_>, findings: &mut Findings<'_>) {
    let is_github = |provider| provider == OidcProvider::GitHub;
    findings.wide_subjects(role, is_github, ClaimScope::Organization, |path, scope, _| {
        let (whose, label, severity) = match scope {
            ClaimScope::Absent => {
                ("every repository on GitHub", "no condition on `sub`", Severity::Critical)
            }
            ClaimScope::Anyone => ("every repository on GitHub", "any owner", Severity::Critical),
            _ => ("a whole GitHub organization", "any repository", Severity::High),
        };
        let message = format!("`{}` can be assumed by workflows of {whose}", role.name());
        Finding::new(role.id(), path, message).label(label).severity(severity)
    });
}

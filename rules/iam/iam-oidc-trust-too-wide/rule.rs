//! Roles that strangers' pipelines can assume.

use trilith_rules::prelude::*;

/// The providers that serve everybody; GitHub has a rule of its own.
const SHARED: [OidcProvider; 5] = [
    OidcProvider::GitLab,
    OidcProvider::TerraformCloud,
    OidcProvider::CircleCi,
    OidcProvider::Bitbucket,
    OidcProvider::Buildkite,
];

pub(crate) fn check(role: &View<'_>, findings: &mut Findings<'_>) {
    let is_shared = |provider| SHARED.contains(&provider);
    findings.wide_subjects(role, is_shared, ClaimScope::Organization, |path, scope, provider| {
        let (whose, label, severity) = match scope {
            // The issuer has the organization in its name, so that tokens of no other pass.
            ClaimScope::Absent if !provider.is_shared() => {
                ("a whole organization", "no condition on `sub`", Severity::High)
            }
            ClaimScope::Anyone if !provider.is_shared() => {
                ("a whole organization", "any project", Severity::High)
            }
            ClaimScope::Absent => ("anyone", "no condition on `sub`", Severity::Critical),
            ClaimScope::Anyone => ("anyone", "any organization", Severity::Critical),
            _ => ("a whole organization", "any project", Severity::High),
        };
        let message = format!("`{}` can be assumed by pipelines of {whose}", role.name());
        Finding::new(role.id(), path, message).label(label).severity(severity)
    });
}

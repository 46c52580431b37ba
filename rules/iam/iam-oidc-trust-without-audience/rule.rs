//! Roles that take tokens of a provider whoever they were made for.

use trilith_rules::prelude::*;

pub(crate) fn check(role: &View<'_>, findings: &mut Findings<'_>) {
    for trusted in role.trusted_providers(&role.trust_policies()) {
        let audience = &trusted.trust.audience;
        let path = trusted.path_of(audience);
        findings.when(trusted.admits(audience, ClaimScope::Anyone), || {
            let name = role.name();
            let message = format!("`{name}` takes tokens that were made for other applications");
            Finding::new(role.id(), path, message).label("any audience")
        });
    }
}

//! Roles that the workflows of every branch and pull request of a GitHub repository can assume.

use trilith_rules::prelude::*;

pub(crate) fn check(role: &View<'_>, findings: &mut Findings<'_>) {
    for trusted in role.trusted_providers(&role.trust_policies()) {
        let subject = &trusted.trust.subject;
        let path = trusted.path_of(subject);
        match trusted.trust.provider {
            Some(OidcProvider::GitHub) => {
                let wider = trusted.admits(subject, ClaimScope::Organization);
                let repository = trusted.admits(subject, ClaimScope::Repository);
                findings.when(repository.and(!wider), || {
                    let message = format!(
                        "`{}` can be assumed by workflows of every branch and pull request",
                        role.name()
                    );
                    Finding::new(role.id(), path, message).label("any ref")
                });
            }
            Some(_) => {}
            None => findings.undecided(path),
        }
    }
}

//! Service control policies that allow everything and deny nothing.

use trilith_rules::prelude::*;

pub(crate) fn check(policy: &View<'_>, findings: &mut Findings<'_>) {
    let own = policy.policies();
    for scp in own.iter().filter(|it| it.kind == PolicyKind::Scp) {
        let document = &scp.document;
        let everything = document.which(Statement::allows_everything);
        let denies = document.any(Statement::is_deny).truth;
        let unconditional = everything.into_iter().find(|(it, _)| it.is_conditional().is_false());
        let Some((statement, answer)) = unconditional else {
            if let Some(site) = document.unknown {
                findings.undecided(scp.path.concat(&site.path()));
            }
            continue;
        };
        let site = answer.sites().next().unwrap_or(statement.site);
        findings.when(answer.truth.and(!denies), || {
            let message = format!("`{}` denies nothing", policy.name());
            let path = scp.path.concat(&site.path());
            Finding::new(policy.id(), path, message).label("everything is allowed, as without it")
        });
    }
}

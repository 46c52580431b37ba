//! Roles that other accounts may assume without a shared secret.

use trilith_iam::Account;
use trilith_rules::prelude::*;

pub(crate) fn check(role: &View<'_>, findings: &mut Findings<'_>) {
    for policy in &role.trust_policies() {
        for statement in &policy.document.statements {
            let assumes = statement.is_allow().and(statement.covers_action("sts:AssumeRole"));
            let narrowed = statement.requires_external_id().or(statement.requires_mfa());
            let narrowed = narrowed.or(statement.conditions.narrow_to_known());
            let open = assumes.and(!narrowed).truth;
            for (principal, account) in statement.trusted_accounts() {
                let foreign = match account {
                    Account::Id(_) => Tri::True,
                    Account::Unknown => Tri::Unknown,
                    Account::Any | Account::Own | Account::Aws(_) => Tri::False,
                };
                let path = policy.path.concat(&principal.path());
                findings.when(open.and(foreign), || {
                    let name = role.name();
                    let message = format!("another account may assume `{name}` for anyone");
                    Finding::new(role.id(), path, message).label("no external id is asked for")
                });
            }
        }
    }
}

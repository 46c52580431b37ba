//! Roles that everyone in another account of the same owner may assume.

use trilith_iam::Account;
use trilith_rules::prelude::*;

pub(crate) fn check(role: &View<'_>, findings: &mut Findings<'_>) {
    for policy in &role.trust_policies() {
        for statement in &policy.document.statements {
            let assumes = statement.allows_assuming().truth;
            if assumes.is_false() {
                continue;
            }
            let is_named = names_principals(statement);
            for (principal, account) in statement.trusted_accounts() {
                let asked = statement.demands("aws:principalorgid").truth;
                let own = match account {
                    Account::Id(id) => Tri::from(role.settings().knows_account(&id)).or(asked),
                    Account::Unknown => Tri::Unknown,
                    Account::Any | Account::Own | Account::Aws(_) => continue,
                };
                let whole = principal.is_account_root();
                let path = policy.path.concat(&principal.path());
                findings.when(assumes.and(own).and(whole).and(!is_named), || {
                    let name = role.name();
                    let message = format!("everyone in another account may be let assume `{name}`");
                    Finding::new(role.id(), path, message).label("the whole account")
                });
            }
        }
    }
}

/// Whether a condition says which principals of an account are meant.
fn names_principals(statement: &Statement<'_>) -> Tri {
    let keys = ["aws:principalarn", "aws:principalorgpaths", "aws:userid", "aws:username"];
    let named = keys.iter().map(|key| statement.demands(key).truth);
    let tagged = statement.conditions.items.iter().filter(|condition| {
        condition.key.starts_with("aws:principaltag/") && !condition.operator.base.is_negative()
    });
    let tagged = Tri::from(tagged.count() > 0);
    let asked = statement.requires_external_id().truth.or(statement.requires_mfa().truth);
    Tri::any(named).or(tagged).or(asked).or(statement.names_a_source().truth)
}

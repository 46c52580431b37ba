//! Roles with power over the account that users assume without a second factor.

use trilith_iam::{Account, Principal};
use trilith_rules::prelude::*;
use trilith_rules::query::power;

pub(crate) fn check(role: &View<'_>, findings: &mut Findings<'_>) {
    let trusts = role.trust_policies();
    let statements =
        trusts.iter().flat_map(|it| it.document.statements.iter().map(move |s| (it, s)));
    for (policy, statement) in statements {
        let assumes = statement.is_allow().and(statement.covers_action("sts:AssumeRole")).truth;
        let loose = assumes.and(!statement.requires_mfa().truth);
        if loose.is_false() {
            continue;
        }
        for (principal, account) in statement.trusted_accounts() {
            let people = admits_people(role, &principal, &account);
            if people.is_false() {
                continue;
            }
            let Some(power) = power::over_account(role) else { return };
            let path = policy.path.concat(&principal.path());
            findings.when(loose.and(people).and(power.truth), || {
                let message =
                    format!("users may assume `{}`, which can {}", role.name(), power.what);
                Finding::new(role.id(), path, message)
                    .label("no second factor is demanded")
                    .related(power.resource, power.path.clone(), format!("can {}", power.what))
            });
        }
    }
}

/// Whether a principal is a user of IAM, or the account of the role.
fn admits_people(role: &View<'_>, principal: &Principal<'_>, account: &Account<'_>) -> Tri {
    let is_own = match account {
        Account::Own => Tri::True,
        Account::Id(id) => role.settings().knows_account(id).into(),
        Account::Unknown => Tri::Unknown,
        _ => Tri::False,
    };
    let text = principal.pattern.value.display_text().unwrap_or_default();
    let is_user = text.contains(":user/");
    principal.is_account_root().and(is_own).or(is_user.into())
}

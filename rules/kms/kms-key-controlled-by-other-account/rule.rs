//! Key policies that give control of the key to another account.

use std::collections::BTreeSet;

use trilith_iam::Account;
use trilith_rules::prelude::*;

const CONTROL: [&str; 4] =
    ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:CreateGrant"];

pub(crate) fn check(key: &View<'_>, findings: &mut Findings<'_>) {
    for policy in &key.resource_policies() {
        let owners = possible_owners(key, &policy.document);
        for statement in &policy.document.statements {
            let granted = CONTROL.iter().map(|action| (action, gives(statement, action)));
            let Some((action, given)) = granted.max_by_key(|(_, given)| rank(*given)) else {
                continue;
            };
            for (principal, account) in statement.trusted_accounts() {
                let foreign = match &account {
                    Account::Id(_) if owners.contains(&account) => {
                        if owners.len() == 1 {
                            Tri::False
                        } else {
                            Tri::Unknown
                        }
                    }
                    Account::Id(id) => (!key.settings().knows_account(id)).into(),
                    Account::Unknown => Tri::Unknown,
                    Account::Any | Account::Own | Account::Aws(_) => Tri::False,
                };
                let path = policy.path.concat(&principal.path());
                findings.when(given.and(foreign), || {
                    let name = key.name();
                    let message = format!("`{name}` lets another account use `{action}`");
                    Finding::new(key.id(), path, message).label("not known as an account of yours")
                });
            }
        }
    }
}

/// The accounts, written out, of which one must be the owner of the key, if the policy shows it
/// in no other way.
///
/// KMS refuses a policy that leaves nobody of the key's account who may change it.
fn possible_owners<'v>(key: &View<'_>, document: &PolicyDocument<'v>) -> BTreeSet<Account<'v>> {
    let mut owners = BTreeSet::new();
    if document.unknown.is_some() {
        return owners;
    }
    for statement in &document.statements {
        if statement.allows_action("kms:PutKeyPolicy").is_false() {
            continue;
        }
        if statement.principal.items.is_empty() {
            return BTreeSet::new();
        }
        for (_, account) in statement.trusted_accounts() {
            // Everyone is no owner, and a defect of its own.
            if account == Account::Any {
                continue;
            }
            let is_literal =
                matches!(&account, Account::Id(id) if !key.settings().knows_account(id));
            if !is_literal {
                return BTreeSet::new();
            }
            owners.insert(account);
        }
    }
    owners
}

/// Whether a statement allows the action, other than to services that use the key for somebody.
fn gives(statement: &Statement<'_>, action: &str) -> Tri {
    let services = statement.conditions.any(|condition| {
        let meant = condition.is_about("kms:grantisforawsresource");
        let on = condition.values.all(|value| value.value.is_ignoring_case("true"));
        on.and(trilith_iam::Answer::plain(Tri::from(meant)))
    });
    let for_services = Tri::from(action == "kms:CreateGrant").and(services.truth);
    let through_services = statement.demands("kms:viaservice").truth;
    statement.allows_action(action).truth.and(!for_services).and(!through_services)
}

const fn rank(truth: Tri) -> u8 {
    match truth {
        Tri::False => 0,
        Tri::Unknown => 1,
        Tri::True => 2,
    }
}

//! Key policies that give control of the key to another account.

use trilith_iam::Account;
use trilith_rules::prelude::*;

const CONTROL: [&str; 4] =
    ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:CreateGrant"];

pub(crate) fn check(key: &View<'_>, findings: &mut Findings<'_>) {
    for policy in &key.resource_policies() {
        for statement in &policy.document.statements {
            let granted = CONTROL.iter().map(|action| (action, gives(statement, action)));
            let Some((action, given)) = granted.max_by_key(|(_, given)| rank(*given)) else {
                continue;
            };
            for (principal, account) in statement.trusted_accounts() {
                let foreign = match &account {
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

/// Whether a statement allows the action, other than to services that use the key for somebody.
fn gives(statement: &Statement<'_>, action: &str) -> Tri {
    let services = statement.conditions.any(|condition| {
        let meant = condition.is_about("kms:grantisforawsresource");
        let on = condition.values.all(|value| value.value.is_ignoring_case("true"));
        on.and(trilith_iam::Answer::plain(Tri::from(meant)))
    });
    let for_services = Tri::from(action == "kms:CreateGrant").and(services.truth);
    statement.allows_action(action).truth.and(!for_services)
}

const fn rank(truth: Tri) -> u8 {
    match truth {
        Tri::False => 0,
        Tri::Unknown => 1,
        Tri::True => 2,
    }
}

//! Notebooks and studios whose role has power over the account.

use trilith_rules::prelude::*;
use trilith_rules::query::power;

const ROLES: [&str; 4] = [
    "RoleArn",
    "DefaultUserSettings/ExecutionRole",
    "DefaultSpaceSettings/ExecutionRole",
    "UserSettings/ExecutionRole",
];

pub(crate) fn check(notebook: &View<'_>, findings: &mut Findings<'_>) {
    for path in ROLES {
        let Some(role) = notebook.referenced(path) else {
            if notebook.get(path).is_unknown() {
                findings.undecided(path);
            }
            continue;
        };
        let Some(power) = power::over_account(&role) else { continue };
        findings.when(power.truth, || {
            let message = format!("whoever works with `{}` can {}", notebook.name(), power.what);
            Finding::new(notebook.id(), path, message).label("power over the account").related(
                power.resource,
                power.path,
                "gives the power",
            )
        });
    }
}

//! Entries that ask for nothing, in front of roles that can do a lot.

use trilith_rules::prelude::*;
use trilith_rules::query::{entries, power};

pub(crate) fn check(entry: &View<'_>, findings: &mut Findings<'_>) {
    let open = entries::is_open(entry);
    if open.is_false() {
        return;
    }
    let Some(function) = entries::function_behind(entry) else { return };
    let Some(role) = function.referenced("Role") else { return };
    let Some(power) = power::over_everything(&role) else { return };
    let path = match entry.resource_type() {
        "AWS::Lambda::Url" => "AuthType",
        _ => "AuthorizationType",
    };
    findings.when(open.and(power.truth), || {
        let message = format!("anyone may call `{}`, which can {}", function.name(), power.what);
        Finding::new(entry.id(), path, message)
            .label("no authorization")
            .related(function.id(), "", "runs this function")
            .related(power.resource, power.path, "gives the power")
    });
}

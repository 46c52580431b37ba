//! Private APIs that admit every network.

use trilith_rules::prelude::*;

pub(crate) fn check(api: &View<'_>, findings: &mut Findings<'_>) {
    let types = api.all("EndpointConfiguration/Types/*");
    let private = Tri::any(types.iter().map(|(_, kind)| kind.is("PRIVATE")));
    if private.is_false() {
        return;
    }
    if private.is_unknown() {
        findings.undecided("EndpointConfiguration/Types");
        return;
    }
    findings.ask(&api.resource_policies(), open_statements, |asked| {
        let message = format!("private API `{}` admits callers from any network", api.name());
        asked.open_to_anyone(api, message).label("endpoints of every account")
    });
}

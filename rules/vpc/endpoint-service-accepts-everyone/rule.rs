//! Endpoint services that connect whoever asks.

use trilith_rules::prelude::*;

pub(crate) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let principals = view.all("AllowedPrincipals/*");
    for (path, principal) in &principals {
        findings.when(principal.is("*"), || {
            let message = format!("`{}` lets every AWS account ask for a connection", view.name());
            Finding::new(view.id(), path.clone(), message)
                .label("every account")
                .severity(Severity::High)
        });
    }
    if view.resource_type().ends_with("Permissions") {
        return;
    }
    // Who may ask is a decision too.
    let named = Tri::any(view.referrers(PERMISSIONS).iter().map(|(_, it)| names_some(it)));
    let accepts = view.get("AcceptanceRequired").is_false();
    findings.when(accepts.and(!named), || {
        let message = format!("endpoint service `{}` connects whoever asks", view.name());
        Finding::new(view.id(), "AcceptanceRequired", message).label("nobody accepts")
    });
}

const PERMISSIONS: &str = "AWS::EC2::VPCEndpointServicePermissions";

fn names_some(permissions: &View<'_>) -> Tri {
    let principals = permissions.all("AllowedPrincipals/*");
    let everyone = Tri::any(principals.iter().map(|(_, principal)| principal.is("*")));
    let is_hidden = permissions.get("AllowedPrincipals").is_unknown();
    if is_hidden { Tri::Unknown } else { Tri::from(!principals.is_empty()).and(!everyone) }
}

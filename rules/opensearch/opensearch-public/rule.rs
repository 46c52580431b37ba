//! Search domains that the internet can reach.

use trilith_rules::prelude::*;

pub(crate) fn check(domain: &View<'_>, findings: &mut Findings<'_>) {
    let outside = !domain.get("VPCOptions").is_present();
    if outside.is_false() {
        return;
    }
    let policies = domain.resource_policies();
    let open = Tri::any(policies.iter().map(|policy| policy.document.is_public().truth));
    if open.is_true() && outside.is_true() {
        findings.ask(&policies, open_statements, |asked| {
            let message =
                format!("anyone on the internet may {} on `{}`", asked.actions(), domain.name());
            asked.open_to_anyone(domain, message).label("everyone on the internet")
        });
        return;
    }
    findings.when(outside.and(!open), || {
        let message = format!("search domain `{}` has a public endpoint", domain.name());
        Finding::new(domain.id(), "VPCOptions", message)
            .label("not in a VPC")
            .severity(Severity::Medium)
    });
}

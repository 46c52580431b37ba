//! A listener that speaks HTTP and does not lead to HTTPS.

use trilith_rules::prelude::*;

pub(crate) fn check(listener: &View<'_>, findings: &mut Findings<'_>) {
    let balancer = listener.referenced("LoadBalancerArn");
    let is_internal = balancer.as_ref().is_some_and(|lb| lb.get("Scheme").is("internal").is_true());
    let to_https = |(_, action): (PropertyPath, &Value)| {
        action.get("Type").is("redirect").and(action.path("RedirectConfig/Protocol").is("HTTPS"))
    };
    let redirects = Tri::any(listener.all("DefaultActions/*").into_iter().map(to_https));
    findings.when(speaks_http(listener, balancer.as_ref()).and(!redirects), || {
        let message = format!("listener `{}` serves plain HTTP", listener.name());
        let finding = Finding::new(listener.id(), "Protocol", message).label("not encrypted");
        if is_internal { finding.severity(Severity::Medium) } else { finding }
    });
}

/// An application load balancer speaks HTTP where Terraform is told nothing else.
fn speaks_http(listener: &View<'_>, balancer: Option<&View<'_>>) -> Tri {
    let protocol = listener.get("Protocol");
    match balancer {
        Some(balancer) if listener.is_terraform() && protocol.is_absent() => {
            balancer.get("Type").is("application")
        }
        _ => protocol.is("HTTP"),
    }
}

//! A listener that speaks HTTP and does not lead to HTTPS.

use trilith_rules::prelude::*;
use trilith_rules::query::balancers::{is_internal, weighed};

const CLASSIC: &str = "AWS::ElasticLoadBalancing::LoadBalancer";

pub(crate) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    if view.resource_type() == CLASSIC {
        check_classic(view, findings);
    } else {
        check_listener(view, findings);
    }
}

/// A classic load balancer holds its listeners, and none of them can redirect.
fn check_classic(balancer: &View<'_>, findings: &mut Findings<'_>) {
    for (path, protocol) in balancer.all("Listeners/*/Protocol") {
        findings.when(protocol.is_ignoring_case("HTTP"), || {
            let message = format!("load balancer `{}` serves plain HTTP", balancer.name());
            let help = "set `Protocol` to HTTPS, or SSL, with a certificate in `SSLCertificateId`";
            let finding =
                Finding::new(balancer.id(), path, message).label("not encrypted").help(help);
            if is_internal(balancer) { finding.severity(Severity::Medium) } else { finding }
        });
    }
}

fn check_listener(listener: &View<'_>, findings: &mut Findings<'_>) {
    let balancer = listener.referenced("LoadBalancerArn");
    let to_https = |(_, action): (PropertyPath, &Value)| {
        action.get("Type").is("redirect").and(action.path("RedirectConfig/Protocol").is("HTTPS"))
    };
    let redirects = Tri::any(listener.all("DefaultActions/*").into_iter().map(to_https));
    findings.when(speaks_http(listener, balancer.as_ref()).and(!redirects), || {
        let message = format!("listener `{}` serves plain HTTP", listener.name());
        let finding = Finding::new(listener.id(), place(listener), message).label("not encrypted");
        weighed(finding, balancer.as_ref())
    });
}

/// The property to change: the protocol, or that of the redirect where only it is written.
fn place(listener: &View<'_>) -> PropertyPath {
    let redirects = listener.all("DefaultActions/*/RedirectConfig/Protocol");
    let plain = redirects.into_iter().find(|(_, protocol)| protocol.is("HTTP").is_true());
    match plain {
        Some((path, _)) if listener.get("Protocol").is_absent() => path,
        _ => "Protocol".into(),
    }
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

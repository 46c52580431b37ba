//! A listener that speaks HTTP and does not lead to HTTPS.

use trilith_rules::prelude::*;
use trilith_rules::query::ingress::openings;

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
    let is_internal = balancer.get("Scheme").is("internal").is_true();
    for (path, protocol) in balancer.all("Listeners/*/Protocol") {
        findings.when(protocol.is_ignoring_case("HTTP"), || {
            let message = format!("load balancer `{}` serves plain HTTP", balancer.name());
            let help = "set `Protocol` to HTTPS, or SSL, with a certificate in `SSLCertificateId`";
            let finding =
                Finding::new(balancer.id(), path, message).label("not encrypted").help(help);
            if is_internal { finding.severity(Severity::Medium) } else { finding }
        });
    }
}

fn check_listener(listener: &View<'_>, findings: &mut Findings<'_>) {
    let balancer = listener.referenced("LoadBalancerArn");
    let is_internal = balancer.as_ref().is_some_and(|lb| lb.get("Scheme").is("internal").is_true());
    let to_https = |(_, action): (PropertyPath, &Value)| {
        action.get("Type").is("redirect").and(action.path("RedirectConfig/Protocol").is("HTTPS"))
    };
    let redirects = Tri::any(listener.all("DefaultActions/*").into_iter().map(to_https));
    findings.when(speaks_http(listener, balancer.as_ref()).and(!redirects), || {
        let message = format!("listener `{}` serves plain HTTP", listener.name());
        let finding = Finding::new(listener.id(), place(listener), message).label("not encrypted");
        match &balancer {
            Some(lb) if is_behind_prefix_lists(lb) => finding.severity(Severity::Low),
            _ if is_internal => finding.severity(Severity::Medium),
            _ => finding,
        }
    });
}

/// Whether nobody gets to the load balancer but the networks of a managed prefix list, as where
/// `CloudFront` stands before it and talks to the viewers.
fn is_behind_prefix_lists(balancer: &View<'_>) -> bool {
    let groups = balancer.all_referenced("SecurityGroups/*");
    let are_all_here = groups.len() == balancer.all("SecurityGroups/*").len();
    are_all_here && !groups.is_empty() && groups.iter().all(lets_prefix_lists_in)
}

fn lets_prefix_lists_in(group: &View<'_>) -> bool {
    let apart = group.attached("AWS::EC2::SecurityGroupIngress");
    let inline = group.all("SecurityGroupIngress/*").into_iter().map(|(_, rule)| rule);
    let rules: Vec<&Value> = inline.chain(apart.iter().map(View::properties)).collect();
    let is_wide = openings(group)
        .iter()
        .chain(apart.iter().flat_map(openings))
        .any(|opening| opening.is_wide().is_true());
    !is_wide && !rules.is_empty() && rules.into_iter().all(names_prefix_list)
}

/// Whether a rule has a prefix list for its source, and nothing else.
fn names_prefix_list(rule: &Value) -> bool {
    let has = |key: &str| rule.get(key).items().iter().any(|item| !item.is_present().is_false());
    let others = ["CidrIp", "CidrIpv6", "SourceSecurityGroupId", "SourceSecurityGroupName"];
    has("SourcePrefixListId") && !others.into_iter().any(has)
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

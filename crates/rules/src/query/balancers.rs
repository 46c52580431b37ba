//! Who gets to a load balancer.

use trilith_graph::{Finding, Severity, Value};

use super::ingress::openings;
use crate::View;

/// A finding about a listener that protects its traffic badly, less severe where not everyone gets
/// to its load balancer.
pub fn weighed(finding: Finding, balancer: Option<&View<'_>>) -> Finding {
    match balancer {
        Some(balancer) if is_behind_prefix_lists(balancer) => finding.severity(Severity::Low),
        Some(balancer) if is_internal(balancer) => finding.severity(Severity::Medium),
        _ => finding,
    }
}

/// Whether it has no address on the internet.
pub fn is_internal(balancer: &View<'_>) -> bool {
    balancer.get("Scheme").is("internal").is_true()
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

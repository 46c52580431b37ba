//! Flow logs that record what was let through, and nothing of what was refused.

use trilith_rules::prelude::*;
use trilith_rules::query::links::is_pointed_at_where;

const FLOW_LOG: &str = "AWS::EC2::FlowLog";

pub(crate) fn check(log: &View<'_>, findings: &mut Findings<'_>) {
    let is_partial = log.get("TrafficType").is("ACCEPT");
    findings.when(is_partial.and(!is_completed(log)), || {
        let message = format!("flow log `{}` leaves out the traffic that is refused", log.name());
        Finding::new(log.id(), "TrafficType", message).label("only what is let through")
    });
}

/// Whether another log of the same network records the rest.
fn is_completed(log: &View<'_>) -> Tri {
    if let Some(network) = log.referenced("ResourceId") {
        return is_pointed_at_where(&network, FLOW_LOG, "ResourceId", records_refusals);
    }
    let own = log.get("ResourceId");
    let is_same = |other: &View<'_>| match own.as_str() {
        Some(id) => other.get("ResourceId").is(id),
        None => Tri::Unknown,
    };
    let others = log.siblings(FLOW_LOG);
    Tri::any(others.iter().map(|other| records_refusals(other).and(is_same(other))))
}

fn records_refusals(log: &View<'_>) -> Tri {
    log.get("TrafficType").is_one_of(&["ALL", "REJECT"])
}

//! Every port within reach of the internet.

use trilith_rules::prelude::*;
use trilith_rules::query::exposure::balancers_only;
use trilith_rules::query::ingress::openings;

pub(crate) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for opening in openings(view) {
        let open = opening.is_wide().and(opening.ports.are_all());
        findings.when(open, || weighed(view, opening.finding(view, "every port")));
    }
}

/// The finding, less severe where the group is one of load balancers.
fn weighed(view: &View<'_>, finding: Finding) -> Finding {
    let groups = view.parents();
    let group = groups.first().unwrap_or(view);
    match balancers_only(group) {
        Some(balancer) if finding.severity.is_none_or(|severity| severity > Severity::Medium) => {
            let note = "alone in the group, and answers on the ports of its listeners";
            finding.severity(Severity::Medium).related(balancer, "", note)
        }
        _ => finding,
    }
}

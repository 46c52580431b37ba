//! Every port within reach of the internet.

use trilith_rules::prelude::*;
use trilith_rules::query::ingress::openings;

pub(crate) fn check(group: &View<'_>, findings: &mut Findings<'_>) {
    for opening in openings(group) {
        let open = opening.is_wide().and(opening.ports.are_all());
        findings.when(open, || opening.finding(group, "every port"));
    }
}

//! A port for administrators that the internet can reach.

use trilith_rules::prelude::*;
use trilith_rules::query::{ingress::openings, ports::ADMIN};

pub(crate) fn check(group: &View<'_>, findings: &mut Findings<'_>) {
    for opening in openings(group) {
        let ports = opening.ports;
        let open = opening.is_wide().and(ports.reach(ADMIN)).and(!ports.are_all());
        findings.when(open, || opening.finding(group, &ports.names(ADMIN)));
    }
}

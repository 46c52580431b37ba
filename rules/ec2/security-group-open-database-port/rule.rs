//! A port of a data store, broker or orchestrator that the internet can reach.

use trilith_rules::prelude::*;
use trilith_rules::query::{
    ingress::openings,
    ports::{ADMIN, DATA},
};

pub(crate) fn check(group: &View<'_>, findings: &mut Findings<'_>) {
    for opening in openings(group) {
        let ports = opening.ports;
        // What opens more is reported by the rules about that.
        let elsewhere = ports.are_all().or(ports.reach(ADMIN));
        let open = opening.is_wide().and(ports.reach(DATA)).and(!elsewhere);
        findings.when(open, || opening.finding(group, &ports.names(DATA)));
    }
}

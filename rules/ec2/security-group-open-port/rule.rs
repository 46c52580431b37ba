//! A port that is neither for the web nor known to be dangerous, open to the internet.

use trilith_rules::prelude::*;
use trilith_rules::query::{
    ingress::openings,
    ports::{ADMIN, DATA, WEB},
};

pub(crate) fn check(group: &View<'_>, findings: &mut Findings<'_>) {
    for opening in openings(group) {
        let ports = opening.ports;
        // What these hold is reported by the rules about them.
        let elsewhere = Tri::any([ports.are_all(), ports.reach(ADMIN), ports.reach(DATA)]);
        let open = opening.is_wide().and(ports.exceed(WEB)).and(!elsewhere);
        findings.when(open, || opening.finding(group, &ports.describe()));
    }
}

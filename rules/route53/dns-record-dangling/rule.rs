//! Records that lead to what anyone may take.

use trilith_rules::prelude::*;
use trilith_rules::query::hosts::Host;

pub(crate) fn check(record: &View<'_>, findings: &mut Findings<'_>) {
    let name = record.get("Name").as_str().unwrap_or_default();
    let places = ["ResourceRecords/*", "AliasTarget/DNSName"];
    for (path, target) in places.iter().flat_map(|place| record.all(place)) {
        if target.is_unknown() {
            findings.undecided(path);
            continue;
        }
        let Some(host) = target.as_str().and_then(|text| Host::read(text, name)) else { continue };
        let is_of_address = record.get("Type").is_one_of(&["A"]);
        let meant = if host.is_address() { is_of_address } else { Tri::True };
        findings.when(meant.and(!host.is_here(record)), || {
            let message = format!("`{}` leads to {host}, which is not here", record.name());
            let severity = if host.is_address() { Severity::Low } else { Severity::High };
            Finding::new(record.id(), path, message)
                .label("others can take it when it is gone")
                .severity(severity)
        });
    }
}

//! Trails that record nothing of what is done with objects.

use trilith_rules::prelude::*;
use trilith_rules::query::trails::logs_any_objects;

pub(crate) fn check(trail: &View<'_>, findings: &mut Findings<'_>) {
    let others = trail.siblings("AWS::CloudTrail::Trail");
    // One trail with data events is enough, and one finding for all of them.
    if others.iter().any(|other| other.resource().address < trail.resource().address) {
        return;
    }
    let trails = std::iter::once(trail).chain(&others);
    findings.when(!Tri::any(trails.map(logs_any_objects)), || {
        let message = format!("trail `{}` does not record who touches objects", trail.name());
        let path = if trail.get("AdvancedEventSelectors").is_present().is_true() {
            "AdvancedEventSelectors"
        } else {
            "EventSelectors"
        };
        Finding::new(trail.id(), path, message).label("no data events of S3")
    });
}

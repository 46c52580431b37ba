//! A trail that does not log, or not what administrators do.

use trilith_rules::prelude::*;
use trilith_rules::query::trails::{excludes_management, logs_management};

pub(crate) fn check(trail: &View<'_>, findings: &mut Findings<'_>) {
    let off = trail.get("IsLogging").is_false();
    findings.when(off, || {
        let message = format!("trail `{}` is not logging", trail.name());
        Finding::new(trail.id(), "IsLogging", message).label("nothing is recorded")
    });
    let beside = trail.siblings("AWS::CloudTrail::Trail");
    let elsewhere = Tri::any(beside.iter().map(logs_management));
    for (path, excluded) in excludes_management(trail) {
        findings.when(excluded.and(!elsewhere).and(!off), || {
            let message = format!("trail `{}` leaves out management events", trail.name());
            Finding::new(trail.id(), path, message)
                .label("who changes what is not recorded")
                .severity(Severity::Medium)
                .help("let one event selector record all management events")
        });
    }
}

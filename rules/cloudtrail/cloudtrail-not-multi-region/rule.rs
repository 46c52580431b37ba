//! A trail for one Region, and none for all of them.

use trilith_rules::prelude::*;

pub(crate) fn check(trail: &View<'_>, findings: &mut Findings<'_>) {
    let everywhere = |trail: &View<'_>| trail.get("IsMultiRegionTrail").is_true();
    let others = trail.siblings("AWS::CloudTrail::Trail");
    let covered = Tri::any(
        others.iter().map(|other| everywhere(other).and(!other.get("IsLogging").is_false())),
    );
    findings.when(!everywhere(trail).or(covered), || {
        let message = format!("trail `{}` records one Region only", trail.name());
        Finding::new(trail.id(), "IsMultiRegionTrail", message)
            .label("other Regions are not recorded")
    });
}

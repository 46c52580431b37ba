//! Trails that nothing watches.

use trilith_rules::prelude::*;

pub(crate) fn check(trail: &View<'_>, findings: &mut Findings<'_>) {
    let group = trail.get("CloudWatchLogsLogGroupArn").is_present();
    let store = Tri::from(!trail.siblings("AWS::CloudTrail::EventDataStore").is_empty());
    findings.when(!group.or(store), || {
        let message = format!("no alarm can see what trail `{}` records", trail.name());
        Finding::new(trail.id(), "CloudWatchLogsLogGroupArn", message).label("only in a bucket")
    });
}

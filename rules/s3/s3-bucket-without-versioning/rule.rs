//! Buckets that keep no former versions.

use trilith_rules::prelude::*;

const AUDITORS: [&str; 2] = ["AWS::CloudTrail::Trail", "AWS::Config::DeliveryChannel"];

pub(crate) fn check(bucket: &View<'_>, findings: &mut Findings<'_>) {
    let kept = bucket.get("VersioningConfiguration/Status").is("Enabled");
    let is_audited = AUDITORS.iter().any(|kind| !bucket.referrers(kind).is_empty());
    // A part whose bucket is not here stands for it.
    let whole = Tri::from(!bucket.resource().flags.has(trilith_graph::Flags::OPEN));
    let missing = (!kept).and(whole.or(Tri::Unknown));
    findings.when(missing, || {
        let message = format!("bucket `{}` keeps no former versions", bucket.name());
        let severity = if is_audited { Severity::Medium } else { Severity::Low };
        Finding::new(bucket.id(), "VersioningConfiguration/Status", message)
            .label("no versions")
            .severity(severity)
    });
}

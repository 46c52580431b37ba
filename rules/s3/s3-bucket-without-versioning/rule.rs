//! Buckets that keep no former versions.

use trilith_rules::prelude::*;

const AUDITORS: [&str; 2] = ["AWS::CloudTrail::Trail", "AWS::Config::DeliveryChannel"];

pub(crate) fn check(bucket: &View<'_>, findings: &mut Findings<'_>) {
    let status = bucket.get("VersioningConfiguration/Status");
    let kept = status.is("Enabled").or(Tri::from(status.is_absent()).and(is_locked(bucket)));
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

/// Whether Object Lock is on. S3 switches versioning on with it.
fn is_locked(bucket: &View<'_>) -> Tri {
    let enabled = bucket.get("ObjectLockEnabled");
    let configured = bucket.get("ObjectLockConfiguration/ObjectLockEnabled").is("Enabled");
    enabled.is_true().or(enabled.is("Enabled")).or(configured)
}

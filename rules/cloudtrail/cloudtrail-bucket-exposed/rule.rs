//! Trails whose log files can be read by everyone.

use trilith_rules::prelude::*;

const FLAGS: [&str; 4] =
    ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];
const ACLS: [&str; 3] = ["PublicRead", "PublicReadWrite", "AuthenticatedRead"];

pub(crate) fn check(trail: &View<'_>, findings: &mut Findings<'_>) {
    let Some(bucket) = trail.referenced("S3BucketName") else { return };
    let policies = bucket.attached("AWS::S3::BucketPolicy");
    let is_public = |policy: &View<'_>| {
        Tri::any(policy.resource_policies().iter().map(|policy| policy.document.is_public().truth))
    };
    let by_policy = Tri::any(policies.iter().map(is_public));
    let public = by_policy.or(bucket.get("AccessControl").is_one_of(&ACLS));
    let block = bucket.get("PublicAccessBlockConfiguration");
    let off = Tri::any(FLAGS.iter().map(|flag| !block.path(flag).is_true()));
    let half_open = block.is_present().and(off);
    findings.when(public.or(half_open), || {
        let message = format!("the log files of trail `{}` can be public", trail.name());
        let severity = if public.is_true() { Severity::Critical } else { Severity::High };
        Finding::new(trail.id(), "S3BucketName", message)
            .label("its bucket is not closed")
            .severity(severity)
            .related(bucket.id(), "PublicAccessBlockConfiguration", "the bucket")
    });
}

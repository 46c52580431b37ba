//! Bucket policies that let everyone in.

use trilith_rules::prelude::*;

const BLOCKS: [&str; 2] = [
    "PublicAccessBlockConfiguration/BlockPublicPolicy",
    "PublicAccessBlockConfiguration/RestrictPublicBuckets",
];

pub(crate) fn check(policy: &View<'_>, findings: &mut Findings<'_>) {
    let buckets = policy.parents();
    let is_blocked = |bucket: &View<'_>, flag: &str| !bucket.get(flag).is_true().is_false();
    let block = buckets.iter().find_map(|bucket| {
        Some((bucket.id(), *BLOCKS.iter().find(|flag| is_blocked(bucket, flag))?))
    });
    findings.ask(&policy.resource_policies(), open_statements, |asked| {
        let message = format!("`{}` lets anyone {} on the bucket", policy.name(), asked.actions());
        let finding = asked.open_to_anyone(policy, message);
        match block {
            Some((bucket, flag)) => finding.severity(Severity::High).related(
                bucket,
                flag,
                "S3 refuses or limits a public policy here",
            ),
            None => finding,
        }
    });
}

//! Trails whose log files can be read without a trace.

use trilith_rules::prelude::*;

pub(crate) fn check(bucket: &View<'_>, findings: &mut Findings<'_>) {
    let trails = bucket.referrers("AWS::CloudTrail::Trail");
    let written_to = trails.into_iter().find(|(edge, _)| edge.path.to_string() == "S3BucketName");
    let Some((_, trail)) = written_to else { return };
    findings.when(!bucket.get("LoggingConfiguration").is_present(), || {
        let message = format!("nobody can tell who read the log files of trail `{}`", trail.name());
        Finding::new(bucket.id(), "LoggingConfiguration", message).label("no access log").related(
            trail.id(),
            "S3BucketName",
            "the trail that writes here",
        )
    });
}

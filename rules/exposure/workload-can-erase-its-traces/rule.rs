//! Workloads that can stop or delete the audit trail, or the backups, of their account.

use trilith_rules::prelude::*;
use trilith_rules::query::workload::{Permitted, on_anything, on_resource, runs_code};

/// What ends records and backups, wherever they are.
const ANYWHERE: [(&str, &str); 6] = [
    ("cloudtrail:StopLogging", "arn:aws:cloudtrail:us-east-1:111122223333:trail/trilith-nobodys"),
    ("cloudtrail:DeleteTrail", "arn:aws:cloudtrail:us-east-1:111122223333:trail/trilith-nobodys"),
    (
        "cloudtrail:DeleteEventDataStore",
        "arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/trilith-nobodys",
    ),
    (
        "backup:DeleteRecoveryPoint",
        "arn:aws:backup:us-east-1:111122223333:recovery-point:trilith-nobodys",
    ),
    (
        "backup:DeleteBackupVault",
        "arn:aws:backup:us-east-1:111122223333:backup-vault:trilith-nobodys",
    ),
    ("kms:ScheduleKeyDeletion", "arn:aws:kms:us-east-1:111122223333:key/0a1b2c3d-trilith-nobodys"),
];

/// What ends what a trail keeps: the trail itself, its bucket, its log group.
const KEPT: [(&str, &[&str]); 3] = [
    ("", &["cloudtrail:StopLogging", "cloudtrail:DeleteTrail"]),
    ("S3BucketName", &["s3:DeleteObject", "s3:PutLifecycleConfiguration", "s3:DeleteBucket"]),
    ("CloudWatchLogsLogGroupArn", &["logs:DeleteLogGroup", "logs:DeleteLogStream"]),
];

pub(crate) fn check(role: &View<'_>, findings: &mut Findings<'_>) {
    if !runs_code(role) {
        return;
    }
    let Some(found) = of_trails(role).or_else(|| on_anything(role, &ANYWHERE)) else { return };
    findings.when(found.truth, || {
        let message =
            format!("code with `{}` can end its own records: `{}`", role.name(), found.action);
        if found.resource == role.id() {
            return Finding::new(role.id(), found.path, message).label("allowed to a workload");
        }
        let finding = Finding::new(role.id(), "", message).label("the role of a workload");
        finding.related(found.resource, found.path, "allowed here")
    });
}

/// What the role can do to the trails beside it, and to what they write to.
fn of_trails(role: &View<'_>) -> Option<Permitted> {
    let trails = role.siblings("AWS::CloudTrail::Trail");
    trails.iter().find_map(|trail| {
        KEPT.iter().find_map(|(property, actions)| {
            let target = match *property {
                "" => trail.beside(trail.id()),
                property => trail.referenced(property)?,
            };
            on_resource(role, actions, target.id())
        })
    })
}

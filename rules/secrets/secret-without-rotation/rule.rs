//! Secrets that nothing changes.

use trilith_rules::prelude::*;
use trilith_rules::query::links::is_pointed_at;

pub(crate) fn check(secret: &View<'_>, findings: &mut Findings<'_>) {
    let schedule = "AWS::SecretsManager::RotationSchedule";
    let replicated = secret.referrers("AWS::SecretsManager::SecretTargetAttachment");
    // A schedule may name the attachment of the secret to its database.
    let through = replicated.iter().map(|(_, link)| is_pointed_at(link, schedule, "SecretId"));
    let rotated = is_pointed_at(secret, schedule, "SecretId").or(Tri::any(through));
    findings.when(!rotated, || {
        let message = format!("nothing ever changes secret `{}`", secret.name());
        Finding::new(secret.id(), "", message).label("no rotation")
    });
}

//! Databases that one call deletes.

use trilith_rules::prelude::*;
use trilith_rules::query::tags;

/// Keys of the tag that tells what a database is for.
const STAGES: [&str; 3] = ["environment", "env", "stage"];
/// What its value begins with where nobody would miss the database.
const TRIALS: [&str; 5] = ["dev", "test", "sandbox", "trial", "preview"];

pub(crate) fn check(database: &View<'_>, findings: &mut Findings<'_>) {
    let is_open = !database.get("DeletionProtection").is_true();
    if is_open.is_false() {
        return;
    }
    findings.when(is_open.and(!is_member(database)).and(!is_trial(database)), || {
        let message = format!("database `{}` can be deleted by one call", database.name());
        Finding::new(database.id(), "DeletionProtection", message).label("not protected")
    });
}

/// Whether a cluster protects it. A cluster's own name is called like that of the cluster which an
/// instance belongs to.
fn is_member(database: &View<'_>) -> Tri {
    let is_instance = Tri::from(database.resource_type() == "AWS::RDS::DBInstance");
    let is_aurora = database.get("Engine").starts_with_ignoring_case("aurora");
    is_instance.and(database.get("DBClusterIdentifier").is_present().or(is_aurora))
}

fn is_trial(database: &View<'_>) -> Tri {
    let is_stage = |key: &str| STAGES.iter().any(|stage| tags::is_like(key, stage));
    match tags::find(database.get("Tags"), is_stage) {
        Ok((_, stage)) => stage.as_str().map_or(Tri::Unknown, |stage| {
            let stage = stage.to_ascii_lowercase();
            Tri::from(TRIALS.iter().any(|trial| stage.starts_with(trial)))
        }),
        Err(may_be) => may_be,
    }
}

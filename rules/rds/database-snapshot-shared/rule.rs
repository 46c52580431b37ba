//! Snapshots of databases that others may restore.

use trilith_rules::prelude::*;
use trilith_rules::query::sharing::{Shared, report};

pub(crate) fn check(snapshot: &View<'_>, findings: &mut Findings<'_>) {
    let places = [Shared { path: "shared_accounts/*", everyone: "all" }];
    report(snapshot, findings, &places, "the snapshot");
}

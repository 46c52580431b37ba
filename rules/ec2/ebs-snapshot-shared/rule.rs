//! Snapshots of disks that other accounts may read.

use trilith_rules::prelude::*;
use trilith_rules::query::sharing::{Shared, report};

pub(crate) fn check(permission: &View<'_>, findings: &mut Findings<'_>) {
    report(permission, findings, &[Shared { path: "account_id", everyone: "all" }], "the snapshot");
}

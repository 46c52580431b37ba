//! Roles that more pods of a cluster can assume than those of one service account.

use trilith_rules::prelude::*;

pub(crate) fn check(role: &View<'_>, findings: &mut Findings<'_>) {
    let is_cluster = |provider| provider == OidcProvider::Eks;
    findings.wide_subjects(role, is_cluster, ClaimScope::Repository, |path, scope, _| {
        let (whose, label) = match scope {
            ClaimScope::Repository => ("every pod of a namespace", "any service account"),
            ClaimScope::Absent => ("every pod of the cluster", "no condition on `sub`"),
            _ => ("every pod of the cluster", "any namespace"),
        };
        let message = format!("`{}` can be assumed by {whose}", role.name());
        Finding::new(role.id(), path, message).label(label)
    });
}

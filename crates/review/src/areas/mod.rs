//! Evidence and what speaks against it, one file for each area of the pillar.

mod accounts;
mod applications;
mod classes;
mod compute;
mod detection;
mod incidents;
mod keys;
mod machines;
mod network;
mod people;
mod permissions;
mod rest;
mod roles;
mod transit;

use crate::contrary::Contrary;
use crate::evidence::Evidence;

/// The evidence of each area.
pub(crate) const EVIDENCE: &[&[Evidence]] = &[
    accounts::EVIDENCE,
    people::EVIDENCE,
    machines::EVIDENCE,
    permissions::EVIDENCE,
    detection::EVIDENCE,
    network::EVIDENCE,
    compute::EVIDENCE,
    classes::EVIDENCE,
    keys::EVIDENCE,
    rest::EVIDENCE,
    transit::EVIDENCE,
    incidents::EVIDENCE,
    applications::EVIDENCE,
];

/// The rules of each area.
pub(crate) const CONTRARY: &[&[Contrary]] = &[
    accounts::CONTRARY,
    people::CONTRARY,
    permissions::CONTRARY,
    detection::CONTRARY,
    network::CONTRARY,
    compute::CONTRARY,
    classes::CONTRARY,
    transit::CONTRARY,
    incidents::CONTRARY,
    applications::CONTRARY,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use trilith_rules::practices;

    use crate::{contrary, evidence};

    #[test]
    fn names_occur_once_and_practices_exist() {
        let mut ids = BTreeSet::new();
        let slugs = evidence::all().map(|one| (one.id, one.practices));
        for (id, slugs) in slugs.chain(contrary::all().map(|one| (one.id, one.practices))) {
            assert!(ids.insert(id), "{id} occurs twice");
            assert!(!slugs.is_empty(), "{id} serves nothing");
            for slug in slugs {
                assert!(practices::find(slug).is_some(), "{id}: {slug}");
            }
        }
    }

    #[test]
    fn what_speaks_against_a_practice_counts() {
        for one in contrary::all() {
            assert!(["medium", "high", "critical"].contains(&one.severity), "{}", one.id);
        }
    }
}

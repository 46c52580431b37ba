//! What changed since another review.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Comparison, FindingRow, Review, VerdictChange};

/// Compares a review with an older one.
pub fn compare(old: &Review, new: &Review) -> Comparison {
    let before: BTreeMap<&str, _> =
        old.practices.iter().map(|row| (row.slug.as_str(), row.verdict)).collect();
    let verdicts = new.practices.iter().filter_map(|row| {
        let was = before.get(row.slug.as_str()).copied();
        if was == Some(row.verdict) {
            return None;
        }
        let direction = match was.map(|was| was.rank().cmp(&row.verdict.rank())) {
            Some(std::cmp::Ordering::Less) => "better",
            Some(std::cmp::Ordering::Greater) => "worse",
            _ => "other",
        };
        Some(VerdictChange {
            practice: row.id.clone(),
            slug: row.slug.clone(),
            before: was,
            now: row.verdict,
            direction: direction.into(),
        })
    });
    let (was, is) = (by_id(old), by_id(new));
    let ids = |holds: &dyn Fn(&FindingRow, Option<&&FindingRow>) -> bool| -> Vec<String> {
        let found = is.iter().filter(|(id, row)| holds(row, was.get(*id)));
        found.map(|(id, _)| (*id).to_owned()).collect()
    };
    let live = |review: &Review| -> BTreeSet<String> {
        let live = review.attestations.iter().filter(|row| row.standing == "live");
        live.map(|row| row.slug.clone()).collect()
    };
    let now_live = live(new);
    let expired: BTreeSet<String> =
        live(old).into_iter().filter(|slug| !now_live.contains(slug)).collect();
    let expired = new.practices.iter().filter(|row| expired.contains(&row.slug));
    Comparison {
        since: old.date.clone(),
        tool_version: old.tool.version.clone(),
        verdicts: verdicts.collect(),
        new_findings: ids(&|_, was| was.is_none()),
        gone: was
            .iter()
            .filter(|(id, _)| !is.contains_key(*id))
            .map(|(_, row)| (*row).clone())
            .collect(),
        newly_accepted: ids(&|row, was| {
            row.accepted.is_some() && was.is_some_and(|was| was.accepted.is_none())
        }),
        no_longer_accepted: ids(&|row, was| {
            row.accepted.is_none() && was.is_some_and(|was| was.accepted.is_some())
        }),
        expired: expired.map(|row| row.id.clone()).collect(),
    }
}

fn by_id(review: &Review) -> BTreeMap<&str, &FindingRow> {
    review.findings.iter().map(|row| (row.id.as_str(), row)).collect()
}

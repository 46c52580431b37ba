//! The crosswalk to other frameworks: which rules speak about which control, as other projects
//! map them.

use std::collections::{BTreeMap, BTreeSet};

use trilith_graph::Severity;
use trilith_rules::Rule;

use crate::model::{ControlPractice, ControlRow, FindingRow, FrameworkRow, PracticeRow};
use crate::practice::rows;

const FRAMEWORKS: &str = include_str!("../data/frameworks.tsv");
const CONTROLS: &str = include_str!("../data/controls.tsv");

/// A framework that controls are mapped to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Framework {
    /// Its name on the command line: `pci-dss-4.0`.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Its edition.
    pub edition: &'static str,
    /// Who mapped it.
    pub mapped_by: &'static str,
    /// Which versions of them.
    pub mapped_version: &'static str,
}

/// All frameworks.
pub fn frameworks() -> Vec<Framework> {
    let framework = |fields: Vec<&'static str>| match fields[..] {
        [id, title, edition, mapped_by, mapped_version] => {
            Some(Framework { id, title, edition, mapped_by, mapped_version })
        }
        _ => None,
    };
    rows(FRAMEWORKS).filter_map(framework).collect()
}

/// What the rows of a framework are made of.
pub(crate) struct Facts<'f> {
    pub(crate) rules: &'f [&'f Rule],
    /// Rules that had something to look at.
    pub(crate) looked: &'f BTreeSet<&'f str>,
    pub(crate) findings: &'f [FindingRow],
    pub(crate) practices: &'f [PracticeRow],
}

/// The controls of a framework, with what the rules found.
pub(crate) fn row(framework: &Framework, facts: &Facts<'_>) -> FrameworkRow {
    let mut controls: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for fields in rows(CONTROLS).filter(|fields| fields[0] == framework.id) {
        let [_, control, catalogue] = fields[..] else { continue };
        let catalogue: BTreeSet<&str> = catalogue.split(' ').collect();
        let ids = controls.entry(control).or_default();
        let mapped = facts.rules.iter().filter(|rule| {
            rule.metadata.catalogue.iter().any(|row| catalogue.contains(row.as_ref()))
        });
        ids.extend(mapped.map(|rule| rule.id()));
    }
    for rule in facts.rules {
        let own = rule.metadata.controls.iter().filter(|(name, _)| name == framework.id);
        for (_, control) in own {
            controls.entry(control).or_default().insert(rule.id());
        }
    }
    let mut controls: Vec<ControlRow> =
        controls.into_iter().map(|(control, rules)| one(control, &rules, facts)).collect();
    controls.sort_by(|a, b| natural(&a.control).cmp(&natural(&b.control)));
    FrameworkRow {
        id: framework.id.into(),
        title: framework.title.into(),
        edition: framework.edition.into(),
        mapped_by: framework.mapped_by.into(),
        mapped_version: framework.mapped_version.into(),
        controls,
    }
}

fn one(control: &str, rules: &BTreeSet<&str>, facts: &Facts<'_>) -> ControlRow {
    let about = || facts.findings.iter().filter(|finding| rules.contains(finding.rule.as_str()));
    let ids = |open: bool| -> Vec<String> {
        let own = about().filter(|finding| finding.accepted.is_none() == open);
        own.map(|finding| finding.id.clone()).collect()
    };
    let counts = |open: bool| {
        about().any(|finding| finding.accepted.is_none() == open && decides(&finding.severity))
    };
    let state = if counts(true) {
        "violated"
    } else if counts(false) {
        "accepted"
    } else if rules.is_empty() {
        "no-rule"
    } else if rules.iter().any(|rule| facts.looked.contains(rule)) {
        "nothing-found"
    } else {
        "nothing-to-look-at"
    };
    let slugs: BTreeSet<&str> = facts
        .rules
        .iter()
        .filter(|rule| rules.contains(rule.id()))
        .flat_map(|rule| rule.metadata.practices.iter().map(AsRef::as_ref))
        .collect();
    let practices = facts.practices.iter().filter(|row| slugs.contains(row.slug.as_str()));
    ControlRow {
        control: control.into(),
        state: state.into(),
        rules: rules.iter().map(|rule| (*rule).to_owned()).collect(),
        practices: practices
            .map(|row| ControlPractice { id: row.id.clone(), verdict: row.verdict })
            .collect(),
        findings: ids(true),
        accepted: ids(false),
    }
}

/// Whether a finding of this severity decides about a practice.
pub(crate) fn decides(severity: &str) -> bool {
    severity.parse::<Severity>().is_ok_and(|severity| severity >= Severity::Medium)
}

/// A key that puts `10.2` behind `9.1`.
fn natural(text: &str) -> Vec<(u64, String)> {
    let mut key = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let word = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let digits = rest[word..].find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len() - word);
        let number = rest[word..word + digits].parse().unwrap_or(0);
        key.push((0, rest[..word].to_owned()));
        key.push((number, String::new()));
        rest = &rest[word + digits..];
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_of_frameworks_that_are_described() {
        let known: BTreeSet<&str> = frameworks().iter().map(|one| one.id).collect();
        assert_eq!(known.len(), 6);
        let named: BTreeSet<&str> = rows(CONTROLS).map(|fields| fields[0]).collect();
        assert_eq!(named, known);
        assert!(rows(CONTROLS).all(|fields| fields.len() == 3));
    }

    #[test]
    fn controls_are_sorted_as_people_count() {
        let mut controls = ["10.2.1", "2.1", "A.8.10", "A.8.9", "10.2"];
        controls.sort_by_key(|text| natural(text));
        assert_eq!(controls, ["2.1", "10.2", "10.2.1", "A.8.9", "A.8.10"]);
    }
}

//! Every construct of the language, compared with cfn-guard.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};
use trilith_rules::engine::guard::{RuleReport, Status};

use crate::oracle::{Said, ours, theirs};

const CASES: &str = include_str!("data/cases.guard");
const TEMPLATE: &str = include_str!("data/template.json");
const ODD: &str = include_str!("data/odd.json");

/// The rules files with their titles.
fn cases() -> Vec<(&'static str, &'static str)> {
    let mut cases = Vec::new();
    for case in CASES.split("\n#> ").skip(1) {
        let (title, rules) = case.split_once('\n').unwrap();
        cases.push((title, rules));
    }
    cases
}

fn documents() -> Vec<(&'static str, Json)> {
    let read = |text: &str| serde_json::from_str(text).unwrap();
    vec![
        ("template", read(TEMPLATE)),
        ("odd", read(ODD)),
        ("no resources", json!({ "Resources": {} })),
        ("nothing", json!({})),
        ("list", json!([{ "Type": "AWS::S3::Bucket" }])),
        ("text", json!("Resources")),
    ]
}

/// A rule, the path of a value that fails, whether it is missing, and the message.
type Place = (String, String, bool, Option<String>);

/// The places at which rules fail.
fn places(reports: &[RuleReport]) -> BTreeSet<Place> {
    let failing = reports.iter().filter(|report| report.status == Status::Fail);
    let mut places = BTreeSet::new();
    for report in failing {
        for check in &report.checks {
            let message = check.message.as_deref().map(str::to_owned);
            places.insert((
                report.name.to_string(),
                check.path.to_string(),
                check.missing,
                message,
            ));
        }
    }
    places
}

/// A rules file without some of its rules. A rule starts at the start of a line.
fn without(rules: &str, names: &[&str]) -> String {
    let mut kept = String::new();
    let mut keeps = true;
    for line in rules.lines() {
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let name =
                line.strip_prefix("rule ").map(|rest| rest.split([' ', '(']).next().unwrap());
            keeps = name.is_none_or(|name| !names.contains(&name));
        }
        if keeps {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

#[derive(Default)]
struct Comparison {
    compared: usize,
    not_compared: Vec<String>,
    faults: Vec<String>,
}

impl Comparison {
    fn compare(&mut self, title: &str, rules: &str, document: &Json) {
        let (our, reports) = ours(rules, document);
        let (their, _) = theirs(rules, document);
        match (&our, &their) {
            (_, Said::Panicked) => self.not_compared.push(title.to_owned()),
            (Said::Outcomes(our), Said::Outcomes(their)) => {
                self.compared += our.len();
                for outcome in their.iter().filter(|outcome| !our.contains(outcome)) {
                    self.faults.push(format!("{title}: should be {outcome:?}"));
                }
                for outcome in our.iter().filter(|outcome| !their.contains(outcome)) {
                    self.faults.push(format!("{title}: must not be {outcome:?}"));
                }
            }
            (Said::GaveUp, Said::GaveUp) => {
                // One rule stopped the reference; the others are still to be compared.
                self.compared += 1;
                let failed = reports.iter().filter(|report| report.error.is_some());
                let failed: Vec<&str> = failed.map(|report| &*report.name).collect();
                let rest = without(rules, &failed);
                if rest.len() < rules.len() && rest.contains("exists") {
                    self.compare(&format!("{title} without {failed:?}"), &rest, document);
                }
            }
            (our, their) if our == their => self.compared += 1,
            (our, their) => self.faults.push(format!("{title}: {our:?}, should be {their:?}")),
        }
    }
}

#[test]
fn every_case_has_the_outcome_of_the_reference() {
    let mut comparison = Comparison::default();
    for (title, rules) in cases() {
        for (name, document) in documents() {
            comparison.compare(&format!("{title} on {name}"), rules, &document);
        }
    }
    let Comparison { compared, not_compared, faults } = comparison;
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
    assert!(compared > 1_900, "only {compared} outcomes were compared");
    assert!(not_compared.is_empty(), "not compared: {not_compared:?}");
}

/// Rules whose failing places we report differently, and why.
const OTHER_PLACES: [(&str, &str); 13] = [
    // The reference repeats the start of the query where an index is out of bounds.
    ("indexes", "beyond"),
    // The reference says nothing of a clause that fails as a whole.
    ("blocks", "not_empty"),
    ("types", "undecidable"),
    ("empty variables", "gate_empty"),
    ("rules with parameters", "negated"),
    ("rules with parameters", "skipping"),
    ("when", "undecidable_gate"),
    // The reference names the side that the value is compared with.
    ("queries on both sides", "missing_right"),
    ("queries on both sides", "missing_right_not"),
    ("queries on both sides", "subset"),
    ("queries on both sides", "subset_not"),
    // The reference does not say why a rule fails that another refers to.
    ("references between rules", "uses_broken"),
    // The reference has the message of the call around the rule that is called.
    ("rules with parameters", "logs"),
];

#[test]
fn failing_clauses_have_the_place_and_message_of_the_reference() {
    let template: Json = serde_json::from_str(TEMPLATE).unwrap();
    let mut faults = Vec::new();
    let mut compared = 0;
    for (title, rules) in cases() {
        let (our, our_reports) = ours(rules, &template);
        let (their, their_reports) = theirs(rules, &template);
        if their_reports.is_empty() || our != their {
            continue;
        }
        let differs = |place: &&Place| !OTHER_PLACES.contains(&(title, &place.0));
        let (our, their) = (places(&our_reports), places(&their_reports));
        compared += their.len();
        for place in their.difference(&our).filter(differs) {
            faults.push(format!("{title}: not at {place:?}"));
        }
        for place in our.difference(&their).filter(differs) {
            faults.push(format!("{title}: but at {place:?}"));
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
    assert!(compared > 100, "only {compared} places were compared");
}

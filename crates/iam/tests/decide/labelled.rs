//! Pairs of policies that an SMT solver has labelled.
//!
//! `TRILITH_QUACKY` names a checkout of Quacky (github.com/vlab-cs-ucsb/quacky), whose `results`
//! say of pairs of policies below `samples` whether one allows what the other does not.
#![expect(clippy::disallowed_methods, reason = "this test reads files that a variable names")]
#![expect(clippy::print_stderr, reason = "the figures of a run that somebody asked for")]

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value as Json;
use trilith_iam::{Catalog, Policies, PolicyDocument, Question, Verdict};

use crate::json;

/// The tables of results, below `results`.
const TABLES: &[&str] = &["cav21/raw_csv/caching_mutations", "icse22/raw_csv/encoding_mutations"];

/// Two files, and whether the first allows what the second does not.
type Labels = BTreeMap<(String, String), bool>;

fn labels(table: &Path) -> Labels {
    let mut labels = Labels::new();
    for name in ["ec2", "iam", "s3"] {
        let path = table.join(name).with_extension("csv");
        let text = std::fs::read_to_string(path).expect("a table of results");
        for line in text.lines().skip(1) {
            let fields: Vec<&str> = line.split(',').collect();
            let pair = [fields[0], fields[1]].map(str::to_owned);
            let [one, two] = &pair;
            for (label, from, to) in [(fields[2], one, two), (fields[9], two, one)] {
                if matches!(label, "SAT" | "UNSAT") {
                    labels.insert((from.clone(), to.clone()), label == "SAT");
                }
            }
        }
    }
    labels
}

fn read(root: &Path, name: &str) -> Json {
    let path = root.join(name.trim_start_matches('/'));
    let text = std::fs::read(&path).expect("a policy");
    serde_json::from_slice(&text).expect("JSON")
}

/// What is against a label: nothing if the answer is the same.
fn exception(root: &Path, one: &str, two: &str, label: bool) -> Option<String> {
    let values = [one, two].map(|name| json::value(&read(root, name)));
    let [one, two] = [0, 1].map(|at| PolicyDocument::parse(&values[at]));
    let question = Question::all(Some(Catalog::embedded()));
    let answers = question.new_access(&Policies::of(&two), &Policies::of(&one));
    // The solver knows which resources an action has.
    let found = answers.found.iter().find(|it| it.is_sure() && it.fits);
    match (answers.verdict(), label) {
        (Verdict::Witness, true) | (Verdict::Proved, false) => None,
        (Verdict::Witness, false) if found.is_none() => None,
        (verdict, _) => {
            let example = answers.example().map(|it| it.request.to_string());
            Some(format!("labelled {label}, {verdict:?}: {}", example.unwrap_or_default()))
        }
    }
}

/// `TRILITH_QUACKY=DIRECTORY cargo test --release -p trilith-iam --test decide labelled -- --ignored --nocapture`
#[test]
#[ignore = "needs data that is not part of this repository"]
fn labelled_pairs_are_answered_as_a_solver_does() {
    let root = std::env::var("TRILITH_QUACKY").expect("TRILITH_QUACKY names a directory");
    let root = Path::new(&root);
    for table in TABLES {
        let labels = labels(&root.join("results").join(table));
        let mut exceptions = BTreeMap::new();
        for ((one, two), label) in &labels {
            if let Some(exception) = exception(root, one, two, *label) {
                exceptions.insert((one, two), exception);
            }
        }
        eprintln!("{table}: {} labels, {} exceptions", labels.len(), exceptions.len());
        eprintln!("{exceptions:#?}");
    }
}

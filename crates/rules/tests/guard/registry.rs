//! The tests of a registry of Guard rules, such as the one of AWS.
//!
//! The registry is not part of this repository. `TRILITH_GUARD_REGISTRY` names a directory in
//! which every `tests/NAME_tests.yml` belongs to the rules file `NAME.guard` one level up. An
//! expectation that the reference engine does not meet either is listed and not counted.
#![expect(clippy::disallowed_methods, reason = "this test reads files that a variable names")]
#![expect(clippy::print_stderr, reason = "a test that is left out says so")]

use std::collections::BTreeMap;
use std::path::Path;

use trilith_rules::engine::guard::{Status, parse};
use trilith_rules::testing::guard::{CaseResult, Expectation, rules_file_of, run};

use crate::files::{files, is_rules_file, stem};

/// What came of all test files.
#[derive(Default)]
struct Tally {
    rules_files: usize,
    test_files: usize,
    agreeing: usize,
    cases: usize,
    met: usize,
    about_no_rule: Vec<String>,
    missed_by_both: Vec<String>,
    faults: Vec<String>,
}

impl Tally {
    fn add(&mut self, name: &str, rules: &str, tests: &str) {
        self.test_files += 1;
        let before = self.faults.len();
        match run(rules, tests) {
            Ok(results) => {
                for result in results {
                    self.case(name, rules, tests, &result);
                }
            }
            Err(error) => self.faults.push(format!("{name}: {error}")),
        }
        self.agreeing += usize::from(self.faults.len() == before);
    }

    fn case(&mut self, name: &str, rules: &str, tests: &str, result: &CaseResult) {
        self.cases += 1;
        let case = format!("{name}: case {} {:?}", result.number, result.name);
        if let Some(error) = &result.error {
            self.faults.push(format!("{case}: {error}"));
        }
        for one in &result.expectations {
            if one.is_met() {
                self.met += 1;
            } else if one.is_about_no_rule() {
                self.about_no_rule.push(format!("{case}: {one}"));
            } else if reference_meets(rules, tests, result.number, one) {
                self.faults.push(format!("{case}: {one}"));
            } else {
                self.missed_by_both.push(format!("{case}: {one}"));
            }
        }
    }
}

#[cfg(feature = "cfn-guard")]
fn reference_meets(rules: &str, tests: &str, number: usize, expectation: &Expectation) -> bool {
    let cases: Vec<serde_yaml::Value> = serde_yaml::from_str(tests).unwrap();
    let document = crate::files::json_of(&cases[number - 1]["input"]);
    let (_, reports) = crate::oracle::theirs(rules, &document);
    let named = reports.iter().filter(|report| *report.name == *expectation.rule);
    let evaluated: Vec<Status> = named.map(|report| report.status).collect();
    Expectation { evaluated, ..expectation.clone() }.is_met()
}

/// Without the reference engine every expectation counts.
#[cfg(not(feature = "cfn-guard"))]
fn reference_meets(_: &str, _: &str, _: usize, _: &Expectation) -> bool {
    true
}

#[test]
fn every_test_of_the_registry_holds() {
    let Ok(directory) = std::env::var("TRILITH_GUARD_REGISTRY") else {
        eprintln!("left out: TRILITH_GUARD_REGISTRY names no registry");
        return;
    };
    let paths = files(Path::new(&directory));
    let mut tally = Tally::default();
    let mut rules: BTreeMap<String, String> = BTreeMap::new();
    for path in paths.iter().filter(|path| is_rules_file(path)) {
        tally.rules_files += 1;
        let text = std::fs::read_to_string(path).unwrap();
        if let Err(error) = parse(&text) {
            tally.faults.push(format!("{}: {error}", path.display()));
        }
        rules.insert(stem(path), text);
    }
    let in_tests = |path: &Path| path.parent().is_some_and(|parent| parent.ends_with("tests"));
    for path in paths.iter().filter(|path| in_tests(path)) {
        let name = stem(path);
        let Some(file) = rules_file_of(&name, rules.keys().map(String::as_str)) else {
            eprintln!("no rules file for {}", path.display());
            continue;
        };
        tally.add(&name, &rules[file], &std::fs::read_to_string(path).unwrap());
    }
    let Tally { rules_files, test_files, agreeing, cases, met, .. } = tally;
    eprintln!(
        "{rules_files} rules files are read; of {test_files} test files {agreeing} agree; \
         {cases} cases, {met} expectations met"
    );
    for (what, list) in [
        ("about no rule", &tally.about_no_rule),
        ("missed by the reference engine too", &tally.missed_by_both),
    ] {
        eprintln!("{} expectations {what}\n{}", list.len(), list.join("\n"));
    }
    assert!(tally.faults.is_empty(), "{}", tally.faults.join("\n"));
    assert!(agreeing > 0, "no test found in {directory}");
}

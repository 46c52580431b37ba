//! The tests of a registry of Guard rules, such as the one of AWS.
//!
//! The registry is not part of this repository. `TRILITH_GUARD_REGISTRY` names a directory in
//! which every `tests/NAME_tests.yml` belongs to the rules file `NAME.guard` one level up.
#![expect(clippy::disallowed_methods, reason = "this test reads files that a variable names")]
#![expect(clippy::print_stderr, reason = "a test that is left out says so")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value as Json, json};
use trilith_rules::engine::guard::{Options, RuleReport, Status, ValueDocument, evaluate, parse};

#[derive(Deserialize)]
struct Case {
    #[serde(default)]
    name: String,
    #[serde(default)]
    input: serde_yaml::Value,
    expectations: Expectations,
}

#[derive(Deserialize)]
struct Expectations {
    rules: BTreeMap<String, String>,
}

fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// JSON of YAML, with the long form of CloudFormation's tags.
fn json_of(yaml: &serde_yaml::Value) -> Json {
    use serde_yaml::Value as Yaml;
    match yaml {
        Yaml::Sequence(items) => items.iter().map(json_of).collect(),
        Yaml::Mapping(members) => {
            let member =
                |(key, value): (&Yaml, &Yaml)| (key.as_str().unwrap().to_owned(), json_of(value));
            Json::Object(members.iter().map(member).collect())
        }
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let tag = tag.trim_start_matches('!');
            let function = if tag == "Ref" { tag.to_owned() } else { format!("Fn::{tag}") };
            json!({ function: json_of(&tagged.value) })
        }
        scalar => serde_json::to_value(scalar).unwrap(),
    }
}

/// Whether the reports of the rules of a name are what a test expects.
fn is_expected(reports: &[&RuleReport], expected: &str) -> bool {
    match expected {
        "PASS" => reports.iter().any(|report| report.status == Status::Pass),
        "FAIL" => reports.iter().any(|report| report.status == Status::Fail),
        _ => reports.iter().all(|report| report.status == Status::Skip),
    }
}

#[test]
fn every_test_of_the_registry_holds() {
    let Ok(directory) = std::env::var("TRILITH_GUARD_REGISTRY") else {
        eprintln!("left out: TRILITH_GUARD_REGISTRY names no registry");
        return;
    };
    let mut paths = Vec::new();
    files(Path::new(&directory), &mut paths);
    let rules: BTreeMap<String, &PathBuf> = paths
        .iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "guard"))
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), path))
        .collect();
    let (mut agreeing, mut cases, mut faults) = (0, 0, Vec::new());
    let tests = paths.iter().filter(|path| {
        path.to_str().unwrap().ends_with("_tests.yml")
            || path.to_str().unwrap().ends_with("_tests.yaml")
    });
    for test in tests {
        let stem =
            test.file_stem().unwrap().to_str().unwrap().trim_end_matches("_tests").to_owned();
        let Some(path) = rules.get(&stem) else {
            eprintln!("no rules file for {}", test.display());
            continue;
        };
        let file = parse(&std::fs::read_to_string(path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let text = std::fs::read_to_string(test).unwrap();
        let before = faults.len();
        for case in serde_yaml::from_str::<Vec<Case>>(&text).unwrap() {
            let value = crate::json::value(&json_of(&case.input));
            let reports = evaluate(&file, &ValueDocument::new(&value), &Options::default());
            for (name, expected) in &case.expectations.rules {
                cases += 1;
                let named: Vec<&RuleReport> =
                    reports.iter().filter(|report| *report.name == **name).collect();
                if named.is_empty() {
                    eprintln!("{stem}: no rule {name}");
                } else if !is_expected(&named, expected) {
                    let got: Vec<Status> = named.iter().map(|report| report.status).collect();
                    faults.push(format!(
                        "{stem}: {}: {name} should {expected}, is {got:?}",
                        case.name
                    ));
                }
            }
        }
        agreeing += u32::from(faults.len() == before);
    }
    eprintln!("{agreeing} test files agree; {cases} expectations");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(agreeing > 0, "no test found in {directory}");
}

//! Finding and running the tests of some policies.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;
use serde_json::Value as Json;
use trilith_graph::{SourceFile, SourceMap};
use trilith_parser::{HclShape, raw_documents};
use trilith_rules::testing::rego::{ParseConfig, TestResult, Wanted};
use trilith_rules::testing::{guard, rego};
use trilith_rules::{Predicate, Problem, Registry, Rule};

use super::{Case, Results, page};
use crate::args::TestArgs;
use crate::config::Config;
use crate::failure::Failure;
use crate::policies::{Policies, merge, read_data};
use crate::{files, unused};

/// Runs the tests of everything below some paths.
pub(super) fn run(
    args: &TestArgs,
    config: &Config,
    paths: &[PathBuf],
) -> Result<(Policies, Results), Failure> {
    let mut data = read_data(&config.data)?;
    merge(&mut data, read_data(&args.data)?);
    let mut policies = Policies { registry: Registry::new(&[]), ..Policies::built_in() };
    // Which package is shown documents does not matter to a test, so every one may be tested.
    let all = ["*".to_owned()];
    for path in paths {
        policies.add(path, &data, &all, true)?;
    }
    policies.notes.retain(|note| !note.contains("is not applied"));
    let mut results = Results::default();
    let filter = args.filter.as_deref();
    pages(&policies, filter, &mut results);
    let mut tested = rego_tests(&policies, args, &mut results);
    guard_tests(&policies, filter, &mut results, &mut tested);
    for rule in policies.registry.rules() {
        results.rules.push(rule.id().to_owned());
        let by_page = results.cases.iter().any(|case| {
            case.kind == "page" && case.file.ends_with(&format!("/{}/rule.md", rule.id()))
                || case.file == format!("{}/rule.md", rule.folder)
        });
        if !by_page && !tested.contains(rule.id()) {
            results.untested.push(rule.id().to_owned());
        }
        for reason in unused::never_speaks(rule) {
            results.never.push((rule.id().to_owned(), reason));
        }
    }
    policies.problems.append(&mut results.problems);
    results.problems.clone_from(&policies.problems);
    policies.texts.extend(policies.guard_tests.iter().cloned());
    Ok((policies, results))
}

fn wanted(filter: Option<&str>, name: &str) -> bool {
    filter.is_none_or(|filter| name.contains(filter))
}

/// The examples of rule pages.
fn pages(policies: &Policies, filter: Option<&str>, results: &mut Results) {
    let rules: Vec<&Rule> = policies.registry.rules().collect();
    for folder in &policies.folders {
        let Some(rule) = rules.iter().find(|rule| rule.id() == folder.id) else { continue };
        let tests = page::tests(rule);
        let tests: Vec<_> = tests
            .into_iter()
            .filter(|test| wanted(filter, &format!("{}::{}", folder.id, test.name)))
            .collect();
        let cases: Vec<Case> = tests
            .par_iter()
            .map(|test| Case {
                kind: "page",
                file: folder.page_file(),
                line: test.line,
                name: format!("{}::{}", folder.id, test.name),
                failure: test.run(rule).err(),
                prints: Vec::new(),
            })
            .collect();
        results.cases.extend(cases);
    }
}

/// Rego's own tests. Returns the ids of the rules that they are about.
fn rego_tests(policies: &Policies, args: &TestArgs, results: &mut Results) -> BTreeSet<String> {
    let parse: ParseConfig = Arc::new(parse_config);
    let mut tested = BTreeSet::new();
    for bundle in &policies.bundles {
        let run = rego::run(bundle, args.filter.as_deref(), args.coverage, &parse);
        let run = match run {
            Ok(run) => run,
            Err(problem) => {
                results.problems.push(problem);
                continue;
            }
        };
        for rule in policies.registry.rules() {
            if is_tested(rule, bundle, &run.results) {
                tested.insert(rule.id().to_owned());
            }
        }
        results.cases.extend(run.results.into_iter().map(case));
        for (file, lines) in run.coverage {
            let missed = lines.not_covered.into_iter().collect();
            results.coverage.push((file, lines.covered.len(), missed));
        }
    }
    tested
}

fn case(result: TestResult) -> Case {
    Case {
        kind: "rego",
        file: result.file,
        line: result.line as usize,
        name: result.name,
        failure: result.failure,
        prints: result.prints,
    }
}

/// A test is about the rules of its own package, and of packages that its file imports.
fn is_tested(
    rule: &Rule,
    bundle: &trilith_rules::engine::rego::Bundle,
    results: &[TestResult],
) -> bool {
    let Predicate::Package(package) = &rule.predicate else { return false };
    let in_bundle = bundle.modules().iter().any(|module| module.name == package.file);
    let name = package.package.trim_start_matches("data.");
    let same = format!("package {name}");
    let mut tests = bundle.modules().iter().filter(|module| module.is_test());
    in_bundle
        && tests.any(|module| {
            let mut lines = module.text.lines().map(str::trim_end);
            let speaks = lines.any(|line| line == same || line == format!("{same}_test"))
                || module.text.contains(&package.package);
            speaks && results.iter().any(|result| result.file == module.name)
        })
}

/// Guard's own tests.
fn guard_tests(
    policies: &Policies,
    filter: Option<&str>,
    results: &mut Results,
    tested: &mut BTreeSet<String>,
) {
    for (file, text) in &policies.guard_tests {
        let Some((rules_file, rules)) = rules_of(policies, file) else {
            results.problems.push(Problem::of_file(file, "no rules file belongs to these tests"));
            continue;
        };
        let ran = match guard::run(rules, text) {
            Ok(ran) => ran,
            Err(error) => {
                results.problems.push(Problem::of_file(file, error.to_string()));
                continue;
            }
        };
        for case in ran {
            let name = case.name.clone().unwrap_or_else(|| format!("case {}", case.number));
            if !wanted(filter, &format!("{file}::{name}")) {
                continue;
            }
            for expectation in &case.expectations {
                let of_file =
                    policies.registry.rules().filter(|rule| rule.policy_file() == rules_file);
                let named = of_file.filter(|rule| rule.id().ends_with(&expectation.rule));
                tested.extend(named.map(|rule| rule.id().to_owned()));
            }
            let unmet =
                case.expectations.iter().filter(|one| !one.is_met() && !one.is_about_no_rule());
            let said: Vec<String> =
                case.error.iter().cloned().chain(unmet.map(ToString::to_string)).collect();
            results.cases.push(Case {
                kind: "guard",
                file: file.clone(),
                line: 0,
                name,
                failure: (!case.passed()).then(|| said.join("\n")),
                prints: Vec::new(),
            });
        }
    }
}

/// The rules file in the directory of a test file or in the one above it.
fn rules_of<'p>(policies: &'p Policies, test: &str) -> Option<(String, &'p str)> {
    let (directory, name) = test.rsplit_once('/').unwrap_or(("", test));
    let above = directory.rsplit_once('/').map_or("", |(above, _)| above);
    for directory in [directory, above] {
        let start = if directory.is_empty() { String::new() } else { format!("{directory}/") };
        let in_directory = policies.texts.keys().filter_map(|file| {
            let stem = file.strip_prefix(&start)?;
            let stem = stem.strip_suffix(".guard").or_else(|| stem.strip_suffix(".ruleset"))?;
            (!stem.contains('/')).then_some(stem)
        });
        if let Some(stem) = guard::rules_file_of(name, in_directory) {
            for ending in ["guard", "ruleset"] {
                let file = format!("{start}{stem}.{ending}");
                if let Some(text) = policies.texts.get(&file) {
                    return Some((file, text));
                }
            }
        }
    }
    None
}

/// The functions of conftest that parse: documents in the shape that policies see.
fn parse_config(wanted: Wanted<'_>) -> Result<Vec<Json>, String> {
    let (file, text, shape) = match wanted {
        Wanted::Text { parser, text } => {
            let (ending, shape) = match parser {
                "hcl1" => ("tf", HclShape::Hcl1),
                "hcl2" | "hcl" => ("tf", HclShape::Hcl2),
                other => (other, HclShape::default()),
            };
            (format!("input.{ending}"), text.to_owned(), shape)
        }
        Wanted::File { directory, name } => {
            let path = std::path::Path::new(directory).join(name);
            let text = files::read_text(&path).map_err(|error| error.to_string())?;
            (name.to_owned(), text, HclShape::default())
        }
    };
    let mut sources = SourceMap::new();
    let id = sources.add(SourceFile::new(file, text));
    let documents = raw_documents(&sources, id, shape);
    if documents.is_empty() {
        return Err("there is no document in it".to_owned());
    }
    Ok(documents.iter().map(trilith_rules::to_json).collect())
}

//! Hard cases, one folder each: `testdata/conformance/SUITE/NUMBER-WORDS/`.
//!
//! A case is the files of a run and `expect.toml`, which says what must come of it: findings,
//! messages of the parser, values, resources, what stays unknown. A folder more is a test more;
//! nothing else names a case. `cargo test --test conformance 14` runs those with 14 in the name.

#![expect(clippy::disallowed_methods, reason = "tests read the repository")]

mod compare;
mod expectation;
mod show;

use std::fs;
use std::path::{Path, PathBuf};

use expectation::Expectation;
use libtest_mimic::{Arguments, Failed, Trial};
use trilith::analyse::{Input, analyse};
use trilith::builtin::BUILT_IN;
use trilith_parser::Options;
use trilith_parser::terraform::{Given, Variables};
use trilith_rules::{Registry, evaluate, tell_others};

/// What is expected of a case; every other file of its folder is part of the run.
const EXPECTATION: &str = "expect.toml";

fn main() {
    let arguments = Arguments::from_args();
    let suites = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/conformance");
    let trials = folders(&suites).into_iter().flat_map(|suite| {
        let name = name_of(&suite);
        folders(&suite)
            .into_iter()
            .map(move |case| Trial::test(format!("{name}::{}", name_of(&case)), move || run(&case)))
    });
    libtest_mimic::run(&arguments, trials.collect()).exit();
}

/// The folders in a folder, sorted.
fn folders(parent: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> =
        entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    found.sort();
    found
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn run(case: &Path) -> Result<(), Failed> {
    let expectation = Expectation::read(&case.join(EXPECTATION))?;
    let mut inputs = Vec::new();
    collect(case, "", &mut inputs)?;
    let given = expectation.variables.iter();
    let given = given.map(|(name, text)| Given::Value { name: name.clone(), text: text.clone() });
    let variables = Variables { given: given.collect(), ..Variables::default() };
    let options =
        Options { parameters: expectation.parameters.clone(), variables, ..Options::default() };
    let analysis = analyse(inputs, &options);
    let registry = Registry::new(BUILT_IN);
    let rules = match expectation.select.as_slice() {
        [] => Vec::new(),
        select => registry.choose(select, &[]).map_err(|error| error.to_string())?,
    };
    let mut outcome = evaluate(&analysis.graph, &rules);
    outcome.diagnostics.iter_mut().for_each(tell_others);
    if let Some(broken) = outcome.broken.first() {
        return Err(format!("rule `{}`: {}", broken.rule, broken.problem.message).into());
    }
    let differences = compare::differences(&expectation, &analysis, &outcome);
    if differences.is_empty() { Ok(()) } else { Err(differences.join("\n").into()) }
}

/// The files of a case, named relative to its folder.
fn collect(folder: &Path, prefix: &str, inputs: &mut Vec<Input>) -> Result<(), Failed> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .map_err(|error| format!("{}: {error}", folder.display()))?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    for path in paths {
        let name = format!("{prefix}{}", name_of(&path));
        if path.is_dir() {
            collect(&path, &format!("{name}/"), inputs)?;
        } else if name != EXPECTATION {
            let bytes = fs::read(&path).map_err(|error| format!("{name}: {error}"))?;
            inputs.push(Input::decode(name, bytes));
        }
    }
    Ok(())
}

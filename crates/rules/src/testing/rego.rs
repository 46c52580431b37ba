//! Rego's own unit tests: rules `test_*` in files `*_test.rego`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use regorus::Value as Rego;
use serde_json::Value as Json;

use crate::engine::rego::{Bundle, Problem, guarded, timer};

/// Time that one test may take.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// What came of one `test_*` rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestResult {
    /// The file.
    pub file: String,
    /// Line of the rule, from 1.
    pub line: u32,
    /// Its name.
    pub name: String,
    /// Why it did not pass, if so.
    pub failure: Option<String>,
    /// What it printed.
    pub prints: Vec<String>,
}

/// Which lines of a file were evaluated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines {
    /// Evaluated by some test.
    pub covered: BTreeSet<u32>,
    /// Evaluated by none.
    pub not_covered: BTreeSet<u32>,
}

/// What came of the tests of a bundle.
#[derive(Debug, Default)]
pub struct Run {
    /// The tests, in the order of the files.
    pub results: Vec<TestResult>,
    /// The lines by file, if asked; without the files of tests.
    pub coverage: BTreeMap<String, Lines>,
}

/// What parses a file for `parse_config` and `parse_config_file`, the functions that conftest
/// adds for tests: parser or file name, and the text if it is given.
pub type ParseConfig = Arc<dyn Fn(&str, Option<&str>) -> Result<Json, String> + Send + Sync>;

/// Runs the tests of a bundle whose name holds `filter`.
pub fn run(
    bundle: &Bundle,
    filter: Option<&str>,
    with_coverage: bool,
    parse_config: &ParseConfig,
) -> Result<Run, Problem> {
    let mut engine = bundle.engine();
    engine.set_gather_prints(true);
    engine.set_execution_timer_config(timer(TIME_LIMIT));
    engine.set_enable_coverage(with_coverage);
    add_parsers(&mut engine, parse_config)?;
    let mut run = Run::default();
    for (package, module) in bundle.packages().filter(|(_, module)| module.is_test()) {
        for (name, line) in module.tests() {
            let full = format!("{}::{name}", module.name);
            if filter.is_some_and(|filter| !full.contains(filter)) {
                continue;
            }
            // A test without `with input` sees no input at all.
            engine.set_input(Rego::Undefined);
            let entry = format!("{package}.{name}");
            let value = guarded(|| engine.eval_rule(entry));
            let failure = match value {
                Ok(Ok(Rego::Bool(true))) => None,
                Ok(Ok(Rego::Undefined)) => Some("is undefined: a line of it does not hold".into()),
                Ok(Ok(other)) => Some(format!("is {other}, not true")),
                Ok(Err(error)) => {
                    Some(Problem::of_regorus(&module.name, &format!("{error:#}")).to_string())
                }
                Err(message) => Some(message),
            };
            let prints = engine.take_prints().unwrap_or_default();
            let prints = prints.into_iter().map(|line| line.trim_end().to_owned()).collect();
            let file = module.name.clone();
            run.results.push(TestResult { file, line, name, failure, prints });
        }
    }
    if with_coverage {
        run.coverage = coverage(&engine, bundle);
    }
    Ok(run)
}

fn add_parsers(engine: &mut regorus::Engine, parse: &ParseConfig) -> Result<(), Problem> {
    let fail = |error: &dyn std::fmt::Display| Problem::of_file("parse_config", error.to_string());
    let text = |values: &[Rego], at: usize| -> Option<String> {
        values.get(at)?.as_string().ok().map(ToString::to_string)
    };
    let value = |json: Result<Json, String>| {
        let json = json.ok()?;
        Rego::from_json_str(&json.to_string()).ok()
    };
    let parser = parse.clone();
    let of_text = move |values: Vec<Rego>| {
        let (name, content) = (text(&values, 0), text(&values, 1));
        let parsed =
            name.zip(content).and_then(|(name, content)| value(parser(&name, Some(&content))));
        Ok(parsed.unwrap_or(Rego::Undefined))
    };
    let added = engine.add_extension("parse_config".into(), 2, Box::new(of_text));
    added.map_err(|error| fail(&error))?;
    let parser = parse.clone();
    let of_file = move |values: Vec<Rego>| {
        let parsed = text(&values, 0).and_then(|name| value(parser(&name, None)));
        Ok(parsed.unwrap_or(Rego::Undefined))
    };
    let added = engine.add_extension("parse_config_file".into(), 1, Box::new(of_file));
    added.map_err(|error| fail(&error))
}

fn coverage(engine: &regorus::Engine, bundle: &Bundle) -> BTreeMap<String, Lines> {
    let Ok(report) = engine.get_coverage_report() else { return BTreeMap::new() };
    let is_own =
        |name: &str| bundle.modules().iter().any(|module| module.name == name && !module.is_test());
    let files = report.files.into_iter().filter(|file| is_own(&file.path));
    files
        .map(|file| (file.path, Lines { covered: file.covered, not_covered: file.not_covered }))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::engine::rego::ModuleText;

    fn bundle(files: &[(&str, &str)]) -> Bundle {
        let modules = files
            .iter()
            .map(|(name, text)| ModuleText { name: (*name).into(), text: (*text).into() })
            .collect();
        let (bundle, problems) = Bundle::new(modules, &json!({}));
        assert_eq!(problems, []);
        bundle
    }

    #[test]
    fn tests_pass_fail_and_print() {
        let bundle = bundle(&[
            (
                "a.rego",
                "package a\n\nallow if {\n  input.x == 1\n}\n\nother if {\n  input.y == 2\n  input.z == 3\n}\n",
            ),
            (
                "a_test.rego",
                "package a_test\nimport data.a\ntest_yes if a.allow with input as {\"x\": 1}\n\
                 test_no if {\n  print(\"x is\", 2)\n  a.allow with input as {\"x\": 2}\n}\n\
                 test_parsed if parse_config(\"json\", \"1\") == 1\n",
            ),
        ]);
        let parse: ParseConfig = Arc::new(|_, text| {
            text.and_then(|text| serde_json::from_str(text).ok()).ok_or_else(String::new)
        });
        let run = run(&bundle, None, true, &parse).expect("it runs");
        let passed: Vec<(&str, bool)> =
            run.results.iter().map(|r| (r.name.as_str(), r.failure.is_none())).collect();
        assert_eq!(passed, [("test_yes", true), ("test_no", false), ("test_parsed", true)]);
        assert!(run.results[1].prints[0].contains("x is 2"), "{:?}", run.results[1].prints);
        let lines = &run.coverage["a.rego"];
        assert!(lines.covered.contains(&4) && lines.not_covered.contains(&9), "{lines:?}");
        let one = super::run(&bundle, Some("test_no"), false, &parse).expect("it runs");
        assert_eq!(one.results.len(), 1);
    }
}

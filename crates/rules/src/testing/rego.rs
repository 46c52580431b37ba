//! Rego's own unit tests: rules `test_*` in files `*_test.rego`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use regorus::Value as Rego;
use serde_json::{Value as Json, json};

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

/// What a test wants to have parsed, by one of the functions that conftest adds for tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted<'w> {
    /// Text, and the name of a parser.
    Text {
        /// The parser: `hcl2`, `yaml`.
        parser: &'w str,
        /// What it parses.
        text: &'w str,
    },
    /// A file.
    File {
        /// The directory of the test, from which the file is named.
        directory: &'w str,
        /// Its name.
        name: &'w str,
    },
}

/// Gives the documents of what is wanted.
pub type ParseConfig = Arc<dyn Fn(Wanted<'_>) -> Result<Vec<Json>, String> + Send + Sync>;

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
    let directory = Arc::new(Mutex::new(String::new()));
    add_parsers(&mut engine, parse_config, &directory)?;
    let mut run = Run::default();
    for (package, module) in bundle.packages().filter(|(_, module)| module.is_test()) {
        for (name, line) in module.tests() {
            let full = format!("{}::{name}", module.name);
            if filter.is_some_and(|filter| !full.contains(filter)) {
                continue;
            }
            if let Ok(mut directory) = directory.lock() {
                module.directory().clone_into(&mut directory);
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

/// Adds `parse_config`, `parse_config_file` and `parse_combined_config_files`. What cannot be
/// parsed is undefined.
fn add_parsers(
    engine: &mut regorus::Engine,
    parse: &ParseConfig,
    directory: &Arc<Mutex<String>>,
) -> Result<(), Problem> {
    let text = |values: &[Rego], at: usize| -> Option<String> {
        values.get(at)?.as_string().ok().map(ToString::to_string)
    };
    let parser = parse.clone();
    let of_text = move |values: &[Rego]| {
        let (parser_name, content) = (text(values, 0)?, text(values, 1)?);
        let wanted = Wanted::Text { parser: &parser_name, text: &content };
        Some(one_or_list(parser(wanted).ok()?))
    };
    let of_file = reader(parse, directory);
    let one_file = of_file.clone();
    let of_one = move |values: &[Rego]| Some(one_or_list(one_file(&text(values, 0)?)?));
    let of_many = move |values: &[Rego]| {
        let names = values.first()?.as_array().ok()?;
        let mut entries = Vec::new();
        for name in names {
            let name = name.as_string().ok()?;
            let entry = |contents| json!({ "path": name.as_ref(), "contents": contents });
            entries.extend(of_file(name)?.into_iter().map(entry));
        }
        Some(Json::Array(entries))
    };
    add(engine, "parse_config", 2, of_text)?;
    add(engine, "parse_config_file", 1, of_one)?;
    add(engine, "parse_combined_config_files", 1, of_many)
}

/// Reads files beside the test that runs.
fn reader(
    parse: &ParseConfig,
    directory: &Arc<Mutex<String>>,
) -> impl Fn(&str) -> Option<Vec<Json>> + Clone + Send + Sync + use<> {
    let (parse, directory) = (parse.clone(), directory.clone());
    move |name| {
        let directory = directory.lock().ok()?.clone();
        parse(Wanted::File { directory: &directory, name }).ok()
    }
}

/// A document; several are a list.
fn one_or_list(mut documents: Vec<Json>) -> Json {
    if documents.len() == 1 { documents.remove(0) } else { Json::Array(documents) }
}

fn add(
    engine: &mut regorus::Engine,
    name: &str,
    arity: u8,
    function: impl Fn(&[Rego]) -> Option<Json> + Clone + Send + Sync + 'static,
) -> Result<(), Problem> {
    let extension = move |values: Vec<Rego>| {
        let json = function(&values);
        let value = json.and_then(|json| Rego::from_json_str(&json.to_string()).ok());
        Ok(value.unwrap_or(Rego::Undefined))
    };
    engine
        .add_extension(name.into(), arity, Box::new(extension))
        .map_err(|error| Problem::of_file(name, error.to_string()))
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
                "d/a_test.rego",
                "package a_test\nimport data.a\ntest_yes if a.allow with input as {\"x\": 1}\n\
                 test_no if {\n  print(\"x is\", 2)\n  a.allow with input as {\"x\": 2}\n}\n\
                 test_parsed if parse_config(\"json\", \"1\") == 1\n\
                 test_file if parse_config_file(\"f.json\") == \"d/f.json\"\n\
                 test_files if parse_combined_config_files([\"f\"]) == [{\"path\": \"f\", \"contents\": \"d/f\"}]\n",
            ),
        ]);
        let parse: ParseConfig = Arc::new(|wanted| match wanted {
            Wanted::Text { text, .. } => {
                serde_json::from_str(text).map(|value| vec![value]).map_err(|e| e.to_string())
            }
            Wanted::File { directory, name } => Ok(vec![json!(format!("{directory}/{name}"))]),
        });
        let run = run(&bundle, None, true, &parse).expect("it runs");
        let passed: Vec<(&str, bool)> =
            run.results.iter().map(|r| (r.name.as_str(), r.failure.is_none())).collect();
        assert_eq!(
            passed,
            [
                ("test_yes", true),
                ("test_no", false),
                ("test_parsed", true),
                ("test_file", true),
                ("test_files", true)
            ]
        );
        assert!(run.results[1].prints[0].contains("x is 2"), "{:?}", run.results[1].prints);
        let lines = &run.coverage["a.rego"];
        assert!(lines.covered.contains(&4) && lines.not_covered.contains(&9), "{lines:?}");
        let one = super::run(&bundle, Some("test_no"), false, &parse).expect("it runs");
        assert_eq!(one.results.len(), 1);
    }
}

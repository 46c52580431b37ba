//! Guard's own unit tests: `tests/NAME_tests.yml` beside `NAME.guard`.
//!
//! A test file is a list of cases, each a name, an input document and what is expected of the
//! rules: `PASS`, `FAIL` or `SKIP`. The outcome of a case is the one of `cfn-guard test`: of
//! several rules with one name, one has to pass or fail as expected, and all have to be skipped.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde_yaml::Value as Yaml;
use trilith_graph::{Map, SourceId, Span, Value, ValueKind};

use crate::engine::guard::{
    Check, Options, RuleFile, RuleReport, Status, SyntaxError, ValueDocument, evaluate, parse,
};

/// What came of one case of a test file.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseResult {
    /// Its place in the file, from 1.
    pub number: usize,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Why the case could not be run; it has no expectations then.
    pub error: Option<String>,
    /// What was expected, by the name of the rule.
    pub expectations: Vec<Expectation>,
    /// Rules of the file of which the case expects nothing.
    pub unmentioned: Vec<Arc<str>>,
}

impl CaseResult {
    /// Whether the case could be run and every expectation is met. One about a rule that does
    /// not exist counts for nothing here, as in `cfn-guard test`; see
    /// [`Expectation::is_about_no_rule`].
    pub fn passed(&self) -> bool {
        let met = |one: &Expectation| one.is_met() || one.is_about_no_rule();
        self.error.is_none() && self.expectations.iter().all(met)
    }
}

/// What a case expects of the rules of one name, and what they say.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// The name of the rule.
    pub rule: String,
    /// [`Status::Pass`], [`Status::Fail`] or [`Status::Skip`].
    pub expected: Status,
    /// The outcome of every rule of that name, in the order of the file; none if no rule is
    /// called so.
    pub evaluated: Vec<Status>,
    /// The clauses that fail, or may fail.
    pub checks: Vec<Check>,
    /// Why a rule could not be evaluated.
    pub error: Option<String>,
}

impl Expectation {
    /// Whether the rules are as expected.
    pub fn is_met(&self) -> bool {
        match self.expected {
            Status::Skip => {
                !self.evaluated.is_empty() && self.evaluated.iter().all(|one| *one == Status::Skip)
            }
            expected => self.evaluated.contains(&expected),
        }
    }

    /// Whether no rule has the name, so that nothing was tested.
    pub fn is_about_no_rule(&self) -> bool {
        self.evaluated.is_empty()
    }
}

impl fmt::Display for Expectation {
    /// `RULE: expected FAIL, is PASS`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}", self.rule, word(self.expected))?;
        if let Some(error) = &self.error {
            return write!(f, ", cannot be evaluated: {error}");
        }
        if self.is_about_no_rule() {
            return f.write_str(", but no rule is called so");
        }
        let evaluated: Vec<&str> = self.evaluated.iter().copied().map(word).collect();
        write!(f, ", is {}", evaluated.join(" and "))
    }
}

/// The word of the Guard language for an outcome.
pub const fn word(status: Status) -> &'static str {
    match status {
        Status::Pass => "PASS",
        Status::Fail => "FAIL",
        Status::Skip => "SKIP",
        Status::Unknown => "UNKNOWN",
    }
}

/// Why no case of a test file could be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestError {
    /// The rules file has a syntax error.
    Rules(SyntaxError),
    /// The test file is no list of cases.
    Tests {
        /// Line of the fault, from 1, if it can be told.
        line: Option<usize>,
        /// What is wrong.
        message: String,
    },
}

impl fmt::Display for TestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rules(error) => write!(f, "the rules cannot be read: {error}"),
            Self::Tests { message, .. } => write!(f, "the tests cannot be read: {message}"),
        }
    }
}

impl std::error::Error for TestError {}

/// Runs every case of a test file against a rules file; both are given as text.
///
/// # Errors
/// Either text cannot be read. What is wrong with one case does not stop the others.
pub fn run(rules: &str, tests: &str) -> Result<Vec<CaseResult>, TestError> {
    let file = parse(rules).map_err(TestError::Rules)?;
    run_parsed(&file, tests, &Options::default())
}

/// Like [`run`], for rules that were parsed already.
///
/// # Errors
/// The tests cannot be read.
pub fn run_parsed(
    file: &RuleFile,
    tests: &str,
    options: &Options,
) -> Result<Vec<CaseResult>, TestError> {
    let cases = cases(tests)?.into_iter().enumerate();
    Ok(cases.map(|(at, case)| run_case(file, at + 1, case, options)).collect())
}

/// The stem of the rules file that a test file belongs to: the longest one that the name of the
/// test file starts with.
pub fn rules_file_of<'s>(
    test_file: &str,
    stems: impl IntoIterator<Item = &'s str>,
) -> Option<&'s str> {
    let fitting = stems.into_iter().filter(|stem| test_file.starts_with(stem));
    fitting.max_by_key(|stem| stem.len())
}

#[derive(Deserialize)]
struct Case {
    name: Option<String>,
    #[serde(default)]
    input: Yaml,
    expectations: Expected,
}

#[derive(Deserialize)]
struct Expected {
    rules: BTreeMap<String, String>,
}

fn cases(tests: &str) -> Result<Vec<Case>, TestError> {
    serde_yaml::from_str(tests).or_else(|error| {
        // Some JSON is no YAML: tabs between its tokens.
        serde_json::from_str(tests).map_err(|_| TestError::Tests {
            line: error.location().map(|at| at.line()),
            message: error.to_string(),
        })
    })
}

fn run_case(file: &RuleFile, number: usize, case: Case, options: &Options) -> CaseResult {
    let mut result = CaseResult {
        number,
        name: case.name,
        error: None,
        expectations: Vec::new(),
        unmentioned: Vec::new(),
    };
    let input = match value(&case.input) {
        Ok(input) => input,
        Err(error) => {
            result.error = Some(error);
            return result;
        }
    };
    let reports = evaluate(file, &ValueDocument::new(&input), options);
    for (rule, expected) in case.expectations.rules {
        let Some(expected) = status(&expected) else {
            let text = format!("`{rule}` cannot be `{expected}`, only PASS, FAIL or SKIP");
            result.error = Some(text);
            return result;
        };
        let named = reports.iter().filter(|report| *report.name == *rule);
        result.expectations.push(expectation(rule.clone(), expected, named));
    }
    let mentioned = |name: &str| result.expectations.iter().any(|one| one.rule == name);
    let mut unmentioned: Vec<Arc<str>> = reports.into_iter().map(|report| report.name).collect();
    unmentioned.retain(|name| !mentioned(name));
    unmentioned.dedup();
    result.unmentioned = unmentioned;
    result
}

fn expectation<'r>(
    rule: String,
    expected: Status,
    reports: impl Iterator<Item = &'r RuleReport>,
) -> Expectation {
    let (evaluated, checks) = (Vec::new(), Vec::new());
    let mut expectation = Expectation { rule, expected, evaluated, checks, error: None };
    for report in reports {
        expectation.evaluated.push(report.status);
        expectation.checks.extend(report.checks.iter().cloned());
        expectation.error = expectation.error.or_else(|| report.error.clone());
    }
    expectation
}

fn status(word: &str) -> Option<Status> {
    match word {
        "PASS" => Some(Status::Pass),
        "FAIL" => Some(Status::Fail),
        "SKIP" => Some(Status::Skip),
        _ => None,
    }
}

const NOWHERE: Span = Span::at(SourceId(0), 0);

/// CloudFormation's tags that stand for a function of the same name behind `Fn::`.
const FUNCTIONS: [&str; 19] = [
    "And",
    "Base64",
    "Contains",
    "EachMemberEquals",
    "EachMemberIn",
    "Equals",
    "FindInMap",
    "GetAZs",
    "GetAtt",
    "If",
    "ImportValue",
    "Join",
    "Not",
    "Or",
    "RefAll",
    "Select",
    "Split",
    "Sub",
    "ValueOf",
];

/// The document that YAML holds, with the long form of CloudFormation's tags.
fn value(yaml: &Yaml) -> Result<Value, String> {
    let kind = match yaml {
        Yaml::Null => ValueKind::Null,
        Yaml::Bool(value) => ValueKind::Bool(*value),
        Yaml::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => ValueKind::Int(number),
            (None, number) => ValueKind::Float(number.unwrap_or(f64::NAN)),
        },
        Yaml::String(text) => ValueKind::String(text.as_str().into()),
        Yaml::Sequence(items) => {
            let items: Result<Vec<Value>, String> = items.iter().map(value).collect();
            return Ok(Value::list(items?, NOWHERE));
        }
        Yaml::Mapping(members) => {
            let mut map = Map::with_capacity(members.len());
            for (key, member) in members {
                map.insert(key_of(key)?, NOWHERE, value(member)?);
            }
            return Ok(Value::map(map, NOWHERE));
        }
        Yaml::Tagged(tagged) => {
            let inner = value(&tagged.value)?;
            let tag = tagged.tag.to_string();
            let Some(function) = long_form(tag.trim_start_matches('!')) else { return Ok(inner) };
            let mut map = Map::with_capacity(1);
            map.insert(function, NOWHERE, inner);
            return Ok(Value::map(map, NOWHERE));
        }
    };
    Ok(Value::new(kind, NOWHERE))
}

fn key_of(key: &Yaml) -> Result<&str, String> {
    key.as_str().ok_or_else(|| "the input has a key that is no text".to_owned())
}

fn long_form(tag: &str) -> Option<String> {
    match tag {
        "Ref" | "Condition" => Some(tag.to_owned()),
        _ if FUNCTIONS.contains(&tag) => Some(format!("Fn::{tag}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = "\
let buckets = Resources.*[ Type == 'AWS::S3::Bucket' ]
rule versioned when %buckets !empty {
  %buckets.Properties.VersioningConfiguration.Status == 'Enabled' << not versioned >>
}
rule named when %buckets !empty { %buckets.Properties.BucketName is_string }
";

    fn run_good(tests: &str) -> Vec<CaseResult> {
        run(RULES, tests).expect("good tests")
    }

    #[test]
    fn every_case_is_run_and_compared() {
        let results = run_good(
            "- name: none
  input: {}
  expectations: {rules: {versioned: SKIP, named: SKIP}}
- input:
    Resources:
      Logs:
        Type: AWS::S3::Bucket
        Properties: {BucketName: !Ref Name}
  expectations:
    rules:
      versioned: FAIL
      named: PASS
",
        );
        assert_eq!(results.len(), 2);
        assert_eq!((results[0].number, results[0].name.as_deref()), (1, Some("none")));
        assert!(results[0].passed());
        assert!(!results[1].passed());
        let missed: Vec<String> = results[1]
            .expectations
            .iter()
            .filter(|one| !one.is_met())
            .map(ToString::to_string)
            .collect();
        assert_eq!(missed, ["named: expected PASS, is FAIL"]);
        let named = &results[1].expectations[0];
        assert_eq!(named.checks[0].path.to_string(), "Resources/Logs/Properties/BucketName");
    }

    #[test]
    fn a_rule_without_expectation_and_one_that_does_not_exist_are_named() {
        let results = run_good("- expectations: {rules: {versioned: SKIP, nmaed: PASS}}");
        assert_eq!(
            results[0].unmentioned.iter().map(|name| &**name).collect::<Vec<_>>(),
            ["named"]
        );
        assert!(results[0].passed());
        let unknown = &results[0].expectations[0];
        assert!(unknown.is_about_no_rule() && !unknown.is_met());
        assert_eq!(unknown.to_string(), "nmaed: expected PASS, but no rule is called so");
    }

    #[test]
    fn one_bad_case_does_not_stop_the_others() {
        let results = run_good(
            "- {input: {1: 2}, expectations: {rules: {named: SKIP}}}
- {input: {}, expectations: {rules: {named: MAYBE}}}
- {input: {}, expectations: {rules: {named: SKIP}}}
",
        );
        let errors: Vec<Option<&str>> =
            results.iter().map(|result| result.error.as_deref()).collect();
        assert_eq!(errors[0], Some("the input has a key that is no text"));
        assert_eq!(errors[1], Some("`named` cannot be `MAYBE`, only PASS, FAIL or SKIP"));
        assert!(results[2].passed());
    }

    #[test]
    fn files_that_cannot_be_read_are_told_apart() {
        assert!(matches!(run("rule {", "[]"), Err(TestError::Rules(_))));
        let error = run(RULES, "- name: x\n  input: {}\n").expect_err("no expectations");
        assert!(error.to_string().contains("expectations"), "{error}");
        // Tabs between tokens are JSON, but no YAML.
        let json = "[\n\t{\"input\": {},\n\t\"expectations\": {\"rules\": {\"named\": \"SKIP\"}}}]";
        assert!(run_good(json)[0].passed());
    }

    #[test]
    fn a_test_file_belongs_to_the_rules_file_with_the_longest_name() {
        let stems = ["s3_bucket", "s3_bucket_logging", "sns"];
        assert_eq!(rules_file_of("s3_bucket_logging_tests.yml", stems), Some("s3_bucket_logging"));
        assert_eq!(rules_file_of("s3_bucket_tests.yml", stems), Some("s3_bucket"));
        assert_eq!(rules_file_of("kms_tests.yml", stems), None);
    }
}

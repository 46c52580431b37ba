//! The reference engine: the cfn-guard crate behind the types of our own.
//!
//! It serves `--guard-engine cfn-guard` and as the oracle of our tests. What is known to go
//! wrong with the crate is kept away from the caller: it may panic (caught here), it reports a
//! syntax error as a rule that does not apply (checked first), it gives up on a whole run for
//! one rule (one file per call), and deep nesting overflows its stack (refused).

use std::fmt::{self, Write};
use std::io::Cursor;
use std::sync::Arc;

use cfn_guard::commands::validate::{OutputFormatType, ShowSummaryType, parse_rules};
use cfn_guard::commands::{Executable, validate::Validate};
use cfn_guard::utils::reader::{ReadBuffer, Reader};
use cfn_guard::utils::writer::{WriteBuffer, Writer};
use cfn_guard::{CommandBuilder, ValidateBuilder};
use serde_json::Value as Json;
use trilith_graph::PropertyPath;

use super::evaluate::{Check, RuleReport, Status};
use super::ir::RuleFile;
use crate::engine;

/// Why the reference engine gave no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReferenceError {
    /// The rules file has a syntax error.
    Rules(String),
    /// The document is no JSON, or nests too deeply.
    Document(String),
    /// The engine gave up.
    Evaluation(String),
    /// The engine panicked.
    Panic(String),
}

impl fmt::Display for ReferenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rules(text) => write!(f, "the rules cannot be read: {text}"),
            Self::Document(text) => write!(f, "the document cannot be read: {text}"),
            Self::Evaluation(text) => write!(f, "cfn-guard gave up: {text}"),
            Self::Panic(text) => write!(f, "cfn-guard panicked: {text}"),
        }
    }
}

impl std::error::Error for ReferenceError {}

/// Brackets of rules may nest this deep; the crate's parser recurses without a limit.
const MAX_DEPTH: usize = 64;

/// Evaluates a rules file on a document by the cfn-guard crate.
///
/// The checks have a path, a message and what was compared with; they quote no clause.
///
/// # Errors
/// See [`ReferenceError`].
pub fn evaluate(rules: &str, document: &str) -> Result<Vec<RuleReport>, ReferenceError> {
    if nesting(rules) > MAX_DEPTH {
        return Err(ReferenceError::Rules("brackets nest too deeply".to_owned()));
    }
    // The limit on nesting of serde_json protects the crate's own loader.
    let document: Json = serde_json::from_str(document)
        .map_err(|error| ReferenceError::Document(error.to_string()))?;
    guarded(|| match parse_rules(rules, "") {
        Ok(Some(_)) => Ok(true),
        Ok(None) => Ok(false),
        Err(error) => Err(ReferenceError::Rules(error.to_string())),
    })
    .and_then(|has_rules| if has_rules { run(rules, &document) } else { Ok(Vec::new()) })
}

fn guarded<T>(run: impl FnOnce() -> Result<T, ReferenceError>) -> Result<T, ReferenceError> {
    engine::guarded(run).unwrap_or_else(|said| Err(ReferenceError::Panic(said)))
}

fn nesting(rules: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in rules.bytes() {
        match byte {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn run(rules: &str, document: &Json) -> Result<Vec<RuleReport>, ReferenceError> {
    let data = printable(&document.to_string());
    let payload = serde_json::json!({ "rules": [rules], "data": [data] }).to_string();
    let output = guarded(|| execute(payload))?;
    // The crate's notices of deprecation may follow the report.
    let mut reports = serde_json::Deserializer::from_str(&output).into_iter::<Vec<Json>>();
    match reports.next() {
        Some(Ok(reports)) => Ok(reports.iter().flat_map(rule_reports).collect()),
        _ => Err(ReferenceError::Evaluation("its report cannot be read".to_owned())),
    }
}

/// Runs the command on standard input, which is the only way in that keeps its output whole.
fn execute(payload: String) -> Result<String, ReferenceError> {
    let gave_up = |error: cfn_guard::Error| ReferenceError::Evaluation(error.to_string());
    let command: Validate = ValidateBuilder::default()
        .payload(true)
        .structured(true)
        .output_format(OutputFormatType::JSON)
        .show_summary(vec![ShowSummaryType::None])
        .try_build()
        .map_err(gave_up)?;
    let mut reader = Reader::new(ReadBuffer::Cursor(Cursor::new(payload.into_bytes())));
    let buffers = (WriteBuffer::Vec(Vec::new()), WriteBuffer::Vec(Vec::new()));
    let mut writer = Writer::new_with_err(buffers.0, buffers.1).map_err(gave_up)?;
    command.execute(&mut writer, &mut reader).map_err(gave_up)?;
    // What it writes to the other buffer are syntax errors, which were ruled out.
    writer.into_string().map_err(gave_up)
}

/// JSON whose text has no character that a YAML reader refuses.
fn printable(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if matches!(c, '\u{7f}'..='\u{9f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') {
            // Writing to a string does not fail.
            let _ = write!(text, "\\u{:04x}", c as u32);
        } else {
            text.push(c);
        }
    }
    text
}

fn rule_reports(report: &Json) -> Vec<RuleReport> {
    let mut reports = Vec::new();
    for (section, status) in [("compliant", Status::Pass), ("not_applicable", Status::Skip)] {
        for name in items(&report[section]) {
            let name = own_name(name.as_str().unwrap_or_default());
            reports.push(RuleReport { name, status, checks: Vec::new(), error: None });
        }
    }
    for rule in items(&report["not_compliant"]) {
        let rule = &rule["Rule"];
        let name = own_name(rule["name"].as_str().unwrap_or_default());
        let mut checks = Vec::new();
        collect(&rule["checks"], None, &mut 0, &mut checks);
        reports.push(RuleReport { name, status: Status::Fail, checks, error: None });
    }
    reports
}

fn items(value: &Json) -> &[Json] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The name of a rule. The crate puts the name of the file before that of the default rule.
fn own_name(name: &str) -> Arc<str> {
    let default = name.rsplit_once('/').filter(|(_, name)| *name == RuleFile::DEFAULT_RULE);
    default.map_or(name, |(_, name)| name).into()
}

/// Flattens nested reports into checks.
fn collect(reports: &Json, any_of: Option<u32>, groups: &mut u32, out: &mut Vec<Check>) {
    for report in items(reports) {
        if let Some(rule) = report.get("Rule") {
            collect(&rule["checks"], any_of, groups, out);
        } else if let Some(any) = report.get("Disjunctions") {
            let group = *groups;
            *groups += 1;
            collect(&any["checks"], Some(group), groups, out);
        } else if let Some(block) = report.get("Block") {
            let unresolved = &block["unresolved"];
            out.push(check(unresolved, &block["messages"], unresolved.is_object(), any_of));
        } else if let Some(clause) =
            report["Clause"].as_object().and_then(|map| map.values().next())
        {
            let kind = &clause["check"];
            let unresolved = &kind["UnResolved"]["value"];
            if unresolved.is_object() {
                out.push(check(unresolved, &clause["messages"], true, any_of));
            } else {
                out.push(resolved(clause, any_of));
            }
        }
    }
}

fn resolved(clause: &Json, any_of: Option<u32>) -> Check {
    let kind = &clause["check"];
    let found = [&kind["Resolved"], &kind["InResolved"]];
    let kind = found.into_iter().find(|kind| kind.is_object()).unwrap_or(&Json::Null);
    let from = if kind["from"].is_object() { &kind["from"] } else { &kind["value"] };
    let mut check = check(from, &clause["messages"], false, any_of);
    let to = &kind["to"];
    let text = |value: &Json| value["value"].to_string();
    check.compared_to = match to {
        Json::Array(values) => Some(values.iter().map(text).collect::<Vec<_>>().join(", ")),
        Json::Object(_) => Some(text(to)),
        _ => None,
    };
    check
}

fn check(value: &Json, messages: &Json, missing: bool, any_of: Option<u32>) -> Check {
    let reached = if missing { &value["traversed_to"] } else { value };
    let mut path = PropertyPath::parse(reached["path"].as_str().unwrap_or_default());
    if missing {
        let rest = value["remaining_query"].as_str().unwrap_or_default();
        let next = rest.split(['.', '[']).next().unwrap_or_default();
        if !next.is_empty() && !next.starts_with(['*', '%', ' ']) {
            path.push(next);
        }
    }
    let message = messages["custom_message"].as_str().map(str::trim);
    Check {
        status: Status::Fail,
        path,
        missing,
        clause: String::new(),
        line: 0,
        message: message.filter(|text| !text.is_empty()).map(Arc::from),
        compared_to: None,
        rests_on: Vec::new(),
        unknown: None,
        note: messages["error_message"].as_str().map(str::to_owned),
        any_of,
    }
}

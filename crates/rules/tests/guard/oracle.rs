//! What cfn-guard says.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::Value as Json;
use trilith_rules::engine::guard::reference::{self, ReferenceError};
use trilith_rules::engine::guard::{Options, RuleReport, Status, ValueDocument, evaluate, parse};

/// Names and outcomes of rules, sorted.
pub(crate) type Outcomes = Vec<(String, Status)>;

/// What an engine says of a rules file and a document.
#[derive(Debug, PartialEq)]
pub(crate) enum Said {
    Outcomes(Outcomes),
    /// The rules file is not accepted.
    Rejected,
    /// A rule cannot be evaluated.
    GaveUp,
    /// The engine panicked, so that nothing can be compared.
    Panicked,
}

fn sorted(reports: &[RuleReport]) -> Outcomes {
    let mut outcomes: Outcomes =
        reports.iter().map(|report| (report.name.to_string(), report.status)).collect();
    outcomes.sort();
    // The reference reports each name once per outcome.
    outcomes.dedup();
    outcomes
}

/// The reports of our engine.
pub(crate) fn ours(rules: &str, document: &Json) -> (Said, Vec<RuleReport>) {
    let Ok(file) = parse(rules) else { return (Said::Rejected, Vec::new()) };
    let value = crate::json::value(document);
    let reports = evaluate(&file, &ValueDocument::new(&value), &Options::default());
    if reports.iter().any(|report| report.error.is_some()) {
        return (Said::GaveUp, reports);
    }
    (Said::Outcomes(sorted(&reports)), reports)
}

/// The reports of the reference engine.
pub(crate) fn theirs(rules: &str, document: &Json) -> (Said, Vec<RuleReport>) {
    match reference::evaluate(rules, &document.to_string()) {
        Ok(reports) => (Said::Outcomes(sorted(&reports)), reports),
        Err(ReferenceError::Rules(_)) => (Said::Rejected, Vec::new()),
        Err(ReferenceError::Evaluation(_)) => (Said::GaveUp, Vec::new()),
        Err(ReferenceError::Panic(_)) => (records(rules, document), Vec::new()),
        Err(error) => panic!("{error}"),
    }
}

/// The outcomes from the record of the evaluation, where the reference panics while it writes
/// its report.
fn records(rules: &str, document: &Json) -> Said {
    let content = document.to_string();
    let run = || {
        let input = |content, file_name| cfn_guard::ValidateInput { content, file_name };
        cfn_guard::run_checks(input(&content, "document"), input(rules, ""), true)
    };
    let record = match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(record)) => record,
        Ok(Err(_)) => return Said::GaveUp,
        Err(_) => return Said::Panicked,
    };
    let record: Json = serde_json::from_str(&record).unwrap();
    let mut outcomes = Vec::new();
    for rule in record["children"].as_array().unwrap() {
        let check = &rule["container"]["RuleCheck"];
        let status = match check["status"].as_str().unwrap() {
            "PASS" => Status::Pass,
            "FAIL" => Status::Fail,
            _ => Status::Skip,
        };
        outcomes.push((check["name"].as_str().unwrap().to_owned(), status));
    }
    outcomes.sort();
    outcomes.dedup();
    Said::Outcomes(outcomes)
}

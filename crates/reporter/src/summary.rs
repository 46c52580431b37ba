//! The sentence at the end of a report.

use trilith_graph::Diagnostic;

use crate::format::Level;
use crate::report::{Report, Summary};
use crate::text::{counted, one_line};

/// The last line of a report, without a line break: what was found, in how much, and what was
/// not decided.
///
/// Where nothing was found, the line does not hold the word "fail", which some services
/// search for.
pub fn summary_line(report: &Report<'_>) -> String {
    let summary = &report.summary;
    let mut line = if report.diagnostics.is_empty() {
        clean(summary)
    } else {
        format!("{}{}", found(report.diagnostics, summary), in_parentheses(&doubts(summary)))
    };
    if let Some(micros) = summary.elapsed {
        line.push_str("  ");
        line.push_str(&duration(micros));
    }
    line
}

fn clean(summary: &Summary) -> String {
    let mut doubts = doubts(summary);
    if summary.files_checked == 0 {
        // A run that looked at nothing must not read like one that found nothing.
        return format!("Nothing was checked: 0 files{}", in_parentheses(&doubts));
    }
    if summary.unknowns == 0 {
        doubts.insert(0, unknowns(0));
    }
    let files = counted(summary.files_checked, "file", "files");
    let rules = counted(summary.rules_applied, "rule", "rules");
    let resources = resources(summary);
    let doubts = in_parentheses(&doubts);
    format!("Nothing to report: {files}, {resources}, {rules} applied{doubts}.")
}

fn found(diagnostics: &[Diagnostic], summary: &Summary) -> String {
    let count = |level| diagnostics.iter().filter(|d| Level::of(d.severity) == level).count();
    let counts = [
        (count(Level::Error), "error", "errors"),
        (count(Level::Warning), "warning", "warnings"),
        (count(Level::Note), "note", "notes"),
    ];
    let counts = counts.into_iter().filter(|(count, ..)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, one, many)| counted(count, one, many)).collect();
    let files = counted(summary.files_checked, "file", "files");
    let mut line = format!("{} in {files}", counts.join(", "));
    if summary.resources > 0 {
        line.push_str(", ");
        line.push_str(&resources(summary));
    }
    line
}

/// How many resources there are. Where all are of other providers, next to nothing was examined.
fn resources(summary: &Summary) -> String {
    let all = counted(summary.resources, "resource", "resources");
    let is_foreign = summary.resources > 0 && summary.resources_foreign == summary.resources;
    if is_foreign { format!("{all}, none of AWS") } else { all }
}

/// What the result does not cover.
fn doubts(summary: &Summary) -> Vec<String> {
    let mut doubts = Vec::new();
    if summary.unknowns > 0 {
        doubts.push(unknowns(summary.unknowns));
    }
    if summary.findings_waived > 0 {
        doubts.push(format!("{} waived", counted(summary.findings_waived, "finding", "findings")));
    }
    if let Some(fixed) = summary.findings_fixed {
        doubts.push(format!("{fixed} fixed, {} old", summary.findings_known));
    } else if summary.findings_known > 0 {
        doubts.push(format!("{} known", counted(summary.findings_known, "finding", "findings")));
    }
    if summary.files_unreadable > 0 {
        doubts.push(format!("{} not checked", counted(summary.files_unreadable, "file", "files")));
    }
    for (reason, count) in summary.files_skipped.iter().filter(|(_, count)| *count > 0) {
        let files = counted(*count, "file", "files");
        doubts.push(format!("{files} skipped: {}", one_line(reason)));
    }
    doubts
}

fn unknowns(count: usize) -> String {
    format!("{} unknown", counted(count, "value", "values"))
}

fn in_parentheses(parts: &[String]) -> String {
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}

fn duration(micros: u64) -> String {
    match micros {
        0..10_000 => format!("{}.{} ms", micros / 1_000, micros % 1_000 / 100),
        10_000..1_000_000 => format!("{} ms", micros / 1_000),
        _ => format!("{}.{} s", micros / 1_000_000, micros % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use trilith_graph::{Severity, SourceId, SourceMap, Span};

    use super::*;

    fn line(severities: &[Severity], summary: Summary) -> String {
        let sources = SourceMap::new();
        let span = Span::at(SourceId(0), 0);
        let diagnostics: Vec<Diagnostic> =
            severities.iter().map(|severity| Diagnostic::new("r", *severity, span, "m")).collect();
        summary_line(&Report {
            sources: &sources,
            diagnostics: &diagnostics,
            waived: &[],
            rules: &[],
            masks: &[],
            summary,
            root_prefix: "",
        })
    }

    #[test]
    fn findings_are_counted_by_level() {
        let summary = Summary {
            files_checked: 41,
            resources: 318,
            unknowns: 3,
            findings_waived: 2,
            elapsed: Some(38_400),
            ..Summary::default()
        };
        assert_eq!(
            line(&[Severity::Critical, Severity::High, Severity::Medium], summary),
            "2 errors, 1 warning in 41 files, 318 resources (3 values unknown, 2 findings waived)  38 ms"
        );
        let summary = Summary { files_checked: 1, files_unreadable: 1, ..Summary::default() };
        assert_eq!(line(&[Severity::High], summary), "1 error in 1 file (1 file not checked)");
        let summary = Summary {
            files_checked: 2,
            files_skipped: vec![("larger than 64 MiB".into(), 1), ("never".into(), 0)],
            ..Summary::default()
        };
        assert_eq!(
            line(&[Severity::Low, Severity::Info], summary),
            "2 notes in 2 files (1 file skipped: larger than 64 MiB)"
        );
    }

    #[test]
    fn a_clean_run_says_how_much_it_looked_at() {
        let summary = Summary {
            files_checked: 41,
            resources: 318,
            rules_applied: 126,
            elapsed: Some(31_000),
            ..Summary::default()
        };
        let clean = line(&[], summary);
        assert_eq!(
            clean,
            "Nothing to report: 41 files, 318 resources, 126 rules applied (0 values unknown).  31 ms"
        );
        assert!(!clean.contains("fail"));
        let summary =
            Summary { files_checked: 1, unknowns: 1, findings_waived: 1, ..Summary::default() };
        assert_eq!(
            line(&[], summary),
            "Nothing to report: 1 file, 0 resources, 0 rules applied (1 value unknown, 1 finding waived)."
        );
    }

    #[test]
    fn a_run_that_saw_other_providers_alone_says_so() {
        let summary = |foreign| Summary {
            files_checked: 1,
            resources: 2,
            resources_foreign: foreign,
            ..Summary::default()
        };
        let clean = line(&[], summary(2));
        assert!(
            clean.starts_with("Nothing to report: 1 file, 2 resources, none of AWS, "),
            "{clean}"
        );
        assert_eq!(
            line(&[Severity::Low], summary(2)),
            "1 note in 1 file, 2 resources, none of AWS"
        );
        assert_eq!(line(&[Severity::Low], summary(1)), "1 note in 1 file, 2 resources");
    }

    #[test]
    fn a_run_that_saw_nothing_does_not_look_clean() {
        assert_eq!(line(&[], Summary::default()), "Nothing was checked: 0 files");
    }

    #[test]
    fn short_runs_keep_a_decimal() {
        assert_eq!(duration(430), "0.4 ms");
        assert_eq!(duration(9_870), "9.8 ms");
        assert_eq!(duration(61_250_000), "61.2 s");
    }
}

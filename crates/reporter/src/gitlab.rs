//! GitLab's code quality report.
//!
//! Source: GitLab's documentation, "Code Quality", report format.

use std::io::{self, Write};

use serde::Serialize;
use trilith_graph::Severity;

use crate::format::Context;

pub(crate) fn write(context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    // GitLab shows one of several entries with the same fingerprint; ours differ.
    let issues = context.diagnostics.iter().zip(context.fingerprints());
    let issues: Vec<Issue<'_>> = issues
        .map(|(diagnostic, fingerprint)| {
            let span = diagnostic.primary.span;
            Issue {
                // The merge request does not show the name of the check.
                description: format!("{}: {}", diagnostic.rule, diagnostic.message),
                check_name: &diagnostic.rule,
                fingerprint: format!("{fingerprint:016x}"),
                severity: severity(diagnostic.severity),
                location: Location {
                    path: context.path(span.source),
                    lines: Lines { begin: context.locator.region(span).line },
                },
            }
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Issue<'c> {
    description: String,
    check_name: &'c str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'c>,
}

#[derive(Serialize)]
struct Location<'c> {
    path: &'c str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
        Severity::Info => "info",
    }
}

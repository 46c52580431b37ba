//! The formats, and how each is chosen and written.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, BufWriter, Write};
use std::str::FromStr;

use trilith_graph::{Diagnostic, Severity, SourceId, SourceMap};

use crate::locate::Locator;
use crate::mask::Masks;
use crate::report::{Report, RuleCard, Summary, WaivedFinding};
use crate::{
    azure, checkstyle, concise, csv, fingerprint, github, gitlab, html, json, junit, markdown,
    path, pretty, rdjson, sarif,
};

/// A format of a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// For people: snippets with the value underlined.
    #[default]
    Pretty,
    /// One line for every finding.
    Concise,
    /// One JSON document.
    Json,
    /// One JSON object on a line for every finding.
    JsonLines,
    /// SARIF 2.1.0, as GitHub's code scanning reads it.
    Sarif,
    /// Workflow commands of GitHub Actions, which become annotations.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// `JUnit` XML.
    Junit,
    /// Checkstyle XML.
    Checkstyle,
    /// The format of reviewdog, as one document.
    Rdjson,
    /// The format of reviewdog, one finding a line.
    RdjsonLines,
    /// Logging commands of Azure Pipelines.
    Azure,
    /// Comma-separated values.
    Csv,
    /// Markdown for a comment or a job summary.
    Markdown,
    /// One HTML file that needs nothing else.
    Html,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 15] = [
        Self::Pretty,
        Self::Concise,
        Self::Json,
        Self::JsonLines,
        Self::Sarif,
        Self::Github,
        Self::Gitlab,
        Self::Junit,
        Self::Checkstyle,
        Self::Rdjson,
        Self::RdjsonLines,
        Self::Azure,
        Self::Csv,
        Self::Markdown,
        Self::Html,
    ];

    /// Whether people, or logs, read it, so that further lines may follow it. Programs read the
    /// others as a whole.
    pub const fn is_for_people(self) -> bool {
        matches!(self, Self::Pretty | Self::Concise | Self::Github | Self::Azure | Self::Markdown)
    }

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pretty => "pretty",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::JsonLines => "ndjson",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Junit => "junit",
            Self::Checkstyle => "checkstyle",
            Self::Rdjson => "rdjson",
            Self::RdjsonLines => "rdjsonl",
            Self::Azure => "azure",
            Self::Csv => "csv",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // The version of JSON is part of the name of who wants to stay with it.
        let text = match text {
            "graphical" | "full" => "pretty",
            "jsonl" | "json-lines" => "ndjson",
            "json-v1" => "json",
            "gitlab-codequality" => "gitlab",
            text => text,
        };
        let found = Self::ALL.into_iter().find(|format| format.name() == text);
        found.ok_or_else(|| {
            format!("`{text}` is no format; one of {}", Self::ALL.map(Self::name).join(", "))
        })
    }
}

/// How to write a report.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four switches that have nothing in common")]
pub struct RenderOptions {
    /// Whether to use colours. For people only; machine formats have none.
    pub color: bool,
    /// Whether to draw with more than ASCII.
    pub unicode: bool,
    /// Whether to make rule ids links that a terminal can follow.
    pub hyperlinks: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Version of Trilith.
    pub tool_version: String,
    /// Findings to write at most, the worst ones; the summary counts all.
    pub max_findings: Option<usize>,
    /// Absolute name of the root of the repository, with forward slashes: file names that start
    /// with it become relative in formats that a code host reads.
    pub source_root: Option<String>,
    /// Name that sets this analysis apart from others of the same commit: in SARIF, and in the
    /// mark by which a comment in Markdown is found.
    pub category: Option<String>,
    /// Whether SARIF holds waived findings too, as suppressed. GitHub does not know that word
    /// and would open an alert for each.
    pub waived_in_sarif: bool,
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self {
            color: false,
            unicode: true,
            hyperlinks: false,
            width: 90,
            tool_version: String::new(),
            max_findings: None,
            source_root: None,
            category: None,
            waived_in_sarif: false,
        }
    }
}

/// Writes a report. Fails only where `out` does.
pub fn render(
    report: &Report<'_>,
    format: Format,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let context = Context::new(report, options);
    // The formats write in small pieces, and standard output flushes every line.
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let out = &mut out;
    match format {
        Format::Pretty => pretty::write(&context, out),
        Format::Concise => concise::write(&context, out),
        Format::Json => json::write(&context, out),
        Format::JsonLines => json::write_lines(&context, out),
        Format::Sarif => sarif::write(&context, out),
        Format::Github => github::write(&context, out),
        Format::Gitlab => gitlab::write(&context, out),
        Format::Junit => junit::write(&context, out),
        Format::Checkstyle => checkstyle::write(&context, out),
        Format::Rdjson => rdjson::write(&context, out),
        Format::RdjsonLines => rdjson::write_lines(&context, out),
        Format::Azure => azure::write(&context, out),
        Format::Csv => csv::write(&context, out),
        Format::Markdown => markdown::write(&context, out),
        Format::Html => html::write(&context, out),
    }?;
    out.flush()
}

/// Writes diagnostics for people, without the summary: what is wrong with a policy, for example.
pub fn render_diagnostics(
    sources: &SourceMap,
    diagnostics: &[Diagnostic],
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let report = Report {
        sources,
        diagnostics,
        waived: &[],
        rules: &[],
        masks: &[],
        summary: Summary::default(),
        root_prefix: "",
    };
    pretty::write_findings(&Context::new(&report, options), out)
}

/// Fingerprints of the diagnostics of a report, in their order, as the formats write them (in
/// 16 hexadecimal digits): what tells whether a finding is known, whatever line it is on.
///
/// They are made of rule, file from the root of the repository, resource and property; findings
/// that agree in all four are told apart by their order. [`RenderOptions::source_root`] must be
/// the same from run to run.
pub fn fingerprints(report: &Report<'_>, options: &RenderOptions) -> Vec<u64> {
    let paths = paths(report, options);
    fingerprint::fingerprints(report.diagnostics, |diagnostic| {
        paths.get(diagnostic.primary.span.source.0 as usize).map_or("", String::as_str)
    })
}

/// Names of the files from the root of the repository.
fn paths(report: &Report<'_>, options: &RenderOptions) -> Vec<String> {
    let root = options.source_root.as_deref();
    let names = report.sources.files().map(|(_, file)| file.name());
    names.map(|name| path::from_root(name, report.root_prefix, root)).collect()
}

/// Severities as most tools know them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Note,
    Warning,
    Error,
}

impl Level {
    pub(crate) const fn of(severity: Severity) -> Self {
        match severity {
            Severity::Critical | Severity::High => Self::Error,
            Severity::Medium => Self::Warning,
            Severity::Low | Severity::Info => Self::Note,
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A report prepared for writing: what every format needs.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) report: &'a Report<'a>,
    pub(crate) options: &'a RenderOptions,
    /// What to write, with secrets removed from its words.
    pub(crate) diagnostics: Cow<'a, [Diagnostic]>,
    /// Which diagnostics of the report these are, if not all.
    kept: Option<Vec<usize>>,
    fingerprints: OnceCell<Vec<u64>>,
    /// The waived findings, likewise, each with its fingerprint.
    waived: Vec<(Diagnostic, u64)>,
    /// Findings that are left out because of [`RenderOptions::max_findings`].
    pub(crate) left_out: usize,
    pub(crate) locator: Locator<'a>,
    pub(crate) masks: Masks,
    rules: BTreeMap<&'a str, &'a RuleCard>,
    /// Names of the files from the root of the repository.
    paths: Vec<String>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(report: &'a Report<'a>, options: &'a RenderOptions) -> Self {
        let masks = Masks::new(report.masks);
        let mut diagnostics = masks.scrub(report.diagnostics, report.sources);
        let waived: Vec<Diagnostic> =
            report.waived.iter().map(|waived| waived.diagnostic.clone()).collect();
        let waived = masks.scrub(&waived, report.sources).into_owned();
        let names = paths(report, options);
        let waived_fingerprints = fingerprint::fingerprints(&waived, |diagnostic| {
            names.get(diagnostic.primary.span.source.0 as usize).map_or("", String::as_str)
        });
        let all = diagnostics.len();
        let limit = options.max_findings.filter(|limit| *limit < all);
        let kept = limit.map(|limit| worst(&diagnostics, limit));
        if let Some(kept) = &kept {
            diagnostics = kept.iter().map(|at| diagnostics[*at].clone()).collect();
        }
        Self {
            report,
            options,
            left_out: all - diagnostics.len(),
            diagnostics,
            kept,
            fingerprints: OnceCell::new(),
            waived: waived.into_iter().zip(waived_fingerprints).collect(),
            locator: Locator::new(report.sources),
            masks,
            rules: report.rules.iter().map(|card| (card.id.as_ref(), card)).collect(),
            paths: names,
        }
    }

    /// One for every diagnostic. Not every format shows them.
    pub(crate) fn fingerprints(&self) -> &[u64] {
        self.fingerprints.get_or_init(|| {
            let all = fingerprints(self.report, self.options);
            match &self.kept {
                Some(kept) => kept.iter().map(|at| all[*at]).collect(),
                None => all,
            }
        })
    }

    /// Findings that somebody accepts, each with its fingerprint and who does.
    pub(crate) fn waived(&self) -> impl Iterator<Item = (&Diagnostic, u64, &'a WaivedFinding)> {
        let own = self.waived.iter().zip(self.report.waived);
        own.map(|((diagnostic, fingerprint), waived)| (diagnostic, *fingerprint, waived))
    }

    /// What is known of a rule.
    pub(crate) fn card(&self, rule: &str) -> Option<&'a RuleCard> {
        self.rules.get(rule).copied()
    }

    /// Whether a diagnostic says that a file could not be read.
    pub(crate) fn is_unreadable(&self, diagnostic: &Diagnostic) -> bool {
        self.card(&diagnostic.rule).is_some_and(|card| card.unreadable)
    }

    /// Name of a file from the root of the repository.
    pub(crate) fn path(&self, source: SourceId) -> &str {
        self.paths.get(source.0 as usize).map_or("", String::as_str)
    }

    /// Ids of the best practices of a rule.
    pub(crate) fn practices(&self, rule: &str) -> impl Iterator<Item = &'a str> {
        let practices = self.card(rule).map_or(&[][..], |card| &card.practices);
        practices.iter().map(|practice| practice.id.as_ref())
    }
}

/// Which `limit` diagnostics are the worst, in their order.
pub(crate) fn worst(diagnostics: &[Diagnostic], limit: usize) -> Vec<usize> {
    let mut kept: Vec<usize> = (0..diagnostics.len()).collect();
    kept.sort_by_key(|at| std::cmp::Reverse(diagnostics[*at].severity));
    kept.truncate(limit);
    kept.sort_unstable();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_found_by_name() {
        for format in Format::ALL {
            assert_eq!(format.name().parse(), Ok(format));
        }
        assert!("xml".parse::<Format>().unwrap_err().starts_with("`xml` is no format; one of p"));
    }
}

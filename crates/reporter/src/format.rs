//! The formats, and how each is chosen and written.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use trilith_graph::{Diagnostic, Severity, SourceId};

use crate::fingerprint::fingerprints;
use crate::locate::Locator;
use crate::mask::Masks;
use crate::report::{Report, RuleCard};
use crate::{concise, github, gitlab, json, junit, markdown, path, pretty, sarif};

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
    /// Markdown for a comment or a job summary.
    Markdown,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 9] = [
        Self::Pretty,
        Self::Concise,
        Self::Json,
        Self::JsonLines,
        Self::Sarif,
        Self::Github,
        Self::Gitlab,
        Self::Junit,
        Self::Markdown,
    ];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pretty => "pretty",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::JsonLines => "jsonl",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Junit => "junit",
            Self::Markdown => "markdown",
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
        let found = Self::ALL.into_iter().find(|format| format.name() == text);
        found.ok_or_else(|| {
            format!("`{text}` is no format; one of {}", Self::ALL.map(Self::name).join(", "))
        })
    }
}

/// How to write a report.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// Name that sets this analysis apart from others of the same commit; SARIF only.
    pub category: Option<String>,
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
    match format {
        Format::Pretty => pretty::write(&context, out),
        Format::Concise => concise::write(&context, out),
        Format::Json => json::write(&context, out),
        Format::JsonLines => json::write_lines(&context, out),
        Format::Sarif => sarif::write(&context, out),
        Format::Github => github::write(&context, out),
        Format::Gitlab => gitlab::write(&context, out),
        Format::Junit => junit::write(&context, out),
        Format::Markdown => markdown::write(&context, out),
    }
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
    /// Findings that are left out because of [`RenderOptions::max_findings`].
    pub(crate) left_out: usize,
    pub(crate) locator: Locator<'a>,
    pub(crate) masks: Masks,
    rules: BTreeMap<&'a str, &'a RuleCard>,
    /// Names of the files from the root of the repository.
    paths: Vec<String>,
}

impl<'a> Context<'a> {
    fn new(report: &'a Report<'a>, options: &'a RenderOptions) -> Self {
        let masks = Masks::new(report.masks);
        let mut diagnostics = masks.scrub(report.diagnostics, report.sources);
        let limit = options.max_findings.unwrap_or(usize::MAX);
        let left_out = diagnostics.len().saturating_sub(limit);
        if left_out > 0 {
            diagnostics = Cow::Owned(worst(&diagnostics, limit));
        }
        let root = options.source_root.as_deref();
        let names = report.sources.files().map(|(_, file)| file.name());
        Self {
            report,
            options,
            diagnostics,
            left_out,
            locator: Locator::new(report.sources),
            masks,
            rules: report.rules.iter().map(|card| (card.id.as_ref(), card)).collect(),
            paths: names.map(|name| path::from_root(name, report.root_prefix, root)).collect(),
        }
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

    /// One fingerprint for every one of `diagnostics`.
    pub(crate) fn fingerprints_of(&self, diagnostics: &[Diagnostic]) -> Vec<u64> {
        fingerprints(diagnostics, |diagnostic| self.path(diagnostic.primary.span.source))
    }

    /// One fingerprint for every diagnostic.
    pub(crate) fn fingerprints(&self) -> Vec<u64> {
        self.fingerprints_of(&self.diagnostics)
    }

    /// Ids of the best practices of a rule.
    pub(crate) fn practices(&self, rule: &str) -> impl Iterator<Item = &'a str> {
        let practices = self.card(rule).map_or(&[][..], |card| &card.practices);
        practices.iter().map(|practice| practice.id.as_ref())
    }
}

/// The worst `limit` diagnostics, in their order.
pub(crate) fn worst(diagnostics: &[Diagnostic], limit: usize) -> Vec<Diagnostic> {
    let mut kept: Vec<usize> = (0..diagnostics.len()).collect();
    kept.sort_by_key(|at| std::cmp::Reverse(diagnostics[*at].severity));
    kept.truncate(limit);
    kept.sort_unstable();
    kept.into_iter().map(|at| diagnostics[at].clone()).collect()
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

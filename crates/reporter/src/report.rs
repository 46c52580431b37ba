//! What a run has to report.

use std::borrow::Cow;

use trilith_graph::{Diagnostic, Severity, SourceMap, Span};

/// Everything that a report can say.
#[derive(Debug, Clone)]
pub struct Report<'a> {
    /// The texts that spans point into.
    pub sources: &'a SourceMap,
    /// What was found, in the order to print.
    pub diagnostics: &'a [Diagnostic],
    /// Findings that somebody accepts; [`Summary::findings_waived`] counts these and others.
    pub waived: &'a [WaivedFinding],
    /// The rules, in any order; a rule without a card is reported under its id alone.
    pub rules: &'a [RuleCard],
    /// Text that must not be shown, such as passwords. In any order; may overlap.
    pub masks: &'a [Span],
    /// What was looked at.
    pub summary: Summary,
    /// Path from the root of the repository to the directory that file names are relative to:
    /// empty or `infra/prod`. Formats that a code host reads put it before every name.
    pub root_prefix: &'a str,
}

/// What a run looked at, and what it could not decide.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that were read as a template, module, plan or policy.
    pub files_checked: usize,
    /// Files that were passed over: why ("larger than 64 MiB"), and how many.
    pub files_skipped: Vec<(String, usize)>,
    /// Files that should have been checked and could not be read.
    pub files_unreadable: usize,
    /// Resources seen.
    pub resources: usize,
    /// How many of them are of other providers than AWS.
    pub resources_foreign: usize,
    /// Rules that had something to look at.
    pub rules_applied: usize,
    /// Verdicts that rest on a value that could not be known.
    pub unknowns: usize,
    /// Findings that a waiver accepts.
    pub findings_waived: usize,
    /// Findings that were known: they are in a baseline, or were there at another commit.
    pub findings_known: usize,
    /// Findings that another commit had and that are gone, if there is another commit.
    pub findings_fixed: Option<usize>,
    /// Duration of the run in microseconds. Left out, a report is the same on every run.
    pub elapsed: Option<u64>,
}

/// A finding that somebody accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaivedFinding {
    /// The finding.
    pub diagnostic: Diagnostic,
    /// How the waiver is written: `comment`, `configuration`, or the name of another tool.
    pub origin: &'static str,
    /// Why; may be empty for another tool's suppression, like what follows.
    pub reason: String,
    /// Who accepts it.
    pub owner: String,
    /// Where it was decided.
    pub ticket: String,
    /// The last day.
    pub expires: String,
}

/// How sure a rule is that what it reports is a defect.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Confidence {
    /// Often a matter of context.
    Low,
    /// Right unless something unusual is meant.
    #[default]
    Medium,
    /// Follows from the source.
    High,
}

impl Confidence {
    /// Its name; also the name of SARIF's `precision`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// A best practice that a rule serves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PracticeRef {
    /// Its number in its edition: `SEC05-BP02`.
    pub id: Cow<'static, str>,
    /// Its name across editions: `control-traffic-at-all-layers`.
    pub slug: Cow<'static, str>,
    /// Its title.
    pub title: Cow<'static, str>,
    /// Its page; may be empty.
    pub url: Cow<'static, str>,
}

/// What a report says about a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleCard {
    /// Id: `security-group-open-to-world`.
    pub id: Cow<'static, str>,
    /// Heading of its page.
    pub title: Cow<'static, str>,
    /// First sentence of its page.
    pub summary: Cow<'static, str>,
    /// Why it matters and how to fix it, in Markdown.
    pub help_markdown: Cow<'static, str>,
    /// The same without markup.
    pub help_text: Cow<'static, str>,
    /// How bad its findings are, unless one says otherwise.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// The best practices that it serves, the most fitting one first.
    pub practices: Vec<PracticeRef>,
    /// Further words to file it under, such as the service.
    pub tags: Vec<Cow<'static, str>>,
    /// Its page; may be empty.
    pub help_uri: Cow<'static, str>,
    /// Ids of the same check in other tools.
    pub aliases: Vec<Cow<'static, str>>,
    /// Whether its findings say that a file could not be read, so that nothing, or not all, in
    /// it was checked.
    pub unreadable: bool,
}

impl RuleCard {
    /// A card that holds nothing but an id, a title and a severity.
    pub fn new(
        id: impl Into<Cow<'static, str>>,
        title: impl Into<Cow<'static, str>>,
        severity: Severity,
    ) -> Self {
        Self {
            id: id.into(),
            title: title.into(),
            summary: Cow::Borrowed(""),
            help_markdown: Cow::Borrowed(""),
            help_text: Cow::Borrowed(""),
            severity,
            confidence: Confidence::default(),
            practices: Vec::new(),
            tags: Vec::new(),
            help_uri: Cow::Borrowed(""),
            aliases: Vec::new(),
            unreadable: false,
        }
    }
}

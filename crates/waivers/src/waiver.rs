//! The waiver itself.

use std::fmt;

use regex::Regex;
use trilith_graph::{Diagnostic, Label, Span};

use crate::date::Date;
use crate::glob;

/// Findings that somebody accepts.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// Names of rules: ids, globs, or ids of the same check in other tools.
    pub rules: Vec<String>,
    /// Why it is accepted.
    pub reason: String,
    /// Who accepts it.
    pub owner: String,
    /// Where the decision is written down.
    pub ticket: String,
    /// Until when; the day itself is included.
    pub expires: Expiry,
    /// Findings that it was written for: more of them widen it.
    pub findings: Option<usize>,
    /// What it covers.
    pub scope: Scope,
    /// How it is written.
    pub origin: Origin,
    /// Where it is written.
    pub place: Span,
    /// What is wrong with its syntax.
    pub error: Option<String>,
}

impl Waiver {
    /// A waiver that covers nothing and names no rule yet.
    pub fn new(origin: Origin, place: Span) -> Self {
        Self {
            rules: Vec::new(),
            reason: String::new(),
            owner: String::new(),
            ticket: String::new(),
            expires: Expiry::Never,
            findings: None,
            scope: Scope::default(),
            origin,
            place,
            error: None,
        }
    }

    /// Whether it is another tool's.
    pub const fn is_foreign(&self) -> bool {
        matches!(self.origin, Origin::Foreign { .. })
    }
}

/// Until when a waiver holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expiry {
    /// No day is named.
    Never,
    /// To the end of this day.
    On(Date),
    /// What stands there is no day. Such a waiver has expired: a slip must not waive for ever.
    Malformed(String),
}

impl Expiry {
    /// Reads a day; nothing is [`Expiry::Never`].
    pub fn parse(text: &str) -> Self {
        match text.trim() {
            "" => Self::Never,
            text => text.parse().map_or_else(|_| Self::Malformed(text.to_owned()), Self::On),
        }
    }
}

impl fmt::Display for Expiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Never => Ok(()),
            Self::On(date) => date.fmt(f),
            Self::Malformed(text) => f.write_str(text),
        }
    }
}

/// How a waiver is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    /// In a comment of ours.
    Comment,
    /// In the metadata of a template, under `trilith`.
    Metadata,
    /// In the configuration.
    Configuration,
    /// For another tool.
    Foreign {
        /// The tool.
        tool: Tool,
        /// Whether in a comment, and not in metadata.
        comment: bool,
    },
}

impl Origin {
    /// Its name: `comment`, `metadata`, `configuration` or that of the tool.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Metadata => "metadata",
            Self::Configuration => "configuration",
            Self::Foreign { tool, .. } => tool.name(),
        }
    }
}

/// Tools whose suppressions are honoured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tool {
    /// Checkov, also under its names bridgecrew and cortex.
    Checkov,
    /// tfsec.
    Tfsec,
    /// Trivy.
    Trivy,
    /// KICS, also as Datadog's scanner.
    Kics,
    /// `cfn_nag`.
    CfnNag,
    /// cdk-nag, as it writes itself into templates.
    CdkNag,
    /// Guard.
    Guard,
    /// cfn-lint.
    CfnLint,
    /// Terrascan.
    Terrascan,
}

impl Tool {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Checkov => "checkov",
            Self::Tfsec => "tfsec",
            Self::Trivy => "trivy",
            Self::Kics => "kics",
            Self::CfnNag => "cfn_nag",
            Self::CdkNag => "cdk-nag",
            Self::Guard => "guard",
            Self::CfnLint => "cfn-lint",
            Self::Terrascan => "terrascan",
        }
    }
}

/// What a waiver covers. Everything that is said must hold.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// A part of a source.
    pub region: Option<Region>,
    /// Globs of addresses of resources.
    pub addresses: Vec<String>,
    /// Globs of paths of files.
    pub paths: Vec<String>,
    /// Glob of the property's path.
    pub property: Option<String>,
    /// What the value at the finding is, any of them.
    pub values: Vec<ValuePattern>,
}

/// A part of a source that a waiver covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// Where it is.
    pub span: Span,
    /// What it is.
    pub kind: RegionKind,
    /// The resource around it.
    pub resource: Option<Span>,
}

/// What a region is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegionKind {
    /// One property, block or element.
    Item,
    /// A whole resource or another block of the outermost level.
    Resource,
    /// The file.
    File,
}

/// What a value is.
#[derive(Debug, Clone)]
pub enum ValuePattern {
    /// A glob.
    Glob(String),
    /// A regular expression, as cdk-nag has them; of the whole entry, `Action::s3:*`.
    Regex(Regex),
}

impl ValuePattern {
    fn covers(&self, value: &str) -> bool {
        match self {
            Self::Glob(glob) => glob::matches(glob, value) || glob == value,
            Self::Regex(regex) => {
                // The kind of the value is in front of it in cdk-nag's own findings.
                ["", "Action::", "Resource::"]
                    .iter()
                    .any(|kind| regex.is_match(&format!("{kind}{value}")))
            }
        }
    }
}

impl Region {
    /// Whether a finding is about what lies here: it is here, its value came through here, or
    /// the resource is declared here.
    pub fn covers(&self, diagnostic: &Diagnostic, is_lenient: bool) -> bool {
        let is_here = |span: Span| self.span.contains(Span::at(span.source, span.start));
        let steps = diagnostic.related.iter().filter(|label| label.is_step);
        let declared = diagnostic.subject.as_ref().map(|subject| subject.declared);
        is_here(diagnostic.primary.span)
            || steps.map(|Label { span, .. }| *span).any(is_here)
            || declared.is_some_and(is_here)
            || (is_lenient && self.is_about_resource(diagnostic))
    }

    /// Whether it is the block of a module or nested stack, or one around it, that is called in
    /// one of some places. A file is not: what its modules make is not in it.
    pub fn is_call(&self, by: &[Span]) -> bool {
        let is_here = |span: &Span| self.span.contains(Span::at(span.source, span.start));
        self.kind == RegionKind::Resource && by.iter().any(is_here)
    }

    /// Whether a finding speaks of the resource around as a whole, since something is missing in
    /// it. Where another tool puts such a finding at a line of its own, so is its comment.
    fn is_about_resource(&self, diagnostic: &Diagnostic) -> bool {
        let Some(subject) = &diagnostic.subject else { return false };
        let is_whole = diagnostic.primary.span == subject.declared;
        is_whole && self.resource.is_some_and(|resource| resource.contains(subject.declared))
    }
}

impl Scope {
    /// Whether a finding, in a file at `path` with the text `value` at its place, is covered, as
    /// far as its region and address do not matter.
    pub fn covers(&self, diagnostic: &Diagnostic, path: &str, value: &str) -> bool {
        (self.paths.is_empty() || self.paths.iter().any(|glob| glob::matches_path(glob, path)))
            && self.property.as_ref().is_none_or(|glob| covers_property(glob, diagnostic))
            && (self.values.is_empty() || self.values.iter().any(|one| one.covers(value)))
    }

    /// Whether a resource with this address is covered.
    pub fn covers_address(&self, address: &str) -> bool {
        self.addresses.is_empty()
            || self.addresses.iter().any(|glob| glob == address || glob::matches(glob, address))
    }
}

fn covers_property(glob: &str, diagnostic: &Diagnostic) -> bool {
    let Some(subject) = &diagnostic.subject else { return false };
    let (exact, generic) = (subject.path.to_string(), subject.path.generic());
    [exact, generic].iter().any(|path| {
        glob == path
            || glob::matches(glob, path)
            || path.strip_prefix(glob).is_some_and(|below| below.starts_with('/'))
    })
}

//! JSON for programs. Version 1: keys are only ever added.

use std::io::{self, Write};

use serde::{Serialize, Serializer};
use trilith_graph::{Diagnostic, Fix, Severity};

use crate::format::Context;
use crate::locate::Point;
use crate::report::{RuleCard, Summary};

/// Version of the format.
const VERSION: u32 = 1;

/// One document with everything.
pub(crate) fn write(context: &Context<'_>, out: &mut impl Write) -> io::Result<()> {
    let document = Document {
        version: VERSION,
        tool: Tool { name: "trilith", version: &context.options.tool_version },
        summary: SummaryEntry::new(&context.report.summary, context.report.diagnostics),
        rules: rules(context),
        diagnostics: Entries(context),
        waived: waived(context).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// One finding on each line, for pipes.
pub(crate) fn write_lines(context: &Context<'_>, out: &mut impl Write) -> io::Result<()> {
    for entry in entries(context) {
        serde_json::to_writer(&mut *out, &entry)?;
        writeln!(out)?;
    }
    Ok(())
}

fn entries<'c>(context: &'c Context<'_>) -> impl Iterator<Item = Entry<'c>> {
    context.diagnostics.iter().zip(context.fingerprints()).map(|(diagnostic, fingerprint)| {
        Entry::new(context, diagnostic, format!("{fingerprint:016x}"))
    })
}

/// The rules that have findings, by id.
fn rules<'c>(context: &'c Context<'_>) -> Vec<RuleEntry<'c>> {
    let mut ids: Vec<&str> = context.diagnostics.iter().map(|d| d.rule.as_ref()).collect();
    ids.extend(context.waived().map(|(diagnostic, ..)| diagnostic.rule.as_ref()));
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().filter_map(|id| context.card(id)).map(RuleEntry::new).collect()
}

#[derive(Serialize)]
struct Document<'c> {
    version: u32,
    tool: Tool<'c>,
    summary: SummaryEntry<'c>,
    rules: Vec<RuleEntry<'c>>,
    diagnostics: Entries<'c>,
    waived: Vec<WaivedEntry<'c>>,
}

/// The findings, each made when it is written: a large report does not stand in memory twice.
struct Entries<'c>(&'c Context<'c>);

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(entries(self.0))
    }
}

/// A finding with who accepts it.
#[derive(Serialize)]
struct WaivedEntry<'c> {
    #[serde(flatten)]
    entry: Entry<'c>,
    waiver: WaiverEntry<'c>,
}

#[derive(Serialize)]
struct WaiverEntry<'c> {
    origin: &'static str,
    reason: &'c str,
    owner: &'c str,
    expires: &'c str,
    ticket: &'c str,
}

fn waived<'c>(context: &'c Context<'_>) -> impl Iterator<Item = WaivedEntry<'c>> {
    context.waived().map(|(diagnostic, fingerprint, waived)| WaivedEntry {
        entry: Entry::new(context, diagnostic, format!("{fingerprint:016x}")),
        waiver: WaiverEntry {
            origin: waived.origin,
            reason: &waived.reason,
            owner: &waived.owner,
            expires: &waived.expires,
            ticket: &waived.ticket,
        },
    })
}

#[derive(Serialize)]
struct Tool<'c> {
    name: &'static str,
    version: &'c str,
}

/// No duration: the same input gives the same bytes.
#[derive(Serialize)]
struct SummaryEntry<'c> {
    findings: Findings,
    files_checked: usize,
    files_skipped: Vec<Skipped<'c>>,
    files_unreadable: usize,
    resources: usize,
    resources_foreign: usize,
    rules_applied: usize,
    values_unknown: usize,
    findings_waived: usize,
    findings_known: usize,
    findings_fixed: Option<usize>,
}

#[derive(Serialize)]
struct Findings {
    critical: usize,
    high: usize,
    medium: usize,
    low: usize,
    info: usize,
}

#[derive(Serialize)]
struct Skipped<'c> {
    reason: &'c str,
    count: usize,
}

impl<'c> SummaryEntry<'c> {
    fn new(summary: &'c Summary, diagnostics: &[Diagnostic]) -> Self {
        let count = |severity| diagnostics.iter().filter(|d| d.severity == severity).count();
        let skipped = summary.files_skipped.iter();
        Self {
            findings: Findings {
                critical: count(Severity::Critical),
                high: count(Severity::High),
                medium: count(Severity::Medium),
                low: count(Severity::Low),
                info: count(Severity::Info),
            },
            files_checked: summary.files_checked,
            files_skipped: skipped
                .map(|(reason, count)| Skipped { reason, count: *count })
                .collect(),
            files_unreadable: summary.files_unreadable,
            resources: summary.resources,
            resources_foreign: summary.resources_foreign,
            rules_applied: summary.rules_applied,
            values_unknown: summary.unknowns,
            findings_waived: summary.findings_waived,
            findings_known: summary.findings_known,
            findings_fixed: summary.findings_fixed,
        }
    }
}

#[derive(Serialize)]
struct RuleEntry<'c> {
    id: &'c str,
    title: &'c str,
    summary: &'c str,
    severity: &'static str,
    confidence: &'static str,
    help_uri: &'c str,
    practices: Vec<Practice<'c>>,
    aliases: Vec<&'c str>,
}

#[derive(Serialize)]
struct Practice<'c> {
    id: &'c str,
    slug: &'c str,
    title: &'c str,
    url: &'c str,
}

impl<'c> RuleEntry<'c> {
    fn new(card: &'c RuleCard) -> Self {
        let practices = card.practices.iter().map(|practice| Practice {
            id: &practice.id,
            slug: &practice.slug,
            title: &practice.title,
            url: &practice.url,
        });
        Self {
            id: &card.id,
            title: &card.title,
            summary: &card.summary,
            severity: card.severity.name(),
            confidence: card.confidence.name(),
            help_uri: &card.help_uri,
            practices: practices.collect(),
            aliases: card.aliases.iter().map(AsRef::as_ref).collect(),
        }
    }
}

/// A finding. What does not apply is `null`.
#[derive(Serialize)]
struct Entry<'c> {
    rule: &'c str,
    severity: &'static str,
    message: &'c str,
    label: &'c str,
    path: &'c str,
    span: Extent,
    within: Option<Heading<'c>>,
    address: Option<&'c str>,
    construct: Option<&'c str>,
    resource_type: Option<&'c str>,
    source_type: Option<&'c str>,
    property: Option<String>,
    instances: Vec<&'c str>,
    only_when: Option<&'c str>,
    notes: &'c [String],
    help: Option<&'c str>,
    related: Vec<Related<'c>>,
    practices: Vec<&'c str>,
    fingerprint: String,
    /// Not there where no fix was asked for, or none is proved.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Mend<'c>>,
}

/// What mends a finding.
#[derive(Serialize)]
struct Mend<'c> {
    title: &'c str,
    safe: bool,
    caution: Option<&'c str>,
    edits: Vec<MendEdit<'c>>,
}

#[derive(Serialize)]
struct MendEdit<'c> {
    path: &'c str,
    span: Extent,
    text: &'c str,
}

#[derive(Serialize)]
struct Related<'c> {
    path: &'c str,
    span: Extent,
    message: &'c str,
}

/// What encloses the place of a finding, in the same file.
#[derive(Serialize)]
struct Heading<'c> {
    name: &'c str,
    span: Extent,
}

#[derive(Serialize)]
struct Extent {
    start: Place,
    end: Place,
}

/// Line and column from 1, the column in characters; the offset in bytes from 0.
#[derive(Serialize)]
struct Place {
    line: u32,
    column: u32,
    offset: u32,
}

impl<'c> Entry<'c> {
    fn new(context: &'c Context<'_>, diagnostic: &'c Diagnostic, fingerprint: String) -> Self {
        let subject = diagnostic.subject.as_ref();
        let instances = subject.map_or(&[][..], |subject| &subject.instances);
        let related = diagnostic.related.iter().map(|label| Related {
            path: context.locator.file(label.span.source).name(),
            span: Extent::new(context, label.span),
            message: &label.message,
        });
        Self {
            rule: &diagnostic.rule,
            severity: diagnostic.severity.name(),
            message: &diagnostic.message,
            label: &diagnostic.primary.message,
            path: context.locator.file(diagnostic.primary.span.source).name(),
            span: Extent::new(context, diagnostic.primary.span),
            within: diagnostic.within.as_ref().map(|within| Heading {
                name: &within.name,
                span: Extent::new(context, within.span),
            }),
            address: subject.map(|subject| subject.address.as_ref()),
            construct: subject.and_then(|subject| subject.construct.as_deref()),
            resource_type: subject.map(|subject| subject.resource_type.as_ref()),
            source_type: subject.map(|subject| subject.source_type.as_ref()),
            property: subject.map(|subject| subject.path.to_string()),
            instances: instances.iter().map(AsRef::as_ref).collect(),
            only_when: diagnostic.only_when.as_deref(),
            notes: &diagnostic.notes,
            help: diagnostic.help.as_deref(),
            related: related.collect(),
            practices: context.practices(&diagnostic.rule).collect(),
            fingerprint,
            fix: diagnostic.fix.as_deref().map(|fix| Mend::new(context, fix)),
        }
    }
}

impl<'c> Mend<'c> {
    fn new(context: &'c Context<'_>, fix: &'c Fix) -> Self {
        let edits = fix.replacements.iter().map(|one| MendEdit {
            path: context.locator.file(one.span.source).name(),
            span: Extent::new(context, one.span),
            text: &one.text,
        });
        Self {
            title: &fix.title,
            safe: fix.is_safe(),
            caution: fix.caution.as_deref(),
            edits: edits.collect(),
        }
    }
}

impl Extent {
    fn new(context: &Context<'_>, span: trilith_graph::Span) -> Self {
        let (start, end) = context.locator.points(span);
        Self { start: start.into(), end: end.into() }
    }
}

impl From<Point> for Place {
    fn from(point: Point) -> Self {
        Self { line: point.line, column: point.column.characters, offset: point.offset }
    }
}

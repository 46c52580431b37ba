//! SARIF 2.1.0, written for GitHub's code scanning, which reads a part of it and rejects files
//! over its limits.
//!
//! Source: GitHub's documentation, "SARIF support for code scanning".

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use trilith_graph::{Diagnostic, Fix, Severity, SourceId, Span};

use crate::format::{Context, Level, worst};
use crate::heading::heading;
use crate::instances::instances;
use crate::line_hash::line_hashes;
use crate::path::{is_absolute, to_uri};
use crate::report::{RuleCard, WaivedFinding};
use crate::text::truncate;

mod model;

use model::{
    ArtifactChange, ArtifactLocation, AutomationDetails, Configuration, Driver, Help, Invocation,
    Location, Log, LogicalLocation, Notification, Outcome, PhysicalLocation, Properties, Region,
    Rule, RuleProperties, RuleReference, Run, Suppression, SuppressionProperties, Text, Tool,
    UriBase,
};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// What relative file names are relative to.
const ROOT: &str = "%SRCROOT%";

/// GitHub rejects a run with more results.
const MOST_RESULTS: usize = 25_000;

/// GitHub rejects a rule with more than 20 tags and shows 10.
const MOST_TAGS: usize = 10;

/// GitHub cuts descriptions here.
const LONGEST_DESCRIPTION: usize = 1024;

/// GitHub rejects a result with more locations.
const MOST_RELATED: usize = 100;

pub(crate) fn write(context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut diagnostics = Cow::Borrowed(context.diagnostics.as_ref());
    let mut fingerprints = Cow::Borrowed(context.fingerprints());
    if diagnostics.len() > MOST_RESULTS {
        let kept = worst(&diagnostics, MOST_RESULTS);
        fingerprints = kept.iter().map(|at| fingerprints[*at]).collect();
        diagnostics = kept.into_iter().map(|at| diagnostics[at].clone()).collect();
    }
    let left_out = context.report.diagnostics.len() - diagnostics.len();
    let sarif = Sarif::new(context, &diagnostics, &fingerprints);
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [sarif.run(left_out)] };
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

struct Sarif<'c> {
    context: &'c Context<'c>,
    diagnostics: &'c [Diagnostic],
    /// One for every diagnostic.
    fingerprints: &'c [u64],
    /// The rules that have results: index and worst severity.
    rules: BTreeMap<&'c str, (usize, Severity)>,
    hashes: BTreeMap<SourceId, BTreeMap<u32, String>>,
    /// Findings that somebody accepts, if they are wanted.
    waived: Vec<(&'c Diagnostic, u64, &'c WaivedFinding)>,
}

impl<'c> Sarif<'c> {
    fn new(
        context: &'c Context<'c>,
        diagnostics: &'c [Diagnostic],
        fingerprints: &'c [u64],
    ) -> Self {
        let mut rules: BTreeMap<&str, (usize, Severity)> = BTreeMap::new();
        let mut lines: BTreeMap<SourceId, Vec<u32>> = BTreeMap::new();
        let waived: Vec<_> =
            if context.options.waived_in_sarif { context.waived().collect() } else { Vec::new() };
        let all = diagnostics.iter().chain(waived.iter().map(|(diagnostic, ..)| *diagnostic));
        for Diagnostic { rule, severity, primary, .. } in all {
            let (_, worst) = rules.entry(rule).or_insert((0, *severity));
            *worst = (*worst).max(*severity);
            let line = context.locator.region(primary.span).line;
            lines.entry(primary.span.source).or_default().push(line);
        }
        rules.values_mut().enumerate().for_each(|(at, (index, _))| *index = at);
        let hashes = lines.into_iter().map(|(source, lines)| {
            (source, line_hashes(context.locator.file(source).text(), &lines))
        });
        Self { context, diagnostics, fingerprints, rules, hashes: hashes.collect(), waived }
    }

    fn run(&self, left_out: usize) -> Run<'c> {
        let category = self.context.options.category.as_deref();
        let root = Text { text: "The root of the repository.".into() };
        let results = self.diagnostics.iter().zip(self.fingerprints);
        Run {
            tool: Tool { driver: self.driver() },
            automation_details: category
                .map(|name| AutomationDetails { id: format!("{}/", name.trim_end_matches('/')) }),
            invocations: [self.invocation(left_out)],
            original_uri_base_ids: BTreeMap::from([(ROOT, UriBase { description: root })]),
            column_kind: "utf16CodeUnits",
            results: results
                .map(|(diagnostic, own)| self.outcome(diagnostic, *own, None))
                .chain(
                    self.waived
                        .iter()
                        .map(|(diagnostic, own, by)| self.outcome(diagnostic, *own, Some(*by))),
                )
                .collect(),
        }
    }

    fn driver(&self) -> Driver<'c> {
        Driver {
            name: "Trilith",
            full_name: format!("Trilith {}", self.context.options.tool_version).trim().to_owned(),
            information_uri: env!("CARGO_PKG_REPOSITORY"),
            semantic_version: &self.context.options.tool_version,
            rules: self.rules.iter().map(|(id, (_, worst))| self.rule(id, *worst)).collect(),
        }
    }

    fn rule(&self, id: &'c str, worst: Severity) -> Rule<'c> {
        match self.context.card(id) {
            Some(card) => rule(card),
            None => unknown_rule(id, worst),
        }
    }

    /// What could not be read, as well as in the results: a viewer that shows only one of the
    /// two must not take an unchecked file for a clean one.
    fn invocation(&self, left_out: usize) -> Invocation<'c> {
        let unreadable = self.diagnostics.iter().filter(|d| self.context.is_unreadable(d));
        let mut notifications: Vec<Notification<'c>> = unreadable
            .map(|diagnostic| Notification {
                level: "error",
                message: Text { text: Cow::Borrowed(diagnostic.message.as_str()) },
                associated_rule: Some(RuleReference {
                    id: &diagnostic.rule,
                    index: self.index(&diagnostic.rule),
                }),
                locations: vec![self.location(diagnostic.primary.span)],
            })
            .collect();
        if left_out > 0 {
            notifications.push(Notification {
                level: "warning",
                message: Text { text: format!("{left_out} findings are left out.").into() },
                associated_rule: None,
                locations: Vec::new(),
            });
        }
        Invocation {
            execution_successful: self.context.report.summary.files_unreadable == 0,
            tool_execution_notifications: notifications,
        }
    }

    fn index(&self, rule: &str) -> usize {
        self.rules.get(rule).map_or(0, |(index, _)| *index)
    }

    fn outcome(
        &self,
        diagnostic: &'c Diagnostic,
        fingerprint: u64,
        waived: Option<&'c WaivedFinding>,
    ) -> Outcome<'c> {
        let subject = diagnostic.subject.as_ref();
        let mut location = self.location(diagnostic.primary.span);
        location.logical_locations = subject.map(|subject| {
            [LogicalLocation { fully_qualified_name: &subject.address, kind: "resource" }]
        });
        let instances = subject.map_or(&[][..], |subject| &subject.instances);
        Outcome {
            rule_id: &diagnostic.rule,
            rule_index: self.index(&diagnostic.rule),
            level: Level::of(diagnostic.severity).name(),
            message: Text { text: self.message(diagnostic).into() },
            locations: [location],
            related_locations: self.related(diagnostic),
            partial_fingerprints: self.fingerprints(diagnostic, fingerprint),
            rank: rank(diagnostic.severity),
            fixes: diagnostic.fix.iter().map(|fix| self.fix(fix)).collect(),
            suppressions: waived.map(|by| [suppression(by)]),
            properties: Properties {
                severity: diagnostic.severity.name(),
                construct: subject.and_then(|subject| subject.construct.as_deref()),
                resource_type: subject.map(|subject| subject.resource_type.as_ref()),
                source_type: subject.map(|subject| subject.source_type.as_ref()),
                property: subject
                    .filter(|subject| !subject.path.is_root())
                    .map(|subject| subject.path.to_string()),
                instances: instances.iter().map(AsRef::as_ref).collect(),
                only_when: diagnostic.only_when.as_deref(),
            },
        }
    }

    fn fix(&self, fix: &'c Fix) -> model::Fix<'c> {
        let mut text = String::new();
        sentence(&mut text, "", &fix.title);
        if let Some(caution) = &fix.caution {
            sentence(&mut text, "Look at it first: ", caution);
        }
        let mut changes: BTreeMap<SourceId, Vec<model::Replacement<'c>>> = BTreeMap::new();
        for one in &fix.replacements {
            let (start, end) = self.context.locator.points(one.span);
            changes.entry(one.span.source).or_default().push(model::Replacement {
                deleted_region: Region {
                    start_line: start.line,
                    start_column: start.column.utf16,
                    end_line: end.line,
                    end_column: end.column.utf16,
                },
                inserted_content: Text { text: Cow::Borrowed(&one.text) },
            });
        }
        let changes = changes.into_iter().map(|(source, replacements)| ArtifactChange {
            artifact_location: self.artifact(source),
            replacements,
        });
        model::Fix { description: Text { text: text.into() }, artifact_changes: changes.collect() }
    }

    fn artifact(&self, source: SourceId) -> ArtifactLocation {
        let path = self.context.path(source);
        ArtifactLocation { uri: to_uri(path), uri_base_id: (!is_absolute(path)).then_some(ROOT) }
    }

    fn fingerprints(&self, diagnostic: &Diagnostic, own: u64) -> BTreeMap<&'static str, String> {
        let span = diagnostic.primary.span;
        let line = self.context.locator.region(span).line;
        let hash = self.hashes.get(&span.source).and_then(|lines| lines.get(&line));
        let hash = hash.map(|hash| ("primaryLocationLineHash", hash.clone()));
        hash.into_iter().chain([("trilith/v1", format!("{own:016x}"))]).collect()
    }

    fn related(&self, diagnostic: &'c Diagnostic) -> Vec<Location<'c>> {
        let places = self.places(diagnostic).zip(1..);
        places
            .map(|((span, text), id)| {
                let message = (!text.is_empty()).then_some(Text { text });
                Location { id: Some(id), message, ..self.location(span) }
            })
            .collect()
    }

    /// The further places of a finding with what is said of them: in the end what encloses it,
    /// unless something is said of that line already.
    fn places(&self, diagnostic: &'c Diagnostic) -> impl Iterator<Item = (Span, Cow<'c, str>)> {
        let locator = &self.context.locator;
        let line = |span: Span| (span.source, locator.line_index(span));
        let around = heading(locator, diagnostic).filter(|within| {
            let mut labels = diagnostic.related.iter().map(|label| line(label.span));
            labels.all(|label| label != line(within.span))
        });
        let around = around.map(|within| (within.span, format!("in `{}`", within.name).into()));
        let labels = diagnostic.related.iter();
        let labels = labels.map(|label| (label.span, Cow::Borrowed(label.message.as_str())));
        labels.chain(around).take(MOST_RELATED)
    }

    fn location(&self, span: Span) -> Location<'c> {
        let region = self.context.locator.region(span);
        Location {
            id: None,
            physical: PhysicalLocation {
                artifact_location: self.artifact(span.source),
                region: Region {
                    start_line: region.line,
                    start_column: region.column.utf16,
                    end_line: region.line,
                    end_column: region.end_column.utf16,
                },
            },
            logical_locations: None,
            message: None,
        }
    }

    /// All there is to say, in sentences; the first one is the title of the alert. Related
    /// places are shown only where the message links to them.
    fn message(&self, diagnostic: &'c Diagnostic) -> String {
        let mut text = String::new();
        sentence(&mut text, "", &diagnostic.message);
        match &diagnostic.subject {
            Some(subject) if subject.path.is_root() => {
                sentence(&mut text, &format!("{}: ", subject.address), &diagnostic.primary.message);
            }
            Some(subject) => {
                let place = format!("{}, {}: ", subject.address, subject.path);
                sentence(&mut text, &place, &diagnostic.primary.message);
            }
            None => sentence(&mut text, "", &diagnostic.primary.message),
        }
        if let Some(scenario) = &diagnostic.only_when {
            sentence(&mut text, "Only when ", scenario);
        }
        if let Some(instances) = diagnostic.subject.as_ref().and_then(instances) {
            sentence(&mut text, "", &instances);
        }
        diagnostic.notes.iter().for_each(|note| sentence(&mut text, "", note));
        if let Some(help) = &diagnostic.help {
            sentence(&mut text, "Help: ", help);
        }
        self.links(&mut text, diagnostic);
        text
    }

    fn links(&self, text: &mut String, diagnostic: &'c Diagnostic) {
        let length = text.len();
        for ((span, said), id) in self.places(diagnostic).zip(1..) {
            let place = if said.is_empty() {
                let line = self.context.locator.region(span).line;
                Cow::Owned(format!("{}:{line}", self.context.path(span.source)))
            } else {
                said
            };
            let place = place.replace(['[', '\\'], "(").replace(']', ")");
            let _ = write!(text, "{}[{place}]({id})", if id == 1 { " See: " } else { ", " });
        }
        if text.len() > length {
            text.push('.');
        }
    }
}

/// Who accepts a result, and why.
fn suppression(by: &WaivedFinding) -> Suppression<'_> {
    Suppression {
        kind: if by.origin == "configuration" { "external" } else { "inSource" },
        status: "accepted",
        justification: &by.reason,
        properties: SuppressionProperties {
            owner: &by.owner,
            expires: &by.expires,
            ticket: &by.ticket,
            origin: by.origin,
        },
    }
}

/// Adds a sentence that links to nothing; an empty one is left out.
fn sentence(text: &mut String, start: &str, rest: &str) {
    let rest = rest.trim();
    if rest.is_empty() {
        return;
    }
    if !text.is_empty() {
        text.push(' ');
    }
    // `[text](1)` is a link in SARIF; a bracket in an address is just a bracket.
    text.push_str(&start.replace("](", "] ("));
    let rest = rest.replace("](", "] (");
    if start.is_empty() && starts_with_word(&rest) {
        text.push_str(&rest[..1].to_ascii_uppercase());
        text.push_str(&rest[1..]);
    } else {
        text.push_str(&rest);
    }
    if !rest.ends_with(['.', '!', '?']) {
        text.push('.');
    }
}

/// Whether a text starts with a word, which may get a capital letter, and not with a name.
fn starts_with_word(text: &str) -> bool {
    let word = text.split(' ').next().unwrap_or_default();
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn rule(card: &RuleCard) -> Rule<'_> {
    let or = |text, other| if str::is_empty(text) { other } else { text };
    let summary = or(&card.summary, &card.title);
    let practices: Vec<&str> = card.practices.iter().map(|practice| practice.id.as_ref()).collect();
    let mut tags = vec!["security"];
    for tag in practices.iter().copied().chain(card.tags.iter().map(AsRef::as_ref)) {
        if !tags.contains(&tag) && tags.len() < MOST_TAGS {
            tags.push(tag);
        }
    }
    Rule {
        id: &card.id,
        name: pascal_case(&card.id),
        short_description: Text { text: truncate(&card.title, LONGEST_DESCRIPTION) },
        full_description: Text { text: truncate(summary, LONGEST_DESCRIPTION) },
        help: Help { text: or(&card.help_text, summary), markdown: &card.help_markdown },
        help_uri: &card.help_uri,
        default_configuration: Configuration { level: Level::of(card.severity).name() },
        properties: RuleProperties {
            tags,
            precision: card.confidence.name(),
            problem_severity: problem_severity(card.severity),
            security_severity: security_severity(card.severity),
            practices,
            aliases: card.aliases.iter().map(AsRef::as_ref).collect(),
        },
    }
}

/// A rule that nothing is known of but its results.
fn unknown_rule(id: &str, severity: Severity) -> Rule<'_> {
    Rule {
        id,
        name: pascal_case(id),
        short_description: Text { text: truncate(id, LONGEST_DESCRIPTION) },
        full_description: Text { text: truncate(id, LONGEST_DESCRIPTION) },
        help: Help { text: id, markdown: "" },
        help_uri: "",
        default_configuration: Configuration { level: Level::of(severity).name() },
        properties: RuleProperties {
            tags: vec!["security"],
            precision: "medium",
            problem_severity: problem_severity(severity),
            security_severity: security_severity(severity),
            practices: Vec::new(),
            aliases: Vec::new(),
        },
    }
}

/// `security-group-open-to-world` as `SecurityGroupOpenToWorld`.
fn pascal_case(id: &str) -> String {
    let words = id.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect::<String>();
    truncate(&name, 255).into_owned()
}

/// GitHub: above 9.0 critical, from 7.0 high, from 4.0 medium, from 0.1 low.
const fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
        Severity::Info => "0.0",
    }
}

const fn problem_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "recommendation",
    }
}

/// Urgency from 0 to 100.
const fn rank(severity: Severity) -> f64 {
    match severity {
        Severity::Critical => 95.0,
        Severity::High => 80.0,
        Severity::Medium => 55.0,
        Severity::Low => 20.0,
        Severity::Info => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_pascal_case() {
        assert_eq!(pascal_case("s3-bucket-öpen-2"), "S3BucketPen2");
    }

    #[test]
    fn a_bracket_in_a_sentence_is_no_link() {
        let mut text = "A.".to_owned();
        sentence(&mut text, "x[1](2) ", "y[3](4)");
        sentence(&mut text, "Only when ", " ");
        assert_eq!(text, "A. x[1] (2) y[3] (4).");
    }

    #[test]
    fn a_sentence_starts_with_a_capital_letter_unless_with_a_name() {
        let of = |rest| {
            let mut text = String::new();
            sentence(&mut text, "", rest);
            text
        };
        assert_eq!(of("the bucket is public"), "The bucket is public.");
        assert_eq!(of("iam:PassRole on all"), "iam:PassRole on all.");
        assert_eq!(of("`role` can do it!"), "`role` can do it!");
        assert_eq!(of("über alles"), "über alles.");
    }

    #[test]
    fn a_rule_has_few_tags_and_no_long_description() {
        let mut card = RuleCard::new("a-b", "t".repeat(2000), Severity::High);
        card.tags = (0..30).map(|n| format!("tag-{}", n % 20).into()).collect();
        let rule = rule(&card);
        assert_eq!(rule.properties.tags.len(), 10);
        assert_eq!(rule.properties.tags[..3], ["security", "tag-0", "tag-1"]);
        assert_eq!(rule.short_description.text.chars().count(), 1024);
        assert_eq!(rule.help.text, card.title, "help must not be empty");
    }
}

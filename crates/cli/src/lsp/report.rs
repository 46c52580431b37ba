//! Findings as the protocol has them.

use std::collections::BTreeMap;
use std::str::FromStr;

use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag,
    Location, NumberOrString, Position, Range, Uri,
};
use serde_json::json;
use trilith_graph::Severity;
use trilith_rules::Registry;
use trilith_waivers::is_unused;

use super::names::Names;
use super::position::{Encoding, Lines};
use super::project::Slip;
use super::shown::{Place, Shown};
use super::unit::Unit;
use super::uri;
use crate::cards::PAGES;
use crate::files;

/// What the diagnostics say they come from.
pub(super) const SOURCE: &str = "trilith";
/// Version of what stands in `data`.
const DATA_VERSION: u32 = 1;

/// Turns findings into diagnostics.
pub(super) struct Reporter<'r> {
    pub(super) names: &'r Names,
    pub(super) encoding: Encoding,
    /// The addresses of open documents, as the client writes them, by name.
    pub(super) uris: &'r BTreeMap<String, Uri>,
}

impl Reporter<'_> {
    /// The diagnostics of a unit by the canonical name of the file; an empty list for a file
    /// without any.
    pub(super) fn of_unit(&self, unit: &Unit) -> BTreeMap<String, Vec<Diagnostic>> {
        let mut found: BTreeMap<String, Vec<Diagnostic>> =
            unit.files().map(|name| (self.names.canonical(name), Vec::new())).collect();
        let mut texts = Texts { unit, lines: BTreeMap::new(), encoding: self.encoding };
        for shown in &unit.shown {
            let name = self.names.canonical(&shown.place.file);
            found.entry(name).or_default().extend(self.one(shown, unit, &mut texts));
        }
        found
    }

    fn one(&self, shown: &Shown, unit: &Unit, texts: &mut Texts<'_>) -> Option<Diagnostic> {
        let Shown { diagnostic, place, .. } = shown;
        let registry = &unit.project.loaded.setup.policies.registry;
        let rule = &*diagnostic.rule;
        let related = shown.related.iter().filter(|(other, _)| other != place);
        let related = related.filter_map(|(place, remark)| {
            let location = Location::new(self.uri(&place.file)?, texts.range(place)?);
            let message = if remark.is_empty() { "related".into() } else { remark.clone() };
            Some(DiagnosticRelatedInformation { location, message })
        });
        let related: Vec<_> = related.collect();
        let href = page_address(rule, registry, self.names);
        Some(Diagnostic {
            range: texts.range(place)?,
            severity: Some(severity(diagnostic.severity)),
            code: Some(NumberOrString::String(rule.to_owned())),
            code_description: href.map(|href| CodeDescription { href }),
            source: Some(SOURCE.into()),
            message: message(shown),
            related_information: (!related.is_empty()).then_some(related),
            tags: is_unused(rule).then(|| vec![DiagnosticTag::UNNECESSARY]),
            data: Some(json!({
                "version": DATA_VERSION,
                "fingerprint": format!("{:016x}", shown.fingerprint),
                "address": diagnostic.subject.as_ref().map(|subject| &*subject.address),
                "property": diagnostic.subject.as_ref().map(|subject| subject.path.to_string()),
            })),
        })
    }

    /// The address of a file.
    pub(super) fn uri(&self, name: &str) -> Option<Uri> {
        let canonical = self.names.canonical(name);
        let open = self.uris.get(&canonical).cloned();
        open.or_else(|| uri::of_path(&self.names.path(name)))
    }
}

/// Texts of a unit, with their lines.
struct Texts<'u> {
    unit: &'u Unit,
    lines: BTreeMap<std::sync::Arc<str>, Option<(&'u str, Lines)>>,
    encoding: Encoding,
}

impl Texts<'_> {
    fn range(&mut self, place: &Place) -> Option<Range> {
        let unit = self.unit;
        let entry = self.lines.entry(place.file.clone()).or_insert_with(|| {
            let source = unit.source(&place.file)?;
            let text = unit.examined.as_ref()?.analysis.sources.file(source).text();
            Some((text, Lines::of(text)))
        });
        let (text, lines) = entry.as_ref()?;
        Some(lines.place(text, place.start..place.end, self.encoding))
    }
}

/// What is wrong with a configuration or a policy.
pub(super) fn of_slip(slip: &Slip) -> Diagnostic {
    let at = Position::new(slip.line.saturating_sub(1), slip.column.saturating_sub(1));
    // To the end of the line, which every client cuts off where it is.
    let end = Position::new(at.line, at.character.saturating_add(200));
    Diagnostic {
        range: Range::new(at, end),
        severity: Some(DiagnosticSeverity::ERROR),
        source: Some(SOURCE.into()),
        message: slip.message.clone(),
        ..Diagnostic::default()
    }
}

/// Severities as every report has them.
fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Critical | Severity::High => DiagnosticSeverity::ERROR,
        Severity::Medium => DiagnosticSeverity::WARNING,
        Severity::Low | Severity::Info => DiagnosticSeverity::INFORMATION,
    }
}

/// What is wrong in the first line, which is all that some editors show; then what else there is
/// to say.
fn message(shown: &Shown) -> String {
    let diagnostic = &shown.diagnostic;
    let mut lines = vec![diagnostic.message.clone()];
    let label = &diagnostic.primary.message;
    if !label.is_empty() && *label != diagnostic.message {
        lines.push(label.clone());
    }
    lines.extend(diagnostic.only_when.iter().map(|when| format!("only when {when}")));
    lines.extend(diagnostic.notes.iter().cloned());
    let instances = diagnostic.subject.as_ref().map_or(0, |subject| subject.instances.len());
    match instances {
        0 => {}
        1 => lines.push("in 1 further instance".into()),
        more => lines.push(format!("in {more} further instances")),
    }
    lines.extend(diagnostic.help.iter().map(|help| format!("help: {help}")));
    lines.join("\n")
}

/// Where the page of a rule can be read: on the web, or in the folder of the user's rule.
pub(super) fn page_address(rule: &str, registry: &Registry, names: &Names) -> Option<Uri> {
    let rule = registry.rules().find(|one| one.id() == rule)?;
    if rule.is_built_in() {
        return Uri::from_str(&format!("{PAGES}/{}/rule.md", rule.folder)).ok();
    }
    let path = names.path(&format!("{}/rule.md", rule.folder));
    files::is_file(&path).then(|| uri::of_path(&path)).flatten()
}

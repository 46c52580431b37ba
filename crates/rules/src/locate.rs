//! From a finding's resource and path to a place in a source, or to "unknown".

use std::sync::Arc;

use trilith_graph::{
    Diagnostic, Finding, Flags, Label, Part, PropertyPath, Reason, Resource, Span, Subject, Value,
    ValueKind,
};

use crate::rule::{Predicate, Rule};
use crate::view::View;

/// A finding with its place.
#[derive(Debug, Clone)]
pub(crate) struct Located {
    pub(crate) diagnostic: Diagnostic,
    /// Text to mask, because it is secret.
    pub(crate) masks: Vec<Span>,
}

/// Why a finding cannot be told from what is known, if so.
pub(crate) fn unknown_behind(rule: &Rule, view: &View<'_>, finding: &Finding) -> Option<Reason> {
    // Native predicates decide with three values; the other languages have two, so a value that
    // only may be what they took it for counts as unknown.
    let strict = !matches!(rule.predicate, Predicate::Native(_));
    let own = (finding.resource, &finding.path);
    let others = finding.rests_on.iter().map(|place| (place.resource, &place.path));
    std::iter::once(own).chain(others).find_map(|(resource, path)| {
        if resource == view.id() {
            unknown_value(view.properties().at(path), strict)
        } else {
            unknown_value(view.beside(resource).properties().at(path), strict)
        }
    })
}

fn unknown_value(value: &Value, strict: bool) -> Option<Reason> {
    match &value.kind {
        ValueKind::Unknown(reason) => Some(reason.clone()),
        ValueKind::OneOf(_) => Some(Reason::Undecided),
        _ if !strict => None,
        ValueKind::Reference(reference) => Some(Reason::Undeclared(reference.to_string().into())),
        ValueKind::Template(parts) => parts.iter().find_map(|part| match part {
            Part::Hole(hole) => unknown_value(hole, true),
            Part::Text(_) => None,
        }),
        ValueKind::List(_) if value.flags.has(Flags::OPEN) => Some(Reason::OpenMap),
        ValueKind::List(items) => items.iter().find_map(|item| match &item.kind {
            ValueKind::Unknown(reason) => Some(reason.clone()),
            _ => None,
        }),
        _ => None,
    }
}

/// Places a finding.
pub(crate) fn locate(rule: &Rule, view: &View<'_>, finding: Finding) -> Located {
    let resource = view.resource();
    let (span, value) = place(resource, view.properties(), &finding.path);
    let mut diagnostic =
        Diagnostic::new(rule.metadata.id.to_string(), rule.severity(), span, finding.message);
    diagnostic.severity = finding.severity.unwrap_or(diagnostic.severity);
    diagnostic.primary.message =
        finding.label.unwrap_or_else(|| default_label(value, &finding.path));
    diagnostic.help = finding.help.or_else(|| rule.fix());
    let mut masks = Vec::new();
    if rule.metadata.secret && !finding.path.is_root() {
        masks.push(span);
    }
    if let Some(value) = value {
        describe_origin(value, &mut diagnostic, &mut masks, rule.metadata.secret);
    }
    for place in finding.related {
        let span = if place.resource == view.id() {
            self::place(resource, view.properties(), &place.path).0
        } else {
            let other = view.beside(place.resource);
            self::place(other.resource(), other.properties(), &place.path).0
        };
        diagnostic.related.push(Label { span, message: place.message });
    }
    diagnostic.subject = Some(Subject {
        address: resource.address.clone(),
        resource_type: resource.resource_type.clone(),
        source_type: resource.source_type.clone(),
        path: finding.path,
        instances: Vec::new(),
    });
    Located { diagnostic, masks }
}

/// Where a path leads: its value if it exists, else the nearest thing above it that is written.
fn place<'v>(
    resource: &Resource,
    properties: &'v Value,
    path: &PropertyPath,
) -> (Span, Option<&'v Value>) {
    match properties.locate(path) {
        Some((span, depth)) if depth == path.segments().len() => (span, Some(properties.at(path))),
        Some((span, _)) => (span, None),
        None => (resource.span, None),
    }
}

fn default_label(value: Option<&Value>, path: &PropertyPath) -> String {
    match value {
        None if !path.is_root() => format!("`{}` is not set", path.generic().replace("/*", "")),
        _ => String::new(),
    }
}

/// Notes the way a value came, and that a default was assumed.
fn describe_origin(
    value: &Value,
    diagnostic: &mut Diagnostic,
    masks: &mut Vec<Span>,
    secret: bool,
) {
    let mut step = value.via.as_ref();
    let mut last: Option<&Arc<str>> = None;
    while let Some(via) = step {
        if via.span != diagnostic.primary.span {
            diagnostic.related.push(Label { span: via.span, message: via.note.to_string() });
            if secret || value.flags.has(Flags::SENSITIVE) {
                masks.push(via.span);
            }
        }
        last = Some(&via.note);
        step = via.next.as_ref();
    }
    if let (true, Some(note)) = (value.flags.has(Flags::ASSUMED), last) {
        diagnostic.notes.push(format!("rests on the {note}"));
    }
    if value.flags.has(Flags::SENSITIVE) {
        masks.push(diagnostic.primary.span);
    }
}

//! From a finding's resource and path to a place in a source, or to "unknown".

use std::sync::Arc;

use trilith_graph::{
    Diagnostic, Enclosed, Finding, Flags, Format, Label, Part, PropertyPath, Reason, Resource,
    Span, Subject, Value, ValueKind, Via, Written,
};

use crate::rule::{Predicate, Rule};
use crate::view::View;
use crate::within::within;

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
    let (span, value) = place(view, &finding.path);
    let mut diagnostic = Diagnostic::new(rule.id(), rule.severity(), span, finding.message);
    diagnostic.severity = finding.severity.unwrap_or(diagnostic.severity);
    // Guard labels a value with what it is, which a rule about secrets must not.
    let quotes = matches!(rule.predicate, Predicate::Guard(_) | Predicate::GuardRule(_));
    let label = finding.label.filter(|_| !(quotes && rule.metadata.secret));
    diagnostic.primary.message = label.unwrap_or_else(|| default_label(value, &finding.path));
    diagnostic.help = finding.help.or_else(|| rule.fix_in(resource.format));
    diagnostic.edits = finding.edits;
    diagnostic.within = within(view, &finding.path, span);
    let mut masks = Vec::new();
    if rule.metadata.secret && !finding.path.is_root() {
        masks.push(span);
    }
    let secret = rule.metadata.secret;
    let mut origins = ancestors(view.properties(), &finding.path);
    origins.extend(value.filter(|_| origins.last().is_some_and(|last| last.is_absent())));
    describe_origin(&origins, &mut diagnostic, &mut masks, secret);
    for place in finding.related {
        let span = if place.resource == view.id() {
            self::place(view, &place.path).0
        } else {
            self::place(&view.beside(place.resource), &place.path).0
        };
        diagnostic.related.push(Label::new(span, place.message));
    }
    for (stack, span) in view.root().stacks_around(&resource.address) {
        diagnostic = diagnostic.related(*span, format!("nested stack `{stack}` is created here"));
    }
    let address = written_address(view);
    let by = view.root().enclosing(&resource.address);
    diagnostic.subject = Some(Subject {
        root: resource.root,
        enclosed: enclosed(&address, by),
        construct: construct(resource, &address),
        address,
        declared: resource.span,
        resource_type: resource.resource_type.clone(),
        source_type: resource.source_type.clone(),
        path: finding.path,
        instances: Vec::new(),
    });
    Located { diagnostic, masks }
}

/// What encloses one instance, if anything does.
pub(crate) fn enclosed(address: &Arc<str>, by: Vec<Span>) -> Vec<Enclosed> {
    if by.is_empty() {
        Vec::new()
    } else {
        vec![Enclosed { address: address.clone(), by, root: None }]
    }
}

/// The CDK's path of the construct that made a resource. What SAM makes of a resource is called
/// like that, which no construct is.
fn construct(resource: &Resource, written: &str) -> Option<Arc<str>> {
    let is_named = resource.format == Format::CloudFormation
        && resource.is_real()
        && resource.name != resource.address
        && *resource.name != *written;
    is_named.then(|| resource.name.clone())
}

/// The address that the user knows: of what an expansion made of a resource, that resource's.
pub(crate) fn written_address(view: &View<'_>) -> Arc<str> {
    let resource = view.resource();
    if !resource.is_synthetic() || *resource.source_type == *resource.resource_type {
        return resource.address.clone();
    }
    // What comes with a resource is called like it: `Hook` and `HookUrl`.
    let ends = resource.address.char_indices().map(|(at, _)| at).rev();
    let mut shorter = ends.map(|end| &resource.address[..end]).filter(|name| !name.is_empty());
    let written = shorter.find_map(|name| {
        let found = view.graph().resource(view.graph().find(resource.root, name)?);
        let is_source = !found.is_synthetic() && found.source_type == resource.source_type;
        is_source.then(|| found.address.clone())
    });
    written.unwrap_or_else(|| resource.address.clone())
}

/// Where a path leads: its value if it exists, else the nearest thing above it that is written,
/// in the properties or in what the source says that comes to nothing there.
fn place<'v>(view: &'v View<'_>, path: &PropertyPath) -> (Span, Option<&'v Value>) {
    let resource = view.resource();
    let length = path.segments().len();
    let (span, depth) = match view.properties().locate(path) {
        Some((span, depth)) if depth == length => {
            let value = view.properties().at(path);
            // What the provider puts there is written nowhere, but the block around it may be.
            let is_default = value.flags.has(Flags::SCHEMA_DEFAULT);
            let written = if is_default { written_at(view, path) } else { None };
            return (written.map_or(span, |written| written.span), Some(value));
        }
        Some((_, depth)) if is_made(view, path, depth) => (resource.span, 0),
        Some(found) => found,
        // A resource says more than its properties: `Metadata`, `DeletionPolicy`.
        None => match resource.attributes.locate(path) {
            Some((span, depth)) if depth == length => {
                return (span, Some(resource.attributes.at(path)));
            }
            _ => (resource.span, 0),
        },
    };
    match written_at(view, path) {
        Some(written) if written.value.is_some() || written.depth >= depth => {
            (written.span, written.value)
        }
        _ => (span, None),
    }
}

/// Whether what a path leads to is written nowhere: the mapping from Terraform made it around what
/// it holds, whose first member or element it has the place of. Where only the last step of the
/// path is missing, that is a good place nevertheless: `encryption_type`, for want of a key.
fn is_made(view: &View<'_>, path: &PropertyPath, depth: usize) -> bool {
    if !view.is_terraform() || depth == 0 {
        return false;
    }
    let value = path.segments()[..depth].iter().fold(view.properties(), Value::step);
    let first = match &value.kind {
        ValueKind::Map(map)
            if value.flags.has(Flags::SYNTHETIC) && depth + 1 < path.segments().len() =>
        {
            map.entries().first().map(|entry| &entry.value)
        }
        ValueKind::List(items) => items.first(),
        _ => None,
    };
    first.is_some_and(|first| first.span == value.span)
}

/// What the source says about a property that is not in the canonical shape.
fn written_at<'v>(view: &'v View<'_>, path: &PropertyPath) -> Option<Written<'v>> {
    if path.is_root() {
        return None;
    }
    view.root().written.and_then(|find| find(view.resource(), path))
}

fn default_label(value: Option<&Value>, path: &PropertyPath) -> String {
    match value {
        None if !path.is_root() => format!("`{}` is not set", path.generic().replace("/*", "")),
        _ => String::new(),
    }
}

/// Notes the way that a value came, and what defaults it rests on.
///
/// What stands around a value may have come a way as well: a rule chosen by a condition, a map
/// given by an alias. The outermost step comes first.
fn describe_origin(
    origins: &[&Value],
    diagnostic: &mut Diagnostic,
    masks: &mut Vec<Span>,
    secret: bool,
) {
    let is_sensitive = origins.last().is_some_and(|value| value.flags.has(Flags::SENSITIVE));
    let is_secret = secret || is_sensitive;
    let mut is_assumed = false;
    let mut defaults: Vec<String> = Vec::new();
    for value in origins {
        is_assumed |= value.flags.has(Flags::ASSUMED);
        for step in Via::steps(value.via.as_ref()) {
            let label = Label::step(step.span, step.note.as_ref());
            if step.span == diagnostic.primary.span || diagnostic.related.contains(&label) {
                continue;
            }
            if is_secret {
                masks.push(step.span);
            }
            if step.note.starts_with(DEFAULT) && !defaults.contains(&label.message) {
                defaults.push(label.message.clone());
            }
            diagnostic.related.push(label);
        }
    }
    if is_assumed && !defaults.is_empty() {
        diagnostic.notes.push(format!("rests on the {}", defaults.join(" and the ")));
    }
    if is_sensitive {
        masks.push(diagnostic.primary.span);
    }
}

/// How the note of a step begins that leads to a default.
const DEFAULT: &str = "default of ";

/// The values on the way to a property, the property last.
fn ancestors<'v>(properties: &'v Value, path: &PropertyPath) -> Vec<&'v Value> {
    let mut value = properties;
    let inner = path.segments().iter().map(|segment| {
        value = value.step(segment);
        value
    });
    std::iter::once(properties).chain(inner).collect()
}

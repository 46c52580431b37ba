//! Values: what they come to, the way they came, and what is not known of them.

use std::fmt::Write as _;

use trilith_graph::{
    Flags, Part, PropertyPath, Reason, Resource, Segment, SourceId, SourceMap, Span, Value,
    ValueKind, Via,
};

use super::{Note, Question};

/// Members of a map or list that are shown.
const MOST_MEMBERS: usize = 12;
/// How deep maps and lists are shown.
const MOST_DEPTH: usize = 3;
/// Characters of a text that are shown.
const MOST_CHARACTERS: usize = 200;

/// What is known of the value at a place, or of the one whose key stands there.
pub(super) fn note(question: &Question<'_>) -> Option<Note> {
    let unit = question.unit?;
    let source = unit.source(question.name)?;
    let analysis = &unit.examined.as_ref()?.analysis;
    let mut search = Search { source, at: question.offset as u32, best: None };
    for (_, resource) in analysis.graph.resources() {
        // Terraform's values have their own names in what is written.
        let format = resource.format.is_terraform();
        let value =
            if format && !resource.raw.is_absent() { &resource.raw } else { &resource.properties };
        search.value(resource, value, &mut PropertyPath::root());
    }
    let Found { span, path, value, resource } = search.best?;
    let mut markdown =
        format!("`{}` of `{}` ({})\n", dotted(&path), resource.address, resource.source_type);
    let _ = write!(markdown, "\n```\n{}\n```\n", shown(value));
    describe_way(value, &analysis.sources, &mut markdown);
    describe_unknowns(value, &mut markdown);
    Some(Note { bytes: span.start as usize..span.end as usize, markdown })
}

/// The value that was found, and the part of the text that stands for it.
struct Found<'g> {
    span: Span,
    path: PropertyPath,
    value: &'g Value,
    resource: &'g Resource,
}

struct Search<'g> {
    source: SourceId,
    at: u32,
    best: Option<Found<'g>>,
}

impl<'g> Search<'g> {
    fn value(&mut self, resource: &'g Resource, value: &'g Value, path: &mut PropertyPath) {
        if !path.is_root() {
            self.offer(value.span, resource, value, path);
            for step in Via::steps(value.via.as_ref()) {
                self.offer(step.span, resource, value, path);
            }
        }
        match &value.kind {
            ValueKind::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    path.push(index);
                    self.value(resource, item, path);
                    path.pop();
                }
            }
            ValueKind::Map(map) => {
                for entry in map.entries() {
                    path.push(Segment::Key(entry.key.clone()));
                    self.offer(entry.key_span, resource, &entry.value, path);
                    self.value(resource, &entry.value, path);
                    path.pop();
                }
            }
            ValueKind::OneOf(arms) => {
                arms.iter().for_each(|arm| self.value(resource, &arm.value, path));
            }
            ValueKind::Template(parts) => {
                for part in parts.iter() {
                    if let Part::Hole(hole) = part {
                        self.value(resource, hole, path);
                    }
                }
            }
            _ => {}
        }
    }

    fn offer(&mut self, span: Span, resource: &'g Resource, value: &'g Value, path: &PropertyPath) {
        let is_here = span.source == self.source && span.start <= self.at && self.at <= span.end;
        let is_better = self.best.as_ref().is_none_or(|best| span.len() < best.span.len());
        if is_here && is_better && !span.is_empty() {
            self.best = Some(Found { span, path: path.clone(), value, resource });
        }
    }
}

/// `Rules.0.Status`.
fn dotted(path: &PropertyPath) -> String {
    let segments = path.segments().iter().map(|segment| match segment {
        Segment::Key(key) => key.to_string(),
        Segment::Index(index) => index.to_string(),
    });
    segments.collect::<Vec<_>>().join(".")
}

/// A value as people would write it.
fn shown(value: &Value) -> String {
    let mut text = String::new();
    show(value, 0, &mut text);
    text
}

fn show(value: &Value, depth: usize, out: &mut String) {
    let pad = "  ".repeat(depth);
    if value.flags.has(Flags::SENSITIVE) {
        out.push_str("(sensitive)");
        return;
    }
    match &value.kind {
        ValueKind::Absent => out.push_str("(not set)"),
        ValueKind::Null => out.push_str("null"),
        ValueKind::Unknown(_) => out.push_str("(unknown)"),
        ValueKind::OneOf(arms) => {
            for (at, arm) in arms.iter().take(MOST_MEMBERS).enumerate() {
                let line = if at > 0 { format!("\n{pad}") } else { String::new() };
                let _ = write!(out, "{line}when {}: ", arm.guard.describe(true).replace('`', ""));
                show(&arm.value, depth + 1, out);
            }
        }
        ValueKind::List(items) if items.is_empty() => out.push_str("[]"),
        ValueKind::Map(map) if map.is_empty() => out.push_str("{}"),
        ValueKind::List(_) | ValueKind::Map(_) if depth >= MOST_DEPTH => out.push_str("..."),
        ValueKind::List(items) => {
            for (at, item) in items.iter().take(MOST_MEMBERS).enumerate() {
                let line = if at > 0 || depth > 0 { format!("\n{pad}") } else { String::new() };
                let _ = write!(out, "{line}- ");
                show(item, depth + 1, out);
            }
            more(items.len(), &pad, value, out);
        }
        ValueKind::Map(map) => {
            for (at, entry) in map.entries().iter().take(MOST_MEMBERS).enumerate() {
                let line = if at > 0 || depth > 0 { format!("\n{pad}") } else { String::new() };
                let _ = write!(out, "{line}{}: ", entry.key);
                show(&entry.value, depth + 1, out);
            }
            more(map.len(), &pad, value, out);
        }
        _ => {
            let text = value.display_text().unwrap_or_default();
            let short: String = text.chars().take(MOST_CHARACTERS).collect();
            let _ = match value.kind {
                ValueKind::String(_) | ValueKind::Template(_) => write!(out, "{short:?}"),
                _ => write!(out, "{short}"),
            };
            if short.len() < text.len() {
                out.push_str("...");
            }
        }
    }
}

fn more(count: usize, pad: &str, value: &Value, out: &mut String) {
    if let Some(more) = count.checked_sub(MOST_MEMBERS).filter(|more| *more > 0) {
        let _ = write!(out, "\n{pad}... and {more} more");
    }
    if value.flags.has(Flags::OPEN) {
        let _ = write!(out, "\n{pad}... and what cannot be seen");
    }
}

/// The steps from where the value is used to where it is written.
fn describe_way(value: &Value, sources: &SourceMap, out: &mut String) {
    for step in Via::steps(value.via.as_ref()) {
        if (step.span.source.0 as usize) < sources.files().count() {
            let name = sources.file(step.span.source).name();
            let line = sources.start(step.span).line;
            let _ = write!(out, "\n- {} ({name}:{line})", step.note);
        }
    }
    if value.via.is_some() {
        out.push('\n');
    }
    if value.flags.has(Flags::ASSUMED) {
        out.push_str("\nRests on a default: nobody gave a value.\n");
    }
    if value.flags.has(Flags::SCHEMA_DEFAULT) {
        out.push_str("\nNot written: the default of the provider.\n");
    }
}

/// What is not known of it, each reason once.
fn describe_unknowns(value: &Value, out: &mut String) {
    let mut reasons: Vec<Reason> = Vec::new();
    value.walk(&mut |_, value| {
        if let ValueKind::Unknown(reason) = &value.kind
            && !reasons.contains(reason)
        {
            reasons.push(reason.clone());
        }
    });
    for reason in reasons.iter().take(MOST_MEMBERS) {
        let _ = write!(out, "\nNot known: {reason}.\n");
    }
}

//! The format of reviewdog: one document, or one finding a line.
//!
//! Source: reviewdog's `proto/rdf/reviewdog.proto`. Columns are counted in bytes of UTF-8.

use std::io::{self, Write};

use serde::Serialize;
use trilith_graph::{Diagnostic, Span};

use crate::checkstyle::message;
use crate::format::{Context, Level};

pub(crate) fn write(context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        source: Source { name: "trilith", url: env!("CARGO_PKG_REPOSITORY") },
        diagnostics: context.diagnostics.iter().map(|one| Entry::new(context, one, None)).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

pub(crate) fn write_lines(context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    for diagnostic in context.diagnostics.iter() {
        let source = Source { name: "trilith", url: env!("CARGO_PKG_REPOSITORY") };
        serde_json::to_writer(&mut *out, &Entry::new(context, diagnostic, Some(source)))?;
        writeln!(out)?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Document<'c> {
    source: Source,
    diagnostics: Vec<Entry<'c>>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
    url: &'static str,
}

#[derive(Serialize)]
struct Entry<'c> {
    message: String,
    location: Location<'c>,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Source>,
    code: Code<'c>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestions: Option<[Suggestion; 1]>,
}

/// What to put in place of a range. A suggestion is applied with a click, so it is whole.
#[derive(Serialize)]
struct Suggestion {
    range: Range,
    text: String,
}

#[derive(Serialize)]
struct Location<'c> {
    path: &'c str,
    range: Range,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Code<'c> {
    value: &'c str,
    #[serde(skip_serializing_if = "str::is_empty")]
    url: &'c str,
}

impl<'c> Entry<'c> {
    fn new(context: &'c Context<'_>, diagnostic: &'c Diagnostic, source: Option<Source>) -> Self {
        let severity = match Level::of(diagnostic.severity) {
            Level::Error => "ERROR",
            Level::Warning => "WARNING",
            Level::Note => "INFO",
        };
        let url = context.card(&diagnostic.rule).map_or("", |card| card.help_uri.as_ref());
        Self {
            message: message(diagnostic),
            location: Location {
                path: context.path(diagnostic.primary.span.source),
                range: Range::new(context, diagnostic.primary.span),
            },
            severity,
            source,
            code: Code { value: &diagnostic.rule, url },
            suggestions: suggestion(context, diagnostic).map(|suggestion| [suggestion]),
        }
    }
}

/// Lines that a suggestion may span: a longer one hides what it changes.
const MOST_LINES: usize = 30;

/// The fix of a finding as one range, if it changes one place of one file, and is safe: a click
/// on a suggestion shows nobody what it may break.
fn suggestion(context: &Context<'_>, diagnostic: &Diagnostic) -> Option<Suggestion> {
    let fix = diagnostic.fix.as_ref().filter(|fix| fix.is_safe())?;
    let (first, last) = (fix.replacements.first()?, fix.replacements.last()?);
    let (source, start, end) = (first.span.source, first.span.start, last.span.end);
    if fix.replacements.iter().any(|one| one.span.source != source) {
        return None;
    }
    let whole = Span::new(source, start, end);
    // What stands between two changes is repeated; a secret is not.
    if context.masks.overlapping(whole).next().is_some() {
        return None;
    }
    let old = context.locator.file(source).text();
    let mut text = String::new();
    let mut at = start;
    for one in &fix.replacements {
        text.push_str(old.get(at as usize..one.span.start as usize)?);
        text.push_str(&one.text);
        at = one.span.end;
    }
    let lines = old.get(start as usize..end as usize)?.lines().count();
    (lines <= MOST_LINES).then(|| Suggestion { range: Range::exact(context, whole), text })
}

impl Range {
    fn new(context: &Context<'_>, span: Span) -> Self {
        Self::exact(context, context.locator.first_line(span))
    }

    fn exact(context: &Context<'_>, span: Span) -> Self {
        let file = context.locator.file(span.source);
        let position = |offset: u32| {
            let index = file.line_index(offset);
            let start = file.line_range(index).start;
            Position { line: index as u32 + 1, column: offset.saturating_sub(start) + 1 }
        };
        Self { start: position(span.start), end: position(span.end) }
    }
}

//! Documents inside strings: policies, state machines, dashboards.
//!
//! The tree of such a document has the spans of the file around it, so that a finding points
//! into the string.

use std::sync::Arc;

use super::align::align;
use super::{
    JsonOptions, Kind, NodeId, ParsedTree, Segments, SyntaxError, SyntaxErrorKind, Tree,
    parse_json, parse_yaml,
};

impl Segments {
    /// The text of a scalar, and where each of its characters is written. Holes of a document
    /// that is itself embedded keep their numbers. `None` for lists and maps.
    pub fn of_scalar(tree: &Tree<'_>, id: NodeId) -> Option<Self> {
        if matches!(tree.kind(id), Kind::List | Kind::Map | Kind::Alias(_)) {
            return None;
        }
        let (written, start, quote) = tree.written(id);
        let text = tree.text(id);
        let mut segments = Self::new(tree.text_span(id));
        let Some(runs) = align(written, text, quote) else {
            segments.push_from(tree, text, (start, start + written.len() as u32), false);
            return Some(segments);
        };
        for run in runs {
            let place = (start + run.written.start as u32, start + run.written.end as u32);
            segments.push_from(tree, &text[run.decoded], place, run.is_verbatim);
        }
        Some(segments)
    }

    /// Adds text that is written at a range of a tree's text.
    fn push_from(&mut self, tree: &Tree<'_>, text: &str, (start, end): (u32, u32), verbatim: bool) {
        match &tree.segments {
            Some(around) if verbatim => self.push_split(around, start, end),
            _ => self.push_piece(text, tree.outer(start, end), verbatim),
        }
    }
}

/// Reads text as JSON. Values outside of quotes may be holes: see [`Segments::push_hole`].
pub fn parse_embedded_json(segments: Segments) -> ParsedTree<'static> {
    let options = JsonOptions { holes: true, ..JsonOptions::default() };
    let parsed = parse_json(segments.whole().source, segments.text(), &options);
    let (tree, errors) = (parsed.tree.into_owned(), parsed.errors);
    attach(tree, errors, segments)
}

/// Reads text as YAML. Holes are text there.
pub fn parse_embedded_yaml(segments: Segments) -> ParsedTree<'static> {
    let parsed = parse_yaml(segments.whole().source, segments.text());
    let (tree, errors) = (parsed.tree.into_owned(), parsed.errors);
    attach(tree, errors, segments)
}

/// Reads the text of a scalar as JSON, if it looks like a JSON object or list.
pub fn embedded_json(tree: &Tree<'_>, id: NodeId) -> Option<ParsedTree<'static>> {
    let text = tree.string(id)?;
    text.trim_start().starts_with(['{', '[']).then_some(())?;
    Segments::of_scalar(tree, id).map(parse_embedded_json)
}

/// Gives a tree over the text of segments the places that the text comes from.
fn attach(
    mut tree: Tree<'static>,
    mut errors: Vec<SyntaxError>,
    segments: Segments,
) -> ParsedTree<'static> {
    for comment in &mut tree.comments {
        comment.span = segments.outer(comment.span.start, comment.span.end);
    }
    for error in &mut errors {
        error.span = segments.outer(error.span.start, error.span.end);
        if let SyntaxErrorKind::DuplicateKey { first } = &mut error.kind {
            *first = segments.outer(first.start, first.end);
        }
    }
    tree.segments = Some(Arc::new(segments));
    ParsedTree { tree, errors }
}

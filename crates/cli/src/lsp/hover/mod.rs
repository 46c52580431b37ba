//! What there is to know about what the pointer is on.

mod action;
mod card;
mod statement;
mod value;

use std::ops::Range;

use lsp_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind};
use serde_json::Value as Json;

use super::server::Server;
use super::unit::Unit;

pub(super) use action::action;
pub(super) use card::card;

/// Something to show about a part of a text, in Markdown.
pub(super) struct Note {
    pub(super) bytes: Range<usize>,
    pub(super) markdown: String,
}

/// Where somebody asks.
pub(super) struct Question<'q> {
    /// The name of the document.
    pub(super) name: &'q str,
    pub(super) text: &'q str,
    pub(super) offset: usize,
    /// What the document is looked at in, if it is one of ours.
    pub(super) unit: Option<&'q Unit>,
}

/// Answers `textDocument/hover`.
pub(super) fn hover(server: &mut Server<'_>, params: HoverParams) -> Json {
    let position = params.text_document_position_params;
    let session = &server.session;
    let Some((name, document)) = session.document(&position.text_document.uri) else {
        return Json::Null;
    };
    let offset = document.lines.offset(&document.text, position.position, session.encoding);
    let question = Question { name, text: &document.text, offset, unit: session.unit(name) };
    let registry = session.registry(name);
    let note = registry
        .and_then(|registry| card::note(&question, registry))
        .or_else(|| action::note(&question))
        .or_else(|| statement::note(&question))
        .or_else(|| value::note(&question));
    let Some(note) = note else { return Json::Null };
    let (kind, value) = if server.client.can.markdown {
        (MarkupKind::Markdown, note.markdown)
    } else {
        (MarkupKind::PlainText, note.markdown.replace(['`', '*'], ""))
    };
    let bytes = note.bytes.start as u32..note.bytes.end as u32;
    let range = document.lines.place(&document.text, bytes, session.encoding);
    let contents = HoverContents::Markup(MarkupContent { kind, value });
    serde_json::to_value(Hover { contents, range: Some(range) }).unwrap_or(Json::Null)
}

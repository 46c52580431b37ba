//! The text of a document, put together from the nodes that give it.

use trilith_graph::{Flags, Part, Reason, Span, Value, ValueKind};

use crate::cloudformation::evaluate::Evaluator;
use crate::cloudformation::intrinsics::{Call, Function, may_be_absent};
use crate::cloudformation::scope::Scope;
use crate::cloudformation::substitution::{Piece, pieces};
use crate::tree::{Kind, NodeId, Segments};

/// Bytes of text beyond which a document is not read.
const MAX_TEXT: usize = 1 << 20;

/// A text in the making, each piece with its place.
pub(super) struct TextOfDocument<'e, 't> {
    evaluator: &'e Evaluator<'t>,
    scope: &'e Scope,
    segments: Segments,
    holes: Vec<Value>,
}

impl<'e, 't> TextOfDocument<'e, 't> {
    /// The empty text of a document at `span`.
    pub(super) fn new(evaluator: &'e Evaluator<'t>, scope: &'e Scope, span: Span) -> Self {
        Self { evaluator, scope, segments: Segments::new(span), holes: Vec::new() }
    }

    /// Adds the text that a node gives. Returns false if it gives none that has a place.
    pub(super) fn append(&mut self, node: NodeId) -> bool {
        let tree = self.evaluator.tree;
        let Some(call) = Call::of(tree, node) else { return self.append_scalar(node) };
        match call.function {
            Function::Sub => self.append_substitution(&call),
            Function::Join => self.append_join(&call),
            _ => false,
        }
    }

    fn append_scalar(&mut self, node: NodeId) -> bool {
        let text = self.evaluator.tree.string(node);
        let Some(text) = text.filter(|text| !self.scope.concerns(text)) else { return false };
        let Some(segments) = Segments::of_scalar(self.evaluator.tree, node) else { return false };
        self.segments.push_split(&segments, 0, text.len() as u32);
        true
    }

    fn append_substitution(&mut self, call: &Call<'_>) -> bool {
        let tree = self.evaluator.tree;
        let text = tree.items(call.argument).next().unwrap_or(call.argument);
        let Some(written) = tree.string(text).filter(|text| !self.scope.concerns(text)) else {
            return false;
        };
        let Some(segments) = Segments::of_scalar(tree, text) else { return false };
        let names = self.evaluator.names_of(call, self.scope);
        for piece in pieces(written) {
            match piece {
                Piece::Text(_, at) => {
                    self.segments.push_split(&segments, at.start as u32, at.end as u32);
                }
                Piece::Name(name, at) => {
                    let span = segments.outer(at.start as u32, at.end as u32);
                    let value = names.value(self.evaluator, name, span, self.scope);
                    self.push_value(value, span);
                }
            }
        }
        true
    }

    fn append_join(&mut self, call: &Call<'_>) -> bool {
        let tree = self.evaluator.tree;
        let arguments: Vec<NodeId> = tree.items(call.argument).take(3).collect();
        let [delimiter, list] = arguments[..] else { return false };
        let is_list = tree.kind(list) == Kind::List && Call::of(tree, list).is_none();
        let Some(text) = tree.string(delimiter).filter(|_| is_list) else { return false };
        let mut is_first = true;
        for item in tree.items(list) {
            let value = match Call::of(tree, item).map(|call| call.function) {
                None | Some(Function::Sub | Function::Join) => None,
                Some(_) => Some(self.evaluator.value(item, self.scope)),
            };
            match &value {
                Some(value) if value.is_absent() => continue,
                // The delimiters would depend on a condition.
                Some(value) if may_be_absent(value) => return false,
                _ => {}
            }
            if !is_first {
                self.segments.push(text, tree.text_span(delimiter));
            }
            is_first = false;
            match value {
                Some(value) => self.push_value(value, tree.span(item)),
                None if !self.append(item) => {
                    let value = self.evaluator.value(item, self.scope);
                    self.push_value(value, tree.span(item));
                }
                None => {}
            }
        }
        true
    }

    /// Adds the text of a value of which no node gives the text.
    pub(super) fn append_value(&mut self, value: &Value) {
        match &value.kind {
            ValueKind::String(text) => self.segments.push(text, value.span),
            ValueKind::Template(parts) => {
                for part in parts.iter() {
                    match part {
                        Part::Text(text) => self.segments.push(text, value.span),
                        Part::Hole(hole) => self.push_hole(hole.clone(), hole.span),
                    }
                }
            }
            _ => {}
        }
    }

    fn push_value(&mut self, value: Value, span: Span) {
        let is_plain = !value.flags.has(Flags::SENSITIVE) && !value.flags.has(Flags::ASSUMED);
        match &value.kind {
            // Text that is part of the notation must be read with the rest.
            ValueKind::String(text) if is_plain || text.contains(['{', '[', '"']) => {
                self.segments.push(text, span);
            }
            ValueKind::Absent | ValueKind::Null => {}
            ValueKind::List(_) | ValueKind::Map(_) if !value.flags.has(Flags::EMBEDDED) => {
                self.push_hole(Value::unknown(Reason::Malformed, span), span);
            }
            _ => self.push_hole(value, span),
        }
    }

    fn push_hole(&mut self, value: Value, span: Span) {
        self.segments.push_hole(span);
        self.holes.push(value);
    }

    /// Whether the text begins like a JSON object or list, and not like a dynamic reference.
    pub(super) fn looks_like_json(&self) -> bool {
        let text = self.segments.text().trim_start();
        text.starts_with(['{', '[']) && !text.starts_with("{{") && text.len() <= MAX_TEXT
    }

    /// The text, and what its holes stand for.
    pub(super) fn finish(self) -> (Segments, Vec<Value>) {
        (self.segments, self.holes)
    }
}

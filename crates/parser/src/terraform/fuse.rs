//! What a plan says of a resource, put where its sources say it.

use rustc_hash::FxHashMap as HashMap;
use std::sync::Arc;

use trilith_graph::{Flags, Span, Value, ValueKind};

use super::pairs::pairs;
use crate::canonical::Documents;

/// Texts of the plan that may be documents, by the place that they got and by what they say.
pub(super) type Moved = HashMap<(Span, Arc<str>), MovedText>;

/// A text of the plan that may be a document.
#[derive(Debug, Clone)]
pub(super) struct MovedText {
    /// Where it is in the plan.
    pub(super) start: u32,
    /// The document that the sources make.
    pub(super) written: Option<Value>,
}

/// Puts values of a plan where the sources have them.
pub(super) struct Fusion<'f> {
    /// Documents in texts of the sources.
    pub(super) documents: &'f dyn Documents,
    /// Whether the sources may also tell what is unknown in the plan.
    pub(super) may_tell: bool,
    /// Whether the plan has a resource with an address.
    pub(super) is_planned: &'f dyn Fn(&str) -> bool,
    pub(super) moved: &'f mut Moved,
    /// Places of secrets.
    pub(super) sensitive: &'f mut Vec<Span>,
    /// Set where the sources told of a reference.
    pub(super) has_references: bool,
}

impl Fusion<'_> {
    /// Puts a value of the plan where `written` is.
    pub(super) fn fuse(&mut self, planned: &mut Value, written: &Value) {
        if written.span.source.0 == u32::MAX {
            return;
        }
        if self.may_tell && self.tells_more(planned, written) {
            let flags = planned.flags.with(written.flags);
            *planned = Value { flags: without_open(planned, flags, written), ..written.clone() };
            self.has_references = true;
            self.note_secret(planned);
            return;
        }
        let from = planned.span;
        match (&mut planned.kind, &written.kind) {
            (ValueKind::List(items), ValueKind::List(others)) => {
                let pairs = pairs(items, others);
                for (item, other) in Arc::make_mut(items).iter_mut().zip(pairs) {
                    match other {
                        Some(at) => self.fuse(item, &others[at]),
                        None => self.place(item, written.span),
                    }
                }
            }
            (ValueKind::Map(members), ValueKind::Map(others)) => {
                for entry in Arc::make_mut(members).entries_mut() {
                    if let Some(other) = others.entry(&entry.key) {
                        entry.key_span = other.key_span;
                        self.fuse(&mut entry.value, &other.value);
                    } else {
                        entry.key_span = written.span;
                        self.place(&mut entry.value, written.span);
                    }
                }
            }
            (ValueKind::String(text), _) => {
                let text = text.clone();
                self.note_text(&text, from, written.span, self.document_of(written));
            }
            _ => self.place(planned, written.span),
        }
        planned.span = written.span;
        planned.flags = planned.flags.with(only_sensitive(written.flags));
        planned.via = planned.via.take().or_else(|| written.via.clone());
        self.note_secret(planned);
    }

    /// Puts a value at a place, and all that is inside of it.
    pub(super) fn place(&mut self, value: &mut Value, span: Span) {
        let from = value.span;
        value.span = span;
        match &mut value.kind {
            ValueKind::List(items) => {
                Arc::make_mut(items).iter_mut().for_each(|item| self.place(item, span));
            }
            ValueKind::Map(members) => {
                for entry in Arc::make_mut(members).entries_mut() {
                    entry.key_span = span;
                    self.place(&mut entry.value, span);
                }
            }
            ValueKind::String(text) => {
                let text = text.clone();
                self.note_text(&text, from, span, None);
            }
            _ => {}
        }
    }

    fn note_text(&mut self, text: &Arc<str>, from: Span, to: Span, written: Option<Value>) {
        if text.trim_start().starts_with(['{', '[']) {
            let moved = MovedText { start: from.start, written };
            self.moved.insert((to, text.clone()), moved);
        }
    }

    fn note_secret(&mut self, value: &Value) {
        if value.flags.has(Flags::SENSITIVE) {
            self.sensitive.push(value.span);
        }
    }

    /// The document that a value of the sources is, or that its text is.
    fn document_of(&self, written: &Value) -> Option<Value> {
        match &written.kind {
            ValueKind::Map(_) => Some(written.clone()),
            ValueKind::String(_) | ValueKind::Template(_) => self.documents.document(written).ok(),
            _ => None,
        }
    }

    /// Whether the sources say of what parts a value is that the plan does not know.
    fn tells_more(&self, planned: &Value, written: &Value) -> bool {
        let is_guess = match &planned.kind {
            ValueKind::Unknown(_) | ValueKind::Reference(_) => true,
            // The references in an expression, of which the plan does not say how they are used.
            ValueKind::List(_) => planned.flags.has(Flags::OPEN),
            _ => false,
        };
        is_guess
            && match &written.kind {
                ValueKind::Map(_) | ValueKind::List(_) | ValueKind::Template(_) => true,
                ValueKind::Reference(reference) => (self.is_planned)(&reference.address),
                _ => false,
            }
    }
}

/// The facts of an adopted value: that the plan's guess may be a part only does not count.
fn without_open(planned: &Value, flags: Flags, written: &Value) -> Flags {
    let is_guess = planned.flags.has(Flags::OPEN) && !written.flags.has(Flags::OPEN);
    if is_guess { written.flags.with(only_sensitive(planned.flags)) } else { flags }
}

const fn only_sensitive(flags: Flags) -> Flags {
    if flags.has(Flags::SENSITIVE) { Flags::SENSITIVE } else { Flags::NONE }
}

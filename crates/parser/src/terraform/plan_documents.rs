//! Documents that a plan repeats.
//!
//! A plan says the same trust policy for every role that has it. What the text says is the same each
//! time; only the places differ, all by the same distance.

use std::cell::RefCell;
use std::sync::Arc;

use rustc_hash::FxHashMap as HashMap;
use trilith_graph::{Entry, Map, Span, Value, ValueKind};

/// Documents by the text that is written for them, each where it was read first.
#[derive(Debug, Default)]
pub(super) struct Repeated<'t> {
    known: RefCell<HashMap<&'t str, Known>>,
}

#[derive(Debug)]
struct Known {
    /// Where the text begins.
    start: u32,
    document: Value,
}

impl<'t> Repeated<'t> {
    /// The document that was read for the same text, as if it had been read at `start`.
    pub(super) fn at(&self, written: &str, start: u32) -> Option<Value> {
        let known = self.known.borrow();
        let Known { start: first, document } = known.get(written)?;
        shifted(document, i64::from(start) - i64::from(*first))
    }

    /// Keeps a document that was read.
    pub(super) fn keep(&self, written: &'t str, start: u32, document: &Value) {
        let known = Known { start, document: document.clone() };
        self.known.borrow_mut().insert(written, known);
    }
}

/// A value with every place moved; `None` if it has anything in it that comes from elsewhere.
fn shifted(value: &Value, by: i64) -> Option<Value> {
    if value.via.is_some() {
        return None;
    }
    let kind = match &value.kind {
        ValueKind::List(items) => {
            let items: Option<Vec<Value>> = items.iter().map(|item| shifted(item, by)).collect();
            ValueKind::List(Arc::new(items?))
        }
        ValueKind::Map(map) => {
            let mut moved = Map::with_capacity(map.len());
            for Entry { key, key_span, value } in map.entries() {
                let (key, key_span) = (key.clone(), span(*key_span, by)?);
                moved.push(Entry { key, key_span, value: shifted(value, by)? });
            }
            ValueKind::Map(Arc::new(moved))
        }
        ValueKind::OneOf(_) | ValueKind::Template(_) => return None,
        kind => kind.clone(),
    };
    Some(Value { kind, span: span(value.span, by)?, flags: value.flags, via: None })
}

fn span(span: Span, by: i64) -> Option<Span> {
    let at = |offset: u32| u32::try_from(i64::from(offset) + by).ok();
    Some(Span::new(span.source, at(span.start)?, at(span.end)?))
}

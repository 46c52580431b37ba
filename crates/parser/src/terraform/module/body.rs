//! Bodies of blocks as values: attributes, nested blocks, dynamic blocks.

use std::collections::HashMap;
use std::sync::Arc;

use trilith_graph::{Arm, Entry, Flags, Formula, Map, Part, Reason, Span, Value, ValueKind};

use super::instances::round;
use crate::canonical::Documents;
use crate::hcl::{
    Bindings, Block, Body, Expression, ExpressionKind, ObjectKey, Scope, embedded, evaluate,
    only_if, presence,
};
use crate::tree::{Segments, SyntaxError, parse_embedded_json, to_value_with_holes};

/// How deep blocks are followed; the parser sets the same limit.
const DEPTH_LIMIT: usize = 128;

/// Documents inside the texts of a root, by the place and content of the text.
#[derive(Debug, Default)]
pub(in crate::terraform) struct Texts {
    documents: HashMap<(Span, String), Result<Value, ()>>,
}

impl Texts {
    /// Reads the documents that texts in a value are, where they look like one.
    fn note(&mut self, expression: &Expression, value: &Value, scope: &dyn Scope) {
        match (&expression.unwrapped().kind, &value.kind) {
            _ if looks_like_document(value) => self.insert(value, || embedded(expression, scope)),
            (ExpressionKind::List(items), ValueKind::List(values))
                if items.len() == values.len() && !is_encoded(value) =>
            {
                for (item, value) in items.iter().zip(values.iter()) {
                    self.note(item, value, scope);
                }
            }
            (ExpressionKind::Object(items), ValueKind::Map(map)) if !is_encoded(value) => {
                for item in items {
                    let ObjectKey::Name(name) = &item.key else { continue };
                    if let Some(value) = map.get(&name.text) {
                        self.note(&item.value, value, scope);
                    }
                }
            }
            _ => {}
        }
    }

    fn insert(&mut self, value: &Value, written: impl FnOnce() -> Option<(Segments, Vec<Value>)>) {
        let key = (value.span, signature(value));
        if self.documents.contains_key(&key) {
            return;
        }
        let pieces = written().or_else(|| pieces_of(value));
        let document = pieces.and_then(|(segments, holes)| read(segments, &holes, value));
        self.documents.insert(key, document.ok_or(()));
    }
}

/// Whether a value is the content of a JSON text.
fn is_encoded(value: &Value) -> bool {
    value.flags.has(Flags::EMBEDDED)
}

/// What tells a text from others at its place, whatever the attributes that its holes refer to
/// are called.
fn signature(value: &Value) -> String {
    match &value.kind {
        ValueKind::Template(parts) => {
            let parts = parts.iter().map(|part| match part {
                Part::Text(text) => text.to_string(),
                Part::Hole(hole) => format!("\u{0}{}", signature(hole)),
            });
            parts.collect()
        }
        ValueKind::Reference(reference) => reference.address.to_string(),
        ValueKind::OneOf(arms) => arms.iter().map(|arm| signature(&arm.value)).collect(),
        ValueKind::Unknown(_) => String::new(),
        _ => value.display_text().unwrap_or_default(),
    }
}

/// Whether a text begins like a JSON object or list. A hole at its start may be anything.
fn looks_like_document(value: &Value) -> bool {
    let starts = |text: &str| text.trim_start().starts_with(['{', '[']);
    match &value.kind {
        ValueKind::String(text) => starts(text),
        ValueKind::Template(parts) => match parts.first() {
            Some(Part::Text(text)) => starts(text),
            _ => false,
        },
        _ => false,
    }
}

/// The document that a text is.
pub(super) fn document_of(value: &Value) -> Option<Value> {
    if !looks_like_document(value) {
        return None;
    }
    let (segments, holes) = pieces_of(value)?;
    read(segments, &holes, value)
}

fn read(segments: Segments, holes: &[Value], value: &Value) -> Option<Value> {
    let parsed = parse_embedded_json(segments);
    let top = *parsed.tree.documents().first()?;
    if !parsed.errors.iter().all(SyntaxError::is_duplicate_key) {
        return None;
    }
    let mut document = to_value_with_holes(&parsed.tree, top, holes);
    document.via = document.via.or_else(|| value.via.clone());
    Some(document.with(Flags::EMBEDDED))
}

/// The pieces of a text of which it is not known how it is written: the content of a file has its
/// places there, anything else is where the whole is used.
fn pieces_of(value: &Value) -> Option<(Segments, Vec<Value>)> {
    let place = match &value.via {
        Some(via) if value.as_str().is_some_and(|text| text.len() == via.span.len() as usize) => {
            via.span
        }
        _ => value.span,
    };
    let mut segments = Segments::new(place);
    let mut holes = Vec::new();
    match &value.kind {
        ValueKind::String(text) => segments.push(text, place),
        ValueKind::Template(parts) => {
            for part in parts.iter() {
                match part {
                    Part::Text(text) => segments.push(text, place),
                    Part::Hole(hole) => {
                        segments.push_hole(place);
                        holes.push(hole.clone());
                    }
                }
            }
        }
        _ => return None,
    }
    Some((segments, holes))
}

impl Documents for Texts {
    fn document(&self, text: &Value) -> Result<Value, ()> {
        match self.documents.get(&(text.span, signature(text))) {
            Some(known) => known.clone(),
            // A text that a function or a condition gave.
            None => document_of(text).ok_or(()),
        }
    }
}

/// A body as a map without the members named in `skip`. Blocks of a type are a list.
pub(super) fn body_value(
    body: &Body,
    span: Span,
    skip: &[&str],
    scope: &dyn Scope,
    texts: &mut Texts,
) -> Value {
    nested(body, span, skip, scope, texts, 0)
}

fn nested(
    body: &Body,
    span: Span,
    skip: &[&str],
    scope: &dyn Scope,
    texts: &mut Texts,
    depth: usize,
) -> Value {
    if depth > DEPTH_LIMIT {
        return Value::unknown(Reason::Budget("blocks nested too deeply".into()), span);
    }
    let mut map = Map::default();
    for attribute in &body.attributes {
        if skip.contains(&&*attribute.name) {
            continue;
        }
        let value = evaluate(&attribute.value, scope);
        texts.note(&attribute.value, &value, scope);
        map.insert(attribute.name.clone(), attribute.name_span, value);
    }
    for block in &body.blocks {
        if skip.contains(&&*block.type_name) {
            continue;
        }
        if &*block.type_name == "dynamic" {
            dynamic(block, &mut map, scope, texts, depth);
            continue;
        }
        let value = nested(&block.body, block.span, &[], scope, texts, depth + 1);
        append(&mut map, &block.type_name, block.type_span, value, Flags::NONE);
    }
    let flags = if body.is_cut { Flags::OPEN } else { Flags::NONE };
    Value::map(map, span).with(flags)
}

/// Adds a block to the list of its type.
fn append(map: &mut Map, name: &Arc<str>, key_span: Span, value: Value, flags: Flags) {
    let span = value.span;
    let list = map.get_or_insert_with(name, key_span, || Value::list(Vec::new(), span));
    list.flags = list.flags.with(flags);
    if let ValueKind::List(items) = &mut list.kind {
        Arc::make_mut(items).push(value);
    }
}

/// A dynamic block: one block for each element; where these are not known, one that stands for
/// all in a list that may have more.
fn dynamic(block: &Block, map: &mut Map, scope: &dyn Scope, texts: &mut Texts, depth: usize) {
    let Some((name, name_span)) = block.labels.first() else { return };
    let Some(content) = block.body.blocks_of("content").next() else { return };
    let each = block.body.attribute("for_each");
    let elements =
        each.map_or_else(|| Value::absent().clone(), |each| evaluate(&each.value, scope));
    let iterator = match block.body.attribute("iterator").map(|found| &found.value.kind) {
        Some(ExpressionKind::Variable(iterator)) => iterator.clone(),
        _ => name.clone(),
    };
    let mut add = |guard: Formula, value: Value, flags: Flags, label: String| {
        let scope = Bindings::new(scope).bind(iterator.clone(), value).label(label);
        let value = nested(&content.body, content.span, &[], &scope, texts, depth + 1);
        append(map, name, *name_span, only_if(guard, value), flags);
    };
    let arms = match &elements.kind {
        ValueKind::OneOf(arms) => arms.to_vec(),
        _ => vec![Arm { guard: Formula::True, value: elements.clone() }],
    };
    for Arm { guard, value: elements } in arms {
        let open = if elements.flags.has(Flags::OPEN) { Flags::OPEN } else { Flags::NONE };
        match &elements.kind {
            ValueKind::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    let guard = Formula::all([guard.clone(), presence(item)]);
                    // In a set, which `for_each` usually is given, the key is the element.
                    let round = round(item.clone(), item.clone(), item.span);
                    add(guard, round, open, at.to_string());
                }
            }
            ValueKind::Map(members) => {
                for Entry { key, value, .. } in members.entries() {
                    let guard = Formula::all([guard.clone(), presence(value)]);
                    let key_value = Value::string(key.clone(), value.span);
                    let round = round(key_value, value.clone(), value.span);
                    add(guard, round, open, key.to_string());
                }
            }
            ValueKind::Absent | ValueKind::Null => {}
            _ => {
                let unknown = Value::unknown(Reason::Undecided, elements.span);
                add(guard, unknown, Flags::OPEN, String::new());
            }
        }
    }
}

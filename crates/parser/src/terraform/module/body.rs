//! Bodies of blocks as values: attributes, nested blocks, dynamic blocks.

use std::collections::HashMap;
use std::sync::Arc;

use trilith_graph::{Entry, Flags, Map, Reason, Span, Value, ValueKind};

use super::instances::round;
use crate::canonical::Documents;
use crate::hcl::{Bindings, Block, Body, Expression, ExpressionKind, Scope, embedded, evaluate};
use crate::tree::{SyntaxError, parse_embedded_json, to_value_with_holes};

/// How deep blocks are followed; the parser sets the same limit.
const DEPTH_LIMIT: usize = 128;

/// Documents inside the texts of a module, by the place and content of the text.
#[derive(Debug, Default)]
pub(in crate::terraform) struct Texts {
    documents: HashMap<(Span, String), Result<Value, ()>>,
}

impl Texts {
    /// Reads the document that a text is, if it looks like one.
    fn note(&mut self, expression: &Expression, value: &Value, scope: &dyn Scope) {
        let Some(text) = value.display_text().filter(|text| text.trim_start().starts_with('{'))
        else {
            return;
        };
        let Some((segments, holes)) = embedded(expression, scope) else { return };
        let parsed = parse_embedded_json(segments);
        let is_sound = parsed.errors.iter().all(SyntaxError::is_duplicate_key);
        let document = match parsed.tree.documents().first() {
            Some(top) if is_sound => {
                let mut document = to_value_with_holes(&parsed.tree, *top, &holes);
                document.via = document.via.or_else(|| value.via.clone());
                Ok(document.with(Flags::EMBEDDED))
            }
            _ => Err(()),
        };
        self.documents.insert((value.span, text), document);
    }
}

impl Documents for Texts {
    fn document(&self, text: &Value) -> Result<Value, ()> {
        let content = text.display_text().ok_or(())?;
        self.documents.get(&(text.span, content)).cloned().unwrap_or(Err(()))
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
    let mut add = |value: Value, flags: Flags, label: String| {
        let scope = Bindings::new(scope).bind(iterator.clone(), value).label(label);
        let value = nested(&content.body, content.span, &[], &scope, texts, depth + 1);
        append(map, name, *name_span, value, flags);
    };
    let open = if elements.flags.has(Flags::OPEN) { Flags::OPEN } else { Flags::NONE };
    match &elements.kind {
        ValueKind::List(items) => {
            for (at, item) in items.iter().enumerate() {
                // In a set, which `for_each` usually is given, the key is the element.
                add(round(item.clone(), item.clone(), item.span), open, at.to_string());
            }
        }
        ValueKind::Map(members) => {
            for Entry { key, value, .. } in members.entries() {
                let key_value = Value::string(key.clone(), value.span);
                add(round(key_value, value.clone(), value.span), open, key.to_string());
            }
        }
        ValueKind::Absent | ValueKind::Null => {}
        _ => {
            let unknown = Value::unknown(Reason::Undecided, elements.span);
            add(unknown, Flags::OPEN, String::new());
        }
    }
}

//! From the nodes of a document inside a text to values.

use std::borrow::Cow;

use trilith_graph::{Entry, Flags, Map, Part, Reason, Span, Value, ValueKind};

use crate::cloudformation::evaluate::Evaluator;
use crate::cloudformation::intrinsics::TextBuilder;
use crate::tree::{HolePiece, Kind, NodeId, Tree, split_holes};

/// The value of a node. Hole number 0 stands for `holes[0]`, and so on.
pub(super) fn value(
    evaluator: &Evaluator<'_>,
    tree: &Tree<'_>,
    node: NodeId,
    holes: &[Value],
) -> Value {
    let span = tree.span(node);
    let value = evaluator.deeper(span, || {
        let kind = match tree.kind(node) {
            Kind::Null => ValueKind::Null,
            Kind::Bool(value) => ValueKind::Bool(value),
            Kind::Int(value) => ValueKind::Int(value),
            Kind::Float(value) => ValueKind::Float(value),
            Kind::String | Kind::PlainString => return text(tree.text(node), span, holes),
            Kind::List => {
                let items = tree.items(node).map(|item| value(evaluator, tree, item, holes));
                return Value::list(items.collect(), span);
            }
            Kind::Map => return map(evaluator, tree, node, holes),
            Kind::Alias(_) => ValueKind::Unknown(Reason::Malformed),
        };
        Value::new(kind, span)
    });
    let cut = if tree.is_cut(node) { Flags::OPEN } else { Flags::NONE };
    value.with(Flags::EMBEDDED).with(cut)
}

fn map(evaluator: &Evaluator<'_>, tree: &Tree<'_>, node: NodeId, holes: &[Value]) -> Value {
    let members = tree.members(node);
    let mut map = Map::with_capacity(members.len());
    let mut flags = Flags::NONE;
    for member in members {
        let key = match key(member.key, holes) {
            Cow::Borrowed(_) => member.key.clone(),
            Cow::Owned(key) => {
                // It may be any key.
                flags = Flags::OPEN;
                key.into()
            }
        };
        let value = value(evaluator, tree, member.value, holes);
        map.push(Entry { key, key_span: member.key_span, value });
    }
    Value::map(map, tree.span(node)).with(flags)
}

fn has_hole(text: &str) -> bool {
    split_holes(text).any(|piece| matches!(piece, HolePiece::Hole(_)))
}

fn key<'k>(key: &'k str, holes: &[Value]) -> Cow<'k, str> {
    if !has_hole(key) {
        return Cow::Borrowed(key);
    }
    let value = text(key, Span::at(trilith_graph::SourceId(0), 0), holes);
    Cow::Owned(value.display_text().unwrap_or_else(|| "${...}".into()))
}

fn text(text: &str, span: Span, holes: &[Value]) -> Value {
    if !has_hole(text) && !text.contains("{{resolve:") {
        return Value::string(text, span);
    }
    let mut builder = TextBuilder::default();
    for piece in split_holes(text) {
        match piece {
            HolePiece::Text(text) => builder.part(Part::Text(text.into())),
            HolePiece::Hole(number) => {
                let unknown = || Value::unknown(Reason::Undecided, span);
                builder.value(holes.get(number).cloned().unwrap_or_else(unknown));
            }
        }
    }
    builder.finish(span)
}

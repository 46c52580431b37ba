//! Nodes to values, as they are written: no intrinsic, no expression is evaluated.

use std::sync::Arc;

use trilith_graph::{Entry, Flags, Map, Part, Reason, Span, Value, ValueKind, Via};

use super::{HolePiece, Kind, NodeId, Tree, split_holes};

/// Nodes that the aliases of one value may stand for, all together.
const ALIAS_BUDGET: usize = 100_000;
/// How deep a value may be nested, aliases included.
const DEPTH_LIMIT: usize = 512;

/// The value of a node and everything in it.
///
/// Merge keys are resolved, the last of several equal keys counts, and an alias becomes what it
/// stands for, with its own place. Where aliases stand for too much, the rest is unknown. Maps
/// and lists of which something could not be read are open. Tags are ignored.
pub fn to_value(tree: &Tree<'_>, id: NodeId) -> Value {
    to_value_with_holes(tree, id, &[])
}

/// [`to_value`] of an embedded document: hole number 0 has the value `holes[0]`, and so on. Text
/// around a hole makes a template; a hole without a value is unknown.
pub fn to_value_with_holes(tree: &Tree<'_>, id: NodeId, holes: &[Value]) -> Value {
    Conversion::new(tree, holes).value(id)
}

/// [`to_value`] with the short tags of CloudFormation in their long form: `!Ref A` as
/// `{"Ref": "A"}`, `!GetAtt A.B` as `{"Fn::GetAtt": ["A", "B"]}`.
pub fn to_long_form(tree: &Tree<'_>, id: NodeId) -> Value {
    Conversion { long_form: true, ..Conversion::new(tree, &[]) }.value(id)
}

struct Conversion<'c> {
    tree: &'c Tree<'c>,
    holes: &'c [Value],
    depth: usize,
    in_alias: usize,
    budget: usize,
    long_form: bool,
}

impl<'c> Conversion<'c> {
    const fn new(tree: &'c Tree<'c>, holes: &'c [Value]) -> Self {
        Self { tree, holes, depth: 0, in_alias: 0, budget: ALIAS_BUDGET, long_form: false }
    }

    fn value(&mut self, id: NodeId) -> Value {
        if self.depth >= DEPTH_LIMIT || (self.in_alias > 0 && self.budget == 0) {
            let limit = "YAML aliases stand for too much".into();
            return Value::unknown(Reason::Budget(limit), self.tree.span(id));
        }
        if self.tree.is_alias(id) {
            return self.alias(id);
        }
        if self.in_alias > 0 {
            self.budget -= 1;
        }
        self.depth += 1;
        let mut value = self.own_value(id);
        if let (true, Some(tag)) = (self.long_form, self.tree.tag(id)) {
            value = in_long_form(tag, value);
        }
        self.depth -= 1;
        let embedded = if self.tree.is_embedded() { Flags::EMBEDDED } else { Flags::NONE };
        value.with(embedded)
    }

    fn alias(&mut self, id: NodeId) -> Value {
        let target = self.tree.resolve(id);
        let span = self.tree.span(id);
        if target == id {
            return Value::unknown(Reason::Malformed, span);
        }
        self.in_alias += 1;
        let value = self.value(target);
        self.in_alias -= 1;
        let via = Via { span: value.span, note: "anchor of the alias".into(), next: value.via };
        Value { span, via: Some(Arc::new(via)), ..value }
    }

    fn own_value(&mut self, id: NodeId) -> Value {
        let span = self.tree.span(id);
        let cut = if self.tree.is_cut(id) { Flags::OPEN } else { Flags::NONE };
        match self.tree.kind(id) {
            Kind::Null if self.tree.is_cut(id) => Value::unknown(Reason::Malformed, span),
            Kind::Null => Value::new(ValueKind::Null, span),
            Kind::Bool(value) => Value::new(ValueKind::Bool(value), span),
            Kind::Int(value) => Value::new(ValueKind::Int(value), span),
            Kind::Float(value) => Value::new(ValueKind::Float(value), span),
            Kind::String => self.text(id),
            // Only YAML has plain text; in JSON it is a hole.
            Kind::PlainString => self.text(id).with(Flags::PLAIN),
            Kind::List => {
                let items = self.tree.items(id).map(|item| self.value(item)).collect();
                Value::list(items, span).with(cut)
            }
            Kind::Map => Value::map(self.map(id), span).with(cut),
            Kind::Alias(_) => Value::unknown(Reason::Malformed, span),
        }
    }

    fn map(&mut self, id: NodeId) -> Map {
        let members = self.tree.members(id);
        let mut map = Map::with_capacity(members.len());
        for member in members {
            let value = self.value(member.value);
            map.push(Entry { key: member.key.clone(), key_span: member.key_span, value });
        }
        map
    }

    fn text(&self, id: NodeId) -> Value {
        let (text, span) = (self.tree.text(id), self.tree.span(id));
        let has_holes = split_holes(text).any(|piece| matches!(piece, HolePiece::Hole(_)));
        if !self.tree.is_embedded() || !has_holes {
            return Value::string(text, span);
        }
        let parts: Vec<Part> = split_holes(text).map(|piece| self.part(piece, span)).collect();
        if let [Part::Hole(hole)] = parts.as_slice() {
            return Value { span, ..hole.clone() };
        }
        let flags = parts.iter().fold(Flags::NONE, |flags, part| match part {
            Part::Hole(hole) => flags.with(hole.flags),
            Part::Text(_) => flags,
        });
        let parts = parts.into_iter().map(known_as_text).collect();
        Value::new(ValueKind::template(parts), span).with(flags)
    }

    fn part(&self, piece: HolePiece<'_>, span: Span) -> Part {
        let number = match piece {
            HolePiece::Text(text) => return Part::Text(text.into()),
            HolePiece::Hole(number) => number,
        };
        let hole = self.holes.get(number).cloned();
        Part::Hole(hole.unwrap_or_else(|| Value::unknown(Reason::Undecided, span)))
    }
}

/// A value with a tag as the call of a function. YAML's own tags (`!!str`) say nothing new.
fn in_long_form(tag: &str, value: Value) -> Value {
    if tag.is_empty() || tag.starts_with(['!', '<']) || tag.starts_with("tag:yaml.org") {
        return value;
    }
    let name = match tag {
        "Ref" | "Condition" => tag.to_owned(),
        other => format!("Fn::{other}"),
    };
    let span = value.span;
    let argument = match (tag, value.as_str().and_then(|text| text.split_once('.'))) {
        ("GetAtt", Some((address, attribute))) => {
            Value::list(vec![Value::string(address, span), Value::string(attribute, span)], span)
        }
        _ => value,
    };
    let mut map = Map::with_capacity(1);
    map.push(Entry { key: name.into(), key_span: span, value: argument });
    Value::map(map, span)
}

/// Text that is known is no hole, unless it must be masked.
fn known_as_text(part: Part) -> Part {
    match part {
        Part::Hole(Value { kind: ValueKind::String(text), flags, .. })
            if !flags.has(Flags::SENSITIVE) =>
        {
            Part::Text(text)
        }
        part => part,
    }
}

#[cfg(test)]
mod tests {
    use trilith_graph::SourceId;

    use super::*;
    use crate::tree::{Segments, parse_embedded_json, parse_yaml};

    fn value(text: &str) -> Value {
        let parsed = parse_yaml(SourceId(0), text);
        to_value(&parsed.tree, parsed.tree.documents()[0])
    }

    #[test]
    fn values_keep_their_kind_and_their_place() {
        let value = value("a: yes\nb: \"yes\"\nc: [1, 1.5, true, ~, 012]\n");
        assert_eq!(value.get("a").as_bool(), Some(true));
        assert_eq!(value.get("b").as_bool(), None);
        let items = value.get("c").items();
        assert!(matches!(items[0].kind, ValueKind::Int(1)));
        assert!(matches!(items[3].kind, ValueKind::Null));
        assert_eq!(items[4].as_str(), Some("012"));
        assert_eq!(items[1].span, Span::new(SourceId(0), 23, 26));
        assert_eq!(value.entries()[1].key_span, Span::new(SourceId(0), 7, 8));
    }

    #[test]
    fn an_alias_has_its_own_place_and_names_its_anchor() {
        let value = value("a: &x {k: v}\nb: *x\nc: {<<: *x, l: w}\n");
        let alias = value.get("b");
        assert_eq!(alias.get("k").as_str(), Some("v"));
        assert_eq!(alias.span, Span::new(SourceId(0), 16, 18));
        assert_eq!(alias.via.as_ref().map(|via| via.span.start), Some(6));
        assert_eq!(value.get("c").get("k").as_str(), Some("v"));
    }

    #[test]
    fn aliases_that_multiply_end_in_the_unknown() {
        let level = |level: usize| match level {
            0 => "a0: &a0 [x, x]\n".to_owned(),
            _ => format!("a{level}: &a{level} [*a{0}, *a{0}]\n", level - 1),
        };
        let text: Vec<String> = (0..60).map(level).collect();
        let value = value(&text.concat());
        let mut inner = value.get("a59");
        while let ValueKind::List(items) = &inner.kind {
            inner = items.last().expect("every list has two items");
        }
        assert!(matches!(inner.kind, ValueKind::Unknown(Reason::Budget(_))), "{inner:?}");
    }

    #[test]
    fn short_tags_have_a_long_form() {
        let text = "a: !Ref X\nb: !GetAtt X.Y.Z\nc: !If [P, !Sub '${X}', !!str 1]\n";
        let parsed = parse_yaml(SourceId(0), text);
        let value = to_long_form(&parsed.tree, parsed.tree.documents()[0]);
        assert_eq!(value.path("a/Ref").as_str(), Some("X"));
        assert_eq!(value.path("b/Fn::GetAtt/1").as_str(), Some("Y.Z"));
        assert_eq!(value.path("c/Fn::If/1/Fn::Sub").as_str(), Some("${X}"));
        assert!(value.path("c/Fn::If/2").entries().is_empty());
    }

    #[test]
    fn what_is_cut_is_open() {
        let value = value("a:\n  b: 1\n  c\nd: {e: 1}\nf:\n  \"g\nh: 1\n");
        assert!(matches!(value.get("f").kind, ValueKind::Unknown(Reason::Malformed)));
        assert!(value.get("a").flags.has(Flags::OPEN));
        assert!(!value.get("d").flags.has(Flags::OPEN));
    }

    #[test]
    fn holes_become_what_they_stand_for() {
        let span = |start, end| Span::new(SourceId(0), start, end);
        let mut segments = Segments::new(span(0, 30));
        segments.push("{\"a\": \"x-", span(0, 9));
        segments.push_hole(span(9, 11));
        segments.push("\", \"b\": ", span(11, 19));
        segments.push_hole(span(19, 21));
        segments.push("}", span(21, 22));
        let parsed = parse_embedded_json(segments);
        let holes = [Value::string("known", span(40, 45)).with(Flags::ASSUMED)];
        let value = to_value_with_holes(&parsed.tree, parsed.tree.documents()[0], &holes);
        assert!(value.flags.has(Flags::EMBEDDED));
        assert_eq!(value.get("a").as_str(), Some("x-known"));
        assert!(value.get("a").flags.has(Flags::ASSUMED));
        assert!(matches!(value.get("b").kind, ValueKind::Unknown(Reason::Undecided)));
        assert_eq!(value.get("b").span, span(19, 21));
    }
}

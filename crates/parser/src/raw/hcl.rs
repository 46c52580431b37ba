//! Terraform's own syntax as JSON, in the shape of conftest's parser `hcl2` (hcl2json): blocks
//! nest by type and labels and end in a list, expressions become text in `${...}`. In the shape
//! of `hcl1` every block is a list of one map for its type and for each label, blocks of one type
//! follow each other, and an object is a list of one map unless it stands in a list.
//!
//! Known facts of these shapes are taken from tmccombs/hcl2json (Apache-2.0) and hashicorp/hcl
//! (MPL-2.0), which conftest uses.

use std::sync::Arc;

use trilith_graph::{Entry, Map, Span, Value, ValueKind};

use super::HclShape;
use crate::hcl::{Body, Expression, ExpressionKind, File, ObjectKey, TemplatePart, UnaryOperator};

/// A file as one document.
pub(super) fn document(text: &str, file: &File, shape: HclShape) -> Value {
    let whole = Span::new(first_source(&file.body), 0, text.len() as u32);
    Value::map(Writer { text, shape }.body(&file.body), whole)
}

/// The source of a body; empty files have none, and then nothing points into them.
fn first_source(body: &Body) -> trilith_graph::SourceId {
    let block = body.blocks.first().map(|block| block.span.source);
    let attribute = body.attributes.first().map(|attribute| attribute.name_span.source);
    block.or(attribute).unwrap_or(trilith_graph::SourceId(u32::MAX))
}

struct Writer<'t> {
    text: &'t str,
    shape: HclShape,
}

impl Writer<'_> {
    fn body(&self, body: &Body) -> Map {
        let mut map = Map::default();
        for block in &body.blocks {
            let inner = Value::map(self.body(&block.body), block.span);
            let mut path = vec![(block.type_name.clone(), block.type_span)];
            path.extend(block.labels.iter().cloned());
            match self.shape {
                HclShape::Hcl1 => append_block(&mut map, &path, inner),
                HclShape::Hcl2 => add_block(&mut map, &path, inner),
            }
        }
        for attribute in &body.attributes {
            let value = self.of_key(&attribute.value);
            map.insert(attribute.name.clone(), attribute.name_span, value);
        }
        map
    }

    /// The value of an attribute or of a member of an object.
    fn of_key(&self, expression: &Expression) -> Value {
        let value = self.expression(expression);
        match (self.shape, &value.kind) {
            (HclShape::Hcl1, ValueKind::Map(_)) => {
                let span = value.span;
                Value::list(vec![value], span)
            }
            _ => value,
        }
    }

    fn expression(&self, expression: &Expression) -> Value {
        let span = expression.span;
        let kind = match &expression.kind {
            ExpressionKind::Null => ValueKind::Null,
            ExpressionKind::Bool(value) => ValueKind::Bool(*value),
            ExpressionKind::Int(value) => ValueKind::Int(*value),
            ExpressionKind::Float(value) => ValueKind::Float(*value),
            ExpressionKind::String(text) => return Value::string(escape(text), span),
            ExpressionKind::Template(parts) => return Value::string(self.template(parts), span),
            ExpressionKind::List(items) => {
                return Value::list(items.iter().map(|item| self.expression(item)).collect(), span);
            }
            ExpressionKind::Object(items) => {
                let mut map = Map::with_capacity(items.len());
                for item in items {
                    let (key, at) = (self.key(&item.key), item.key.span());
                    map.insert(key, at, self.of_key(&item.value));
                }
                return Value::map(map, span);
            }
            ExpressionKind::Unary(operator, operand) => match (operator, &operand.kind) {
                (UnaryOperator::Negate, ExpressionKind::Int(value)) => ValueKind::Int(-*value),
                (UnaryOperator::Negate, ExpressionKind::Float(value)) => ValueKind::Float(-*value),
                (UnaryOperator::Not, ExpressionKind::Bool(value)) => ValueKind::Bool(!*value),
                _ => return Value::string(self.wrapped(span), span),
            },
            _ => return Value::string(self.wrapped(span), span),
        };
        Value::new(kind, span)
    }

    fn key(&self, key: &ObjectKey) -> Arc<str> {
        match key {
            ObjectKey::Name(name) => name.text.clone(),
            ObjectKey::Expression(expression) => match &expression.kind {
                ExpressionKind::Traversal(_) => self.source(expression.span).into(),
                ExpressionKind::Int(value) => value.to_string().into(),
                ExpressionKind::Float(value) => value.to_string().into(),
                ExpressionKind::Bool(value) => value.to_string().into(),
                ExpressionKind::String(text) => escape(text),
                ExpressionKind::Template(parts) => self.template(parts).into(),
                _ => self.wrapped(expression.span).into(),
            },
        }
    }

    fn template(&self, parts: &[TemplatePart]) -> String {
        let part = |part: &TemplatePart| match part {
            TemplatePart::Literal { text, .. } => escape(text).to_string(),
            TemplatePart::Interpolation(expression) => match &expression.kind {
                ExpressionKind::String(text) => escape(text).to_string(),
                ExpressionKind::Template(parts) => self.template(parts),
                ExpressionKind::Int(value) => value.to_string(),
                ExpressionKind::Bool(value) => value.to_string(),
                _ => self.wrapped(expression.span),
            },
            TemplatePart::If(choice) => {
                let condition = self.source(choice.condition.span);
                let otherwise = self.template(&choice.otherwise);
                let otherwise = match otherwise.as_str() {
                    "" => String::new(),
                    text => format!("%{{else}}{text}"),
                };
                format!("%{{if {condition}}}{}{otherwise}%{{endif}}", self.template(&choice.then))
            }
            TemplatePart::For(each) => {
                let key = each.key.as_ref().map(|key| format!("{}, ", key.text));
                let (key, value) = (key.unwrap_or_default(), &each.value.text);
                let collection = self.source(each.collection.span);
                let body = self.template(&each.body);
                format!("%{{for {key}{value} in {collection}}}{body}%{{endfor}}")
            }
        };
        parts.iter().map(part).collect()
    }

    fn wrapped(&self, span: Span) -> String {
        format!("${{{}}}", self.source(span))
    }

    fn source(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }
}

/// What would be read as a hole is written so that it is not.
fn escape(text: &str) -> Arc<str> {
    if text.contains("${") || text.contains("%{") {
        return text.replace("${", "$${").replace("%{", "%%{").into();
    }
    text.into()
}

/// Adds a block in lists of its own, behind those of the same type.
fn append_block(map: &mut Map, path: &[(Arc<str>, Span)], inner: Value) {
    let Some(((key, at), labels)) = path.split_first() else { return };
    let span = inner.span;
    let wrapped = labels.iter().rev().fold(inner, |inside, (label, at)| {
        let mut map = Map::with_capacity(1);
        map.insert(label.clone(), *at, Value::list(vec![inside], span));
        Value::map(map, span)
    });
    let mut items = map.get(key).map_or_else(Vec::new, |present| present.items().to_vec());
    items.push(wrapped);
    let key_span = map.entry(key).map_or(*at, |entry| entry.key_span);
    map.insert(key.clone(), key_span, Value::list(items, span));
}

/// Adds a block below its type and labels, where blocks of the same name make a list.
fn add_block(map: &mut Map, path: &[(Arc<str>, Span)], inner: Value) {
    let Some(((key, at), rest)) = path.split_first() else { return };
    let span = inner.span;
    if rest.is_empty() {
        let mut items = match map.get(key) {
            Some(present) => present.items().to_vec(),
            None => Vec::new(),
        };
        items.push(inner);
        let key_span = map.entry(key).map_or(*at, |entry| entry.key_span);
        map.insert(key.clone(), key_span, Value::list(items, span));
        return;
    }
    let mut below = match map.get(key).map(|value| &value.kind) {
        Some(ValueKind::Map(below)) => Map::clone(below),
        _ => Map::default(),
    };
    add_block(&mut below, rest, inner);
    match map.entries_mut().iter_mut().find(|entry| entry.key == *key) {
        Some(entry) => entry.value = Value::map(below, span),
        None => map.push(Entry { key: key.clone(), key_span: *at, value: Value::map(below, span) }),
    }
}

#[cfg(test)]
mod tests {
    use trilith_graph::SourceId;

    use super::*;
    use crate::hcl::parse_file;

    fn read(text: &str) -> Value {
        document(text, &parse_file(SourceId(0), text), HclShape::Hcl2)
    }

    #[test]
    fn the_older_shape_puts_every_block_in_lists_of_its_own() {
        let text = "resource \"a\" \"x\" {\n  n = 1\n  m = { k = { l = 2 } }\n  in { k = true }\n  \
                    in { k = false }\n  o = [{ p = 1 }]\n}\nresource \"a\" \"y\" {}\nprovider \"g\" { p = \"q-${r.s}\" }\n";
        let value = document(text, &parse_file(SourceId(0), text), HclShape::Hcl1);
        assert_eq!(value.path("resource/0/a/0/x/0/n").as_int(), Some(1));
        assert_eq!(value.path("resource/0/a/0/x/0/m/0/k/0/l").as_int(), Some(2));
        assert_eq!(value.path("resource/0/a/0/x/0/in/1/k").as_bool(), Some(false));
        assert_eq!(value.path("resource/0/a/0/x/0/o/0/p").as_int(), Some(1));
        assert!(value.path("resource/1/a/0/y/0").entries().is_empty());
        assert_eq!(value.path("provider/0/g/0/p").as_str(), Some("q-${r.s}"));
    }

    #[test]
    fn blocks_nest_by_type_and_labels_and_end_in_a_list() {
        let value = read(
            "resource \"a\" \"x\" {\n  n = 1\n  in { k = true }\n  in { k = false }\n}\n\
             resource \"a\" \"y\" {}\nlocals { p = 1 }\nlocals { q = -2 }\n",
        );
        assert_eq!(value.path("resource/a/x/0/n").as_int(), Some(1));
        assert_eq!(value.path("resource/a/x/0/in").items().len(), 2);
        assert_eq!(value.path("resource/a/y").items().len(), 1);
        assert_eq!(value.path("locals/1/q").as_int(), Some(-2));
    }

    #[test]
    fn expressions_are_text_in_holes() {
        let value = read(
            "a = var.x\nb = \"p-${var.x}-s\"\nc = [f(1), 2]\nd = { k = var.y, \"l m\" = 1 }\n\
             e = \"$${no}\"\nf = var.x ? 1 : 2\ng = \"${var.x}\"\n",
        );
        for (path, expected) in [
            ("a", "${var.x}"),
            ("b", "p-${var.x}-s"),
            ("c/0", "${f(1)}"),
            ("d/k", "${var.y}"),
            ("e", "$${no}"),
            ("f", "${var.x ? 1 : 2}"),
            ("g", "${var.x}"),
        ] {
            assert_eq!(value.path(path).as_str(), Some(expected), "{path}");
        }
        assert_eq!(value.path("d/l m").as_int(), Some(1));
    }
}

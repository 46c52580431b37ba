//! JSON text of a value, as `jsonencode` writes it.

use std::fmt::Write as _;

use trilith_graph::{Flags, Part, Reason, Value, ValueKind};

use super::choice::map_arms;
use super::compare::sorted;
use super::text::{is_encoded, parts, template};

/// The JSON text of a value. What is not known leaves a hole.
pub(in crate::hcl) fn render(value: &Value) -> Vec<Part> {
    let mut writer = Writer::default();
    writer.value(value);
    writer.flush();
    writer.parts
}

#[derive(Default)]
struct Writer {
    text: String,
    parts: Vec<Part>,
}

impl Writer {
    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.parts.push(Part::Text(std::mem::take(&mut self.text).into()));
        }
    }

    fn hole(&mut self, value: Value) {
        self.flush();
        self.parts.push(Part::Hole(value));
    }

    fn value(&mut self, value: &Value) {
        match &value.kind {
            _ if is_encoded(value) => self.quoted(value),
            ValueKind::Null | ValueKind::Absent => self.text.push_str("null"),
            ValueKind::Bool(value) => {
                let _ = write!(self.text, "{value}");
            }
            ValueKind::Int(number) => {
                let _ = write!(self.text, "{number}");
            }
            ValueKind::Float(number) => {
                let _ = write!(self.text, "{number}");
            }
            ValueKind::String(_) | ValueKind::Template(_) | ValueKind::Reference(_) => {
                self.quoted(value);
            }
            ValueKind::List(_) | ValueKind::Map(_) if value.flags.has(Flags::OPEN) => {
                self.hole(Value { kind: ValueKind::Unknown(Reason::OpenMap), ..value.clone() });
            }
            ValueKind::List(items) => {
                self.text.push('[');
                for (index, item) in items.iter().enumerate() {
                    self.separate(index);
                    self.value(item);
                }
                self.text.push(']');
            }
            ValueKind::Map(map) => {
                self.text.push('{');
                for (index, entry) in sorted(map).into_iter().enumerate() {
                    self.separate(index);
                    self.string(&entry.key);
                    self.text.push(':');
                    self.value(&entry.value);
                }
                self.text.push('}');
            }
            ValueKind::OneOf(_) => {
                let hole = map_arms(value, &mut |arm| Value {
                    kind: template(render(arm)),
                    flags: Flags::NONE,
                    ..arm.clone()
                });
                self.hole(hole);
            }
            ValueKind::Unknown(_) => self.hole(value.clone()),
        }
    }

    fn separate(&mut self, index: usize) {
        if index > 0 {
            self.text.push(',');
        }
    }

    /// Text in quotes, with the holes that it has.
    fn quoted(&mut self, value: &Value) {
        let Ok(parts) = parts(value) else {
            return self
                .hole(Value { kind: ValueKind::Unknown(Reason::Malformed), ..value.clone() });
        };
        self.text.push('"');
        for part in parts {
            match part {
                Part::Text(text) => self.escaped(&text),
                Part::Hole(hole) => self.hole(hole),
            }
        }
        self.text.push('"');
    }

    fn string(&mut self, text: &str) {
        self.text.push('"');
        self.escaped(text);
        self.text.push('"');
    }

    /// Escapes what Go's encoder escapes, which is more than JSON asks for.
    fn escaped(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                '\t' => self.text.push_str("\\t"),
                '\u{8}' => self.text.push_str("\\b"),
                '\u{c}' => self.text.push_str("\\f"),
                '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                    let _ = write!(self.text, "\\u{:04x}", u32::from(c));
                }
                c => self.text.push(c),
            }
        }
    }
}

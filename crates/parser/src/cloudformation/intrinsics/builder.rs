//! Text put together from known and unknown pieces.

use std::sync::Arc;

use trilith_graph::{Flags, Part, Reason, Span, Value, ValueKind, Via};

use crate::cloudformation::evaluate::via;

/// Bytes beyond which a text counts as unknown: substitutions can double it at every step.
const MAX_TEXT: usize = 1 << 20;
/// Holes beyond which a text counts as unknown.
const MAX_HOLES: usize = 4096;
/// Steps of the way of a text that are kept.
const MAX_STEPS: usize = 8;

/// Puts a text together piece by piece.
#[derive(Debug, Default)]
pub(in super::super) struct TextBuilder {
    parts: Vec<Part>,
    /// Known text after the last hole.
    tail: String,
    length: usize,
    flags: Flags,
    steps: Vec<(Span, Arc<str>)>,
    has_secret: bool,
}

impl TextBuilder {
    /// Adds literal text.
    pub(in super::super) fn text(&mut self, text: &str) {
        self.length += text.len();
        if !self.is_too_long() {
            self.has_secret |= text.contains("{{");
            self.tail.push_str(text);
        }
    }

    /// Adds a piece.
    pub(in super::super) fn part(&mut self, part: Part) {
        match part {
            Part::Text(text) => self.text(&text),
            Part::Hole(hole) => self.hole(hole),
        }
    }

    /// Adds what is not known of the text.
    fn hole(&mut self, hole: Value) {
        self.length += 1;
        if self.is_too_long() {
            return;
        }
        self.flush();
        self.parts.push(Part::Hole(hole));
    }

    /// Adds the text of a value.
    pub(in super::super) fn value(&mut self, value: Value) {
        // Sensitive text stays apart, so that it can be masked.
        if value.flags.has(Flags::SENSITIVE) {
            return self.hole(value);
        }
        match &value.kind {
            ValueKind::Absent | ValueKind::Null => {}
            ValueKind::String(text) => self.text(text),
            ValueKind::Bool(known) => self.text(if *known { "true" } else { "false" }),
            ValueKind::Int(number) => self.text(&number.to_string()),
            ValueKind::Float(number) => self.text(&number.to_string()),
            ValueKind::Template(parts) => parts.iter().cloned().for_each(|part| self.part(part)),
            ValueKind::List(_) | ValueKind::Map(_) if !value.flags.has(Flags::EMBEDDED) => {
                return self.hole(Value::unknown(Reason::Malformed, value.span));
            }
            _ => return self.hole(value),
        }
        self.inherit(&value);
    }

    /// Takes over what is known about a value whose text is part of this one.
    fn inherit(&mut self, value: &Value) {
        for flag in [Flags::ASSUMED, Flags::BASE64] {
            if value.flags.has(flag) {
                self.flags = self.flags.with(flag);
            }
        }
        let left = MAX_STEPS.saturating_sub(self.steps.len());
        let way = Via::steps(value.via.as_ref()).take(left);
        self.steps.extend(way.map(|step| (step.span, step.note.clone())));
    }

    fn is_too_long(&self) -> bool {
        self.length > MAX_TEXT || self.parts.len() > MAX_HOLES
    }

    fn flush(&mut self) {
        if !self.tail.is_empty() {
            self.parts.push(Part::Text(std::mem::take(&mut self.tail).into()));
        }
    }

    /// The text as a value at `span`. A text that is one hole is the value of the hole.
    pub(in super::super) fn finish(mut self, span: Span) -> Value {
        if self.is_too_long() {
            return Value::unknown(Reason::Budget("text longer than 1 MiB".into()), span);
        }
        self.flush();
        if self.has_secret {
            self.parts = with_dynamic_references(self.parts, span);
        }
        if let [Part::Hole(only)] = self.parts.as_slice() {
            let via = only.via.clone().or_else(|| via(self.steps));
            return Value { span, via, ..only.clone() }.with(self.flags);
        }
        let value = Value::new(ValueKind::template(self.parts), span).with(self.flags);
        Value { via: via(self.steps), ..value }
    }
}

/// `{{resolve:service:name}}` replaced by what CloudFormation reads there. The reference may
/// have holes itself.
fn with_dynamic_references(parts: Vec<Part>, span: Span) -> Vec<Part> {
    const OPEN: &str = "{{resolve:";
    let mut done = Vec::with_capacity(parts.len());
    // The parts and the text of a reference that has begun, without its mark.
    let mut begun: Option<(Vec<Part>, String)> = None;
    for part in parts {
        let Part::Text(text) = &part else {
            match (&mut begun, &part) {
                (Some((parts, reference)), Part::Hole(hole)) => {
                    reference.push_str(&hole_text(hole));
                    parts.push(part);
                }
                _ => done.push(part),
            }
            continue;
        };
        let mut rest: &str = text;
        loop {
            if let Some((parts, reference)) = &mut begun {
                let Some(end) = rest.find("}}") else {
                    reference.push_str(rest);
                    parts.push(Part::Text(rest.into()));
                    break;
                };
                reference.push_str(&rest[..end]);
                done.push(Part::Hole(Value::unknown(reason(reference), span)));
                begun = None;
                rest = &rest[end + 2..];
            }
            let Some(start) = rest.find(OPEN) else {
                done.push(Part::Text(rest.into()));
                break;
            };
            done.push(Part::Text(rest[..start].into()));
            begun = Some((vec![Part::Text(OPEN.into())], String::new()));
            rest = &rest[start + OPEN.len()..];
        }
    }
    // Never closed: text after all.
    done.extend(begun.into_iter().flat_map(|(parts, _)| parts));
    done.retain(|part| !matches!(part, Part::Text(text) if text.is_empty()));
    done
}

fn hole_text(hole: &Value) -> String {
    match &hole.kind {
        ValueKind::Unknown(Reason::Pseudo(name) | Reason::NoDefault(name)) => {
            format!("${{{name}}}")
        }
        _ => hole.display_text().unwrap_or_else(|| "${...}".into()),
    }
}

fn reason(reference: &str) -> Reason {
    match reference.split_once(':') {
        Some(("ssm", name)) => Reason::SsmParameter(name.into()),
        Some(("ssm-secure" | "secretsmanager", name)) => Reason::Secret(name.into()),
        _ => Reason::Secret(reference.into()),
    }
}

#[cfg(test)]
mod tests {
    use trilith_graph::{Reference, SourceId};

    use super::*;

    const AT: Span = Span::at(SourceId(0), 0);

    fn build(pieces: Vec<Value>) -> Value {
        let mut builder = TextBuilder::default();
        pieces.into_iter().for_each(|piece| builder.value(piece));
        builder.finish(AT)
    }

    #[test]
    fn a_dynamic_reference_in_pieces_is_a_secret() {
        let reference = Reference { address: "Db".into(), attribute: "".into() };
        let hole = Value::new(ValueKind::Reference(reference.into()), AT);
        let value = build(vec![
            Value::string("{{resolve:secretsmanager:", AT),
            hole,
            Value::string(":SecretString:password}}", AT),
        ]);
        let expected = Reason::Secret("${Db}:SecretString:password".into());
        assert_eq!(value.unknown_reason(), Some(&expected));
        assert!(value.is_unknown());
    }

    #[test]
    fn text_around_a_dynamic_reference_stays() {
        let value = build(vec![Value::string("a{{resolve:ssm:/p:1}}b{{resolve:x", AT)]);
        assert_eq!(value.display_text().as_deref(), Some("a${...}b{{resolve:x"));
        let value = build(vec![Value::string("{{plain}}", AT)]);
        assert_eq!(value.as_str(), Some("{{plain}}"));
    }

    #[test]
    fn a_text_that_grows_without_end_is_cut() {
        let mut value = Value::string("xxxxxxxx", AT);
        for _ in 0..64 {
            value = build(vec![value.clone(), value]);
        }
        assert!(matches!(value.unknown_reason(), Some(Reason::Budget(_))));
    }
}

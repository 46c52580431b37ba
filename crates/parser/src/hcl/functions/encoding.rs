//! Encodings: JSON, YAML, CSV, base64, URLs.
//!
//! What `jsonencode`, `yamlencode` and `base64encode` are given is kept as it is, under a flag,
//! so that rules see a policy as the tree that it is written as. Where the text itself is asked
//! for, it is made then.

use std::fmt::Write as _;
use std::sync::Arc;

use trilith_graph::{Entry, Flags, Map, Part, Reason, SourceId, Span, Value, ValueKind};

use super::{Arguments, Outcome};
use crate::hcl::evaluate::compare::unknown_itself;
use crate::hcl::evaluate::json;
use crate::hcl::evaluate::text::{
    MapBuilder, Stop, decoded, inherited, is_encoded, number_value, parse_number, parts, string,
    template, unknown_text, without,
};
use crate::tree::{
    JsonOptions, NodeId, Segments, SyntaxError, SyntaxErrorKind, Tree, parse_embedded_json,
    parse_embedded_yaml, parse_json, parse_yaml, to_value, to_value_with_holes,
};

pub(super) fn jsonencode(arguments: &Arguments<'_>) -> Outcome {
    encoded(arguments, Flags::EMBEDDED)
}

pub(super) fn yamlencode(arguments: &Arguments<'_>) -> Outcome {
    encoded(arguments, Flags::EMBEDDED.with(Flags::SYNTHETIC))
}

fn encoded(arguments: &Arguments<'_>, flags: Flags) -> Outcome {
    let value = arguments.get(0)?;
    let is_encoded = is_encoded(value);
    match &value.kind {
        // One flag cannot say that something was encoded twice.
        _ if is_encoded => arguments.value(template(json::render(value))),
        ValueKind::List(_) | ValueKind::Map(_) => {
            Ok(Value { span: arguments.span, via: None, ..value.clone() }.with(flags))
        }
        ValueKind::Unknown(Reason::Malformed) => Err(Stop::Error),
        ValueKind::Unknown(reason) => arguments.value(unknown_text(reason.clone(), value)),
        _ if flags.has(Flags::SYNTHETIC) => {
            Err(Stop::Unknown(Reason::UnsupportedFunction("yamlencode".into())))
        }
        _ => arguments.value(template(json::render(value))),
    }
}

pub(super) fn jsondecode(arguments: &Arguments<'_>) -> Outcome {
    decode(arguments, Language::Json)
}

pub(super) fn yamldecode(arguments: &Arguments<'_>) -> Outcome {
    decode(arguments, Language::Yaml)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    Json,
    Yaml,
}

fn decode(arguments: &Arguments<'_>, language: Language) -> Outcome {
    let value = arguments.get(0)?;
    if value.flags.has(Flags::EMBEDDED) {
        return Ok(decoded(value));
    }
    let parts = parts(value)?;
    match parts.as_slice() {
        [] => Err(Stop::Error),
        [Part::Text(text)] => decode_text(value, text, language),
        [Part::Hole(_)] => {
            let reason = unknown_itself(value).unwrap_or(Reason::ComputedAfterApply);
            Err(Stop::Unknown(reason))
        }
        parts => decode_with_holes(value, parts, language),
    }
}

fn decode_text(value: &Value, text: &str, language: Language) -> Outcome {
    if text.trim().is_empty() {
        return Err(Stop::Error);
    }
    let parsed = match language {
        Language::Json => parse_json(SourceId(0), text, &JsonOptions::default()),
        Language::Yaml => parse_yaml(SourceId(0), text),
    };
    let Some(document) = parsed.tree.documents().first() else { return Err(Stop::Error) };
    // A slip that people would not mind is an error to Go's decoder.
    let is_slip = |error: &SyntaxError| match error.kind {
        SyntaxErrorKind::Fatal => true,
        SyntaxErrorKind::Recovered => language == Language::Json,
        SyntaxErrorKind::DuplicateKey { .. } => false,
    };
    if parsed.errors.iter().any(is_slip) {
        return Err(Stop::Error);
    }
    let tree = to_value(&parsed.tree, *document);
    let place = Place { file: file_of(value, text), whole: value.span, language };
    Ok(place.value(&parsed.tree, *document, &tree))
}

/// Text with holes: what stands around them is still read.
fn decode_with_holes(value: &Value, parts: &[Part], language: Language) -> Outcome {
    let mut segments = Segments::new(value.span);
    let mut holes = Vec::new();
    for part in parts {
        match part {
            Part::Text(text) => segments.push(text, value.span),
            Part::Hole(hole) => {
                segments.push_hole(hole.span);
                holes.push(hole.clone());
            }
        }
    }
    let parsed = match language {
        Language::Json => parse_embedded_json(segments),
        Language::Yaml => parse_embedded_yaml(segments),
    };
    match parsed.tree.documents().first() {
        Some(document) if !parsed.errors.iter().any(SyntaxError::is_fatal) => {
            Ok(undecorated(&to_value_with_holes(&parsed.tree, *document, &holes)))
        }
        _ => Err(Stop::Unknown(unknown_itself(value).unwrap_or(Reason::Undecided))),
    }
}

/// A value and everything inside of it, no longer as part of a text.
fn undecorated(value: &Value) -> Value {
    let value = decoded(value);
    let kind = match &value.kind {
        ValueKind::List(items) => {
            ValueKind::List(Arc::new(items.iter().map(undecorated).collect()))
        }
        ValueKind::Map(map) => {
            let mut map = map.as_ref().clone();
            for entry in map.entries_mut() {
                entry.value = undecorated(&entry.value);
            }
            ValueKind::Map(Arc::new(map))
        }
        other => other.clone(),
    };
    Value { kind, ..value }
}

/// The place of the text of a file, if that is what the value is.
fn file_of(value: &Value, text: &str) -> Option<SourceId> {
    let mut via = value.via.as_ref()?;
    while let Some(next) = &via.next {
        via = next;
    }
    (via.span.start == 0 && via.span.len() as usize == text.len()).then_some(via.span.source)
}

/// Where a decoded document is written.
struct Place {
    /// The file, if the text is all of it.
    file: Option<SourceId>,
    /// What stands for the place of anything else.
    whole: Span,
    language: Language,
}

impl Place {
    fn span(&self, span: Span) -> Span {
        self.file.map_or(self.whole, |source| Span { source, ..span })
    }

    /// The value of a node: with its place, and numbers that do not print as they are written
    /// are numbers all the same.
    fn value(&self, tree: &Tree<'_>, node: NodeId, value: &Value) -> Value {
        let is_tagged_text = tree.tag(node).is_some_and(|tag| tag.ends_with("str"));
        let kind = match &value.kind {
            ValueKind::Int(_) | ValueKind::Float(_) | ValueKind::Bool(_) if is_tagged_text => {
                ValueKind::String(tree.text(node).into())
            }
            ValueKind::List(items) => {
                let nodes = tree.items(node).zip(items.iter());
                let items = nodes.map(|(node, item)| self.value(tree, node, item)).collect();
                ValueKind::List(Arc::new(items))
            }
            ValueKind::Map(map) => {
                let mut places = Map::with_capacity(map.len());
                for (member, entry) in tree.members(node).iter().zip(map.entries()) {
                    let value = self.value(tree, member.value, &entry.value);
                    let key_span = self.span(entry.key_span);
                    places.push(Entry { key: entry.key.clone(), key_span, value });
                }
                ValueKind::Map(Arc::new(places))
            }
            ValueKind::String(text) => {
                if is_tagged_text || tree.text_span(node) != tree.span(node) {
                    ValueKind::String(text.clone())
                } else {
                    plain_scalar(text, self.language)
                }
            }
            other => other.clone(),
        };
        let flags = without(value.flags, &[Flags::PLAIN]);
        Value { kind, span: self.span(value.span), flags, via: None }
    }
}

/// What a scalar without quotes is in JSON and in the YAML 1.1 that Terraform reads.
fn plain_scalar(text: &str, language: Language) -> ValueKind {
    if language == Language::Yaml {
        match text {
            "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return ValueKind::Bool(true),
            "no" | "No" | "NO" | "off" | "Off" | "OFF" => return ValueKind::Bool(false),
            _ => {}
        }
        let hexadecimal = text.strip_prefix("0x").map(|digits| i64::from_str_radix(digits, 16));
        if let Some(Ok(number)) = hexadecimal {
            return ValueKind::Int(number);
        }
        if is_date(text) {
            return ValueKind::String(format!("{text}T00:00:00Z").into());
        }
    }
    match parse_number(text) {
        Some(_) => number_value(text.trim_start_matches('+')),
        None => ValueKind::String(text.into()),
    }
}

fn is_date(text: &str) -> bool {
    let mut parts = text.split('-').map(|part| (part.len(), part));
    let mut next = |length| {
        parts.next().is_some_and(|(found, part)| {
            found == length && part.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    next(4) && next(2) && next(2) && text.len() == 10
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes as base64 with padding.
pub(in crate::hcl) fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_u32, |group, byte| group << 8 | u32::from(*byte));
        let group = group << (8 * (3 - chunk.len()));
        for index in 0..4 {
            if index > chunk.len() {
                text.push('=');
            } else {
                let digit = group >> (18 - 6 * index) & 0x3f;
                text.push(char::from(ALPHABET[digit as usize]));
            }
        }
    }
    text
}

fn unbase64(text: &str) -> Option<Vec<u8>> {
    let text: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let padding = text.iter().rev().take_while(|byte| **byte == b'=').count();
    if padding > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for chunk in text[..text.len() - padding].chunks(4) {
        let mut group = 0_u32;
        for byte in chunk {
            let digit = ALPHABET.iter().position(|letter| letter == byte)?;
            group = group << 6 | digit as u32;
        }
        group <<= 6 * (4 - chunk.len());
        let whole = [(group >> 16) as u8, (group >> 8) as u8, group as u8];
        bytes.extend_from_slice(&whole[..chunk.len() - 1]);
    }
    Some(bytes)
}

/// Keeps the text readable, under [`Flags::BASE64`].
pub(super) fn base64encode(arguments: &Arguments<'_>) -> Outcome {
    let value = arguments.get(0)?;
    let is_encoded = is_encoded(value);
    if is_encoded {
        // One set of flags cannot say that something was encoded twice.
        let text = string(value)?;
        return Ok(Value::string(text, arguments.span).with(Flags::BASE64));
    }
    match &value.kind {
        ValueKind::Unknown(Reason::Malformed) => Err(Stop::Error),
        ValueKind::Unknown(reason) => Err(Stop::Unknown(reason.clone())),
        ValueKind::Reference(_) => Err(Stop::Unknown(Reason::ComputedAfterApply)),
        _ => {
            let text = template(parts(value)?);
            Ok(Value { kind: text, span: arguments.span, ..value.clone() }.with(Flags::BASE64))
        }
    }
}

pub(super) fn base64decode(arguments: &Arguments<'_>) -> Outcome {
    let value = arguments.get(0)?;
    if value.flags.has(Flags::BASE64) {
        return Ok(decoded(value));
    }
    let bytes = unbase64(&string(value)?).ok_or(Stop::Error)?;
    arguments.string(String::from_utf8(bytes).map_err(|_| Stop::Error)?)
}

/// Whether an encoding is one of those that are evaluated.
fn is_utf16le(name: &str) -> Result<bool, Stop> {
    match name.to_ascii_uppercase().as_str() {
        "UTF-16LE" => Ok(true),
        "UTF-8" | "UTF8" => Ok(false),
        _ => {
            Err(Stop::Unknown(Reason::UnsupportedFunction(format!("text encoding {name}").into())))
        }
    }
}

pub(super) fn textencodebase64(arguments: &Arguments<'_>) -> Outcome {
    let text = arguments.text(0)?;
    let bytes = if is_utf16le(&arguments.text(1)?)? {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    } else {
        text.into_bytes()
    };
    arguments.string(base64(&bytes))
}

pub(super) fn textdecodebase64(arguments: &Arguments<'_>) -> Outcome {
    let bytes = unbase64(&arguments.text(0)?).ok_or(Stop::Error)?;
    let text = if is_utf16le(&arguments.text(1)?)? {
        let units: Vec<u16> =
            bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        String::from_utf16(&units).map_err(|_| Stop::Error)?
    } else {
        String::from_utf8(bytes).map_err(|_| Stop::Error)?
    };
    arguments.string(text)
}

pub(super) fn urlencode(arguments: &Arguments<'_>) -> Outcome {
    let mut encoded = String::new();
    for byte in arguments.text(0)?.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte));
            }
            b' ' => encoded.push('+'),
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    arguments.string(encoded)
}

/// Reads RFC 4180 text with a first line of names.
pub(super) fn csvdecode(arguments: &Arguments<'_>) -> Outcome {
    let text = arguments.text(0)?;
    let mut records = records(&text)?.into_iter();
    let names: Vec<Arc<str>> =
        records.next().ok_or(Stop::Error)?.into_iter().map(Arc::from).collect();
    let flags = inherited(arguments.get(0)?);
    let mut rows = Vec::new();
    for record in records {
        if record.len() != names.len() {
            return Err(Stop::Error);
        }
        let mut members = MapBuilder::default();
        for (name, field) in names.iter().zip(record) {
            let value = Value::string(field, arguments.span).with(flags);
            members.insert(Entry { key: name.clone(), key_span: arguments.span, value });
        }
        if members.len() != names.len() {
            return Err(Stop::Error);
        }
        rows.push(Value::map(members.finish(), arguments.span));
    }
    arguments.list(rows)
}

fn records(text: &str) -> Result<Vec<Vec<String>>, Stop> {
    let mut records = Vec::new();
    let mut record = Vec::new();
    let mut field = String::new();
    let mut was_quoted = false;
    let mut rest = text.chars().peekable();
    let mut in_quotes = false;
    while let Some(c) = rest.next() {
        match c {
            '"' if in_quotes && rest.peek() == Some(&'"') => {
                rest.next();
                field.push('"');
            }
            '"' if in_quotes => in_quotes = false,
            c if in_quotes => field.push(c),
            '"' if field.is_empty() && !was_quoted => {
                in_quotes = true;
                was_quoted = true;
            }
            '"' => return Err(Stop::Error),
            ',' => {
                record.push(std::mem::take(&mut field));
                was_quoted = false;
            }
            '\r' if rest.peek() == Some(&'\n') => {}
            '\n' if record.is_empty() && field.is_empty() && !was_quoted => {}
            '\n' => {
                record.push(std::mem::take(&mut field));
                records.push(std::mem::take(&mut record));
                was_quoted = false;
            }
            _ if was_quoted => return Err(Stop::Error),
            c => field.push(c),
        }
    }
    if in_quotes {
        return Err(Stop::Error);
    }
    if !record.is_empty() || !field.is_empty() || was_quoted {
        record.push(field);
        records.push(record);
    }
    Ok(records)
}

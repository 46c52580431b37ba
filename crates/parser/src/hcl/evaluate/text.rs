//! Numbers as text, text as numbers, and values inside of templates.

use trilith_graph::{Flags, Map, Part, Reason, Tri, Value, ValueKind};

use super::budget::{TEXT_LIMIT, too_much_text};
use super::choice::map_arms;
use super::json;
use crate::hcl::number::{number_kind, whole};
use crate::hcl::syntax::ExpressionKind;

/// Why there is no result: Terraform would stop with an error, or something is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::hcl) enum Stop {
    /// The expression has no value whatever the unknowns turn out to be.
    Error,
    /// It depends on something that is not known.
    Unknown(Reason),
}

impl Stop {
    /// As a value: what cannot be evaluated counts as unreadable.
    pub(in crate::hcl) fn into_kind(self) -> ValueKind {
        match self {
            Self::Error => ValueKind::Unknown(Reason::Malformed),
            Self::Unknown(reason) => ValueKind::Unknown(reason),
        }
    }
}

/// Whether evaluating the value is sure to fail.
pub(in crate::hcl) fn is_error(value: &Value) -> bool {
    matches!(value.kind, ValueKind::Unknown(Reason::Malformed))
}

/// Whether the value, or anything inside it, fails: Terraform has no value at all then.
pub(in crate::hcl) fn fails(value: &Value) -> Tri {
    match &value.kind {
        ValueKind::List(items) => {
            let is_open = value.flags.has(Flags::OPEN);
            Tri::any(items.iter().map(|item| member_fails(item, is_open)))
        }
        ValueKind::Map(map) => {
            let is_open = value.flags.has(Flags::OPEN);
            Tri::any(map.entries().iter().map(|entry| member_fails(&entry.value, is_open)))
        }
        ValueKind::OneOf(arms) => {
            let verdicts: Vec<Tri> = arms.iter().map(|arm| fails(&arm.value)).collect();
            match (Tri::all(verdicts.iter().copied()), Tri::any(verdicts)) {
                (Tri::True, _) => Tri::True,
                (_, Tri::False) => Tri::False,
                _ => Tri::Unknown,
            }
        }
        ValueKind::Template(parts) => Tri::any(parts.iter().map(|part| match part {
            Part::Text(_) => Tri::False,
            Part::Hole(hole) => fails(hole),
        })),
        _ => is_error(value).into(),
    }
}

/// Whether an element that may not be there fails.
fn member_fails(member: &Value, is_open: bool) -> Tri {
    let is_sure = !(is_open && member.flags.has(Flags::SYNTHETIC))
        && super::choice::presence(member) == trilith_graph::Formula::True;
    match fails(member) {
        Tri::True if !is_sure => Tri::Unknown,
        verdict => verdict,
    }
}

/// A number, which Terraform does not split into whole and other ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::hcl) enum Number {
    Int(i64),
    Float(f64),
}

impl Number {
    /// The number nearest to a float. Digits that only come from counting in binary are dropped,
    /// since Terraform counts with 512 bits. What is too large for a float is not known.
    pub(in crate::hcl) fn from_float(float: f64) -> Result<Self, Stop> {
        if !float.is_finite() {
            return Err(Stop::Unknown(too_large()));
        }
        let rounded = format!("{float:.15e}").parse().unwrap_or(float);
        Ok(whole(rounded).map_or(Self::Float(rounded), Self::Int))
    }

    #[expect(clippy::cast_precision_loss, reason = "floats are what we count with")]
    pub(in crate::hcl) fn float(self) -> f64 {
        match self {
            Self::Int(number) => number as f64,
            Self::Float(number) => number,
        }
    }

    pub(in crate::hcl) fn kind(self) -> ValueKind {
        match self {
            Self::Int(number) => ValueKind::Int(number),
            Self::Float(number) => ValueKind::Float(number),
        }
    }
}

/// The reason for numbers that take more than 64 bits.
pub(in crate::hcl) fn too_large() -> Reason {
    Reason::UnsupportedFunction("arithmetic beyond 64 bits".into())
}

/// The number that a value is, if it is one.
pub(in crate::hcl) fn float(value: &Value) -> Option<f64> {
    match value.kind {
        ValueKind::Int(number) => Some(Number::Int(number).float()),
        ValueKind::Float(number) => Some(number),
        _ => None,
    }
}

/// The number that a value is or is converted to.
pub(in crate::hcl) fn number(value: &Value) -> Result<Number, Stop> {
    match &value.kind {
        ValueKind::Int(number) => Ok(Number::Int(*number)),
        ValueKind::Float(number) => Ok(Number::Float(*number)),
        ValueKind::String(text) => parse_number(text).ok_or(Stop::Error),
        _ => Err(super::compare::unknown_itself(value).map_or(Stop::Error, Stop::Unknown)),
    }
}

/// Reads a number the way Terraform converts text: digits, a point, an exponent, a sign.
pub(in crate::hcl) fn parse_number(text: &str) -> Option<Number> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && unsigned
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    if !is_number {
        return None;
    }
    match (text.parse::<i64>(), text.parse::<f64>()) {
        (Ok(number), _) => Some(Number::Int(number)),
        (Err(_), Ok(number)) if number.is_finite() => {
            Some(whole(number).map_or(Number::Float(number), Number::Int))
        }
        _ => None,
    }
}

/// The kind of a value that is written as number.
pub(in crate::hcl) fn number_value(text: &str) -> ValueKind {
    match number_kind(text) {
        ExpressionKind::Int(number) => ValueKind::Int(number),
        ExpressionKind::Float(number) => ValueKind::Float(number),
        _ => ValueKind::String(text.into()),
    }
}

/// A count as a value.
pub(in crate::hcl) fn int(count: usize) -> ValueKind {
    ValueKind::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

/// The boolean that a value is or is converted to.
pub(in crate::hcl) fn boolean(value: &Value) -> Result<bool, Stop> {
    match &value.kind {
        ValueKind::Bool(value) => Ok(*value),
        ValueKind::String(text) => match text.as_ref() {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            _ => Err(Stop::Error),
        },
        _ => Err(super::compare::unknown_itself(value).map_or(Stop::Error, Stop::Unknown)),
    }
}

/// The whole number that a value is or is converted to.
pub(in crate::hcl) fn integer(value: &Value) -> Result<i64, Stop> {
    match number(value)? {
        Number::Int(number) => Ok(number),
        Number::Float(_) => Err(Stop::Error),
    }
}

/// The text that a value is or is converted to, if it is known completely.
pub(in crate::hcl) fn string(value: &Value) -> Result<String, Stop> {
    let mut text = String::new();
    for part in parts(value)? {
        match part {
            Part::Text(piece) => text.push_str(&piece),
            Part::Hole(hole) => {
                let reason = super::compare::unknown_inside(&hole);
                return Err(Stop::Unknown(reason.unwrap_or(Reason::ComputedAfterApply)));
            }
        }
    }
    Ok(text)
}

/// Whether a value stands for its text in JSON, YAML or base64.
pub(in crate::hcl) fn is_encoded(value: &Value) -> bool {
    value.flags.has(Flags::EMBEDDED) || value.flags.has(Flags::BASE64)
}

/// Whether not even the type of a value is known.
pub(in crate::hcl) fn may_be_anything(value: &Value) -> bool {
    match &value.kind {
        ValueKind::Unknown(reason) => *reason != Reason::Malformed,
        ValueKind::OneOf(arms) => arms.iter().any(|arm| may_be_anything(&arm.value)),
        ValueKind::List(items) => items.iter().any(may_be_anything),
        _ => false,
    }
}

/// Whether a piece of text is sure to fail under some condition.
pub(in crate::hcl) fn may_fail(part: &Part) -> bool {
    match part {
        Part::Hole(hole) => match &hole.kind {
            ValueKind::OneOf(arms) => arms.iter().any(|arm| is_error(&arm.value)),
            _ => false,
        },
        Part::Text(_) => false,
    }
}

/// What a value adds to a template. Null, lists and maps add nothing that Terraform accepts.
pub(in crate::hcl) fn parts(value: &Value) -> Result<Vec<Part>, Stop> {
    if is_encoded(value) {
        return encoded_parts(value);
    }
    match &value.kind {
        ValueKind::String(text) => Ok(vec![Part::Text(text.clone())]),
        ValueKind::Bool(value) => Ok(vec![Part::Text(value.to_string().into())]),
        ValueKind::Int(number) => Ok(vec![Part::Text(number.to_string().into())]),
        ValueKind::Float(number) => Ok(vec![Part::Text(number.to_string().into())]),
        ValueKind::Template(parts) => Ok(parts.to_vec()),
        ValueKind::Unknown(Reason::Malformed)
        | ValueKind::Absent
        | ValueKind::Null
        | ValueKind::List(_)
        | ValueKind::Map(_) => Err(Stop::Error),
        ValueKind::OneOf(_) => Ok(vec![Part::Hole(map_arms(value, &mut as_text))]),
        ValueKind::Unknown(_) | ValueKind::Reference(_) => Ok(vec![Part::Hole(value.clone())]),
    }
}

/// The value as text: what `tostring` gives, and `jsonencode` and `base64encode` really are.
pub(in crate::hcl) fn as_text(value: &Value) -> Value {
    let flags = Flags::NONE.with(inherited(value));
    let kind = match &value.kind {
        ValueKind::Unknown(_) | ValueKind::Reference(_) => value.kind.clone(),
        _ => parts(value).map_or_else(Stop::into_kind, template),
    };
    Value { kind, flags, ..value.clone() }
}

/// Text from parts, unless that is too long.
pub(in crate::hcl) fn template(parts: Vec<Part>) -> ValueKind {
    let length: usize =
        parts.iter().map(|part| if let Part::Text(text) = part { text.len() } else { 0 }).sum();
    if length > TEXT_LIMIT {
        return ValueKind::Unknown(too_much_text());
    }
    let kind = ValueKind::template(parts);
    // Text that is nothing but what a resource gives is that.
    if let ValueKind::Template(parts) = &kind
        && let [Part::Hole(Value { kind: reference @ ValueKind::Reference(_), .. })] = &parts[..]
    {
        return reference.clone();
    }
    kind
}

/// Text of which nothing is known.
pub(in crate::hcl) fn unknown_text(reason: Reason, like: &Value) -> ValueKind {
    let hole = Value { kind: ValueKind::Unknown(reason), flags: Flags::NONE, ..like.clone() };
    ValueKind::template(vec![Part::Hole(hole)])
}

fn encoded_parts(value: &Value) -> Result<Vec<Part>, Stop> {
    let inside = decoded(value);
    if value.flags.has(Flags::BASE64) {
        return match string(&inside) {
            Ok(text) => Ok(vec![Part::Text(crate::hcl::functions::base64(text.as_bytes()).into())]),
            Err(Stop::Unknown(reason)) => {
                let kind = ValueKind::Unknown(reason);
                Ok(vec![Part::Hole(Value { kind, ..inside })])
            }
            Err(Stop::Error) => Err(Stop::Error),
        };
    }
    if value.flags.has(Flags::SYNTHETIC) {
        // The tree of `yamlencode`. Nobody looks at the text itself.
        let kind = ValueKind::Unknown(Reason::UnsupportedFunction("yamlencode".into()));
        return Ok(vec![Part::Hole(Value { kind, ..inside })]);
    }
    Ok(json::render(&inside))
}

/// The value that `jsonencode`, `yamlencode` or `base64encode` were given.
pub(in crate::hcl) fn decoded(value: &Value) -> Value {
    let is_yaml = value.flags.has(Flags::EMBEDDED) && value.flags.has(Flags::SYNTHETIC);
    let encodings = [Flags::EMBEDDED, Flags::BASE64];
    let dropped = if is_yaml { &[Flags::SYNTHETIC][..] } else { &[] };
    Value { flags: without(value.flags, &[&encodings[..], dropped].concat()), ..value.clone() }
}

/// The facts of `flags` without some.
pub(in crate::hcl) fn without(flags: Flags, dropped: &[Flags]) -> Flags {
    const ALL: [Flags; 8] = [
        Flags::SENSITIVE,
        Flags::ASSUMED,
        Flags::SCHEMA_DEFAULT,
        Flags::SYNTHETIC,
        Flags::OPEN,
        Flags::EMBEDDED,
        Flags::PLAIN,
        Flags::BASE64,
    ];
    let kept = ALL.iter().filter(|flag| flags.has(**flag) && !dropped.contains(flag));
    kept.fold(Flags::NONE, |kept, flag| kept.with(*flag))
}

/// The facts that what is computed from a value takes over: whether it is secret, and whether it
/// rests on a default.
pub(in crate::hcl) fn inherited(value: &Value) -> Flags {
    let kept = [Flags::SENSITIVE, Flags::ASSUMED];
    kept.iter()
        .filter(|flag| value.flags.has(**flag))
        .fold(Flags::NONE, |kept, flag| kept.with(*flag))
}

/// [`inherited`] of a value and what is directly inside it.
pub(in crate::hcl) fn inherited_inside(value: &Value) -> Flags {
    let own = inherited(value);
    match &value.kind {
        ValueKind::List(items) => items.iter().fold(own, |flags, item| flags.with(inherited(item))),
        ValueKind::Map(map) => {
            map.entries().iter().fold(own, |flags, entry| flags.with(inherited(&entry.value)))
        }
        _ => own,
    }
}

/// A map built member by member, in which the last of several equal keys counts.
#[derive(Debug, Default)]
pub(in crate::hcl) struct MapBuilder {
    entries: Vec<trilith_graph::Entry>,
    places: std::collections::HashMap<std::sync::Arc<str>, usize>,
}

impl MapBuilder {
    /// Sets a member.
    pub(in crate::hcl) fn insert(&mut self, entry: trilith_graph::Entry) {
        if let Some(place) = self.places.get(&entry.key) {
            self.entries[*place] = entry;
            return;
        }
        self.places.insert(entry.key.clone(), self.entries.len());
        self.entries.push(entry);
    }

    /// The member with a key.
    pub(in crate::hcl) fn get_mut(&mut self, key: &str) -> Option<&mut trilith_graph::Entry> {
        let place = *self.places.get(key)?;
        self.entries.get_mut(place)
    }

    /// All members, to change their values.
    pub(in crate::hcl) fn entries_mut(&mut self) -> &mut [trilith_graph::Entry] {
        &mut self.entries
    }

    pub(in crate::hcl) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(in crate::hcl) fn finish(self) -> Map {
        let mut map = Map::with_capacity(self.entries.len());
        self.entries.into_iter().for_each(|entry| map.push(entry));
        map
    }
}

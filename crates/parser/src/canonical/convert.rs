//! One value to the shape that CloudFormation's schema asks for.

use std::sync::Arc;

use trilith_graph::{Arm, Entry, Flags, Map, Reason, Span, Value, ValueKind};

use super::cases::{elements, in_each_case, insert_if, is_conditional, only_block};
use super::map::Mapper;
use super::table::{Convert, Literal, Row, Shape};

impl Mapper<'_> {
    /// The value of a row's property; `None` where nothing is given.
    pub(crate) fn convert(&mut self, row: &'static Row, value: &Value) -> Option<Value> {
        let mut value = match &value.kind {
            ValueKind::Null | ValueKind::Absent => return None,
            ValueKind::Unknown(_) => value.clone(),
            ValueKind::OneOf(arms) => {
                let arms = arms.iter().map(|arm| {
                    let absent = || Value::new(ValueKind::Absent, arm.value.span);
                    let value = self.convert(row, &arm.value).unwrap_or_else(absent);
                    Arm { guard: arm.guard.clone(), value }
                });
                let arms = arms.collect();
                Value { kind: ValueKind::OneOf(Arc::new(arms)), ..value.clone() }
            }
            _ => self.convert_known(row, value)?,
        };
        if row.sensitive {
            value.flags = value.flags.with(Flags::SENSITIVE);
        }
        Some(value)
    }

    fn convert_known(&mut self, row: &'static Row, value: &Value) -> Option<Value> {
        if row.shape.is_single() && matches!(row.convert, Convert::Plain) && is_conditional(value) {
            return self.convert(row, &only_block(value));
        }
        if !row.absent.is_empty()
            && value.display_text().is_some_and(|text| row.absent.contains(&text.as_str()))
        {
            return None;
        }
        if !row.values.is_empty() {
            return Some(renamed(row, value));
        }
        match row.convert {
            Convert::Plain if matches!(row.shape, Shape::Any) => Some(value.clone()),
            Convert::Plain => self.plain(row, value),
            Convert::Text => Some(user_data(value)),
            Convert::Base64 => Some(decoded(value)),
            Convert::Json => Some(self.document(value)),
            Convert::CamelJson => {
                let document = self.document(value);
                self.block(row, &document)
            }
            Convert::Named | Convert::Keyed(_) if is_empty(value) => None,
            Convert::Named => Some(named(value)),
            Convert::Keyed(key) => Some(self.keyed(row, key, value)),
            Convert::Pairs(name) => match &value.kind {
                ValueKind::Map(map) => {
                    let names = [self.name(name), self.key("Value")];
                    Some(pairs_of(value, map, &names))
                }
                _ => Some(unknown_unless_container(value)),
            },
            Convert::Wrap(name) => {
                let name = self.name(name);
                Some(each_of(value, &mut |item| {
                    let mut map = Map::default();
                    map.push(Entry { key: name.clone(), key_span: item.span, value: item.clone() });
                    Some(Value::map(map, item.span))
                }))
            }
            Convert::Each(key) => Some(each_of(value, &mut |item| {
                Some(item.get(key).clone()).filter(|item| !item.is_absent())
            })),
            Convert::Inner(key) => Some(each_of(value, &mut |item| self.block(row, item.get(key)))),
            Convert::Statements => {
                let document = self.document(value);
                Some(document.get("Statement").clone()).filter(|statements| !statements.is_absent())
            }
        }
    }

    fn plain(&mut self, row: &'static Row, value: &Value) -> Option<Value> {
        if let Some(switch) = row.when {
            let switch = value.step(&0.into()).get(switch);
            if switch.as_bool() == Some(false) {
                return None;
            }
            if switch.is_unknown() {
                // Whether anything is said is not known, and so is what.
                let reason = switch.unknown_reason().cloned().unwrap_or(Reason::Undecided);
                return Some(Value { kind: ValueKind::Unknown(reason), ..switch.clone() });
            }
        }
        if row.block.is_some() && !matches!(row.shape, Shape::Map | Shape::Json) {
            return self.block(row, value);
        }
        self.shaped(&row.shape, value)
    }

    /// The value as the shape has it.
    pub(crate) fn shaped(&mut self, shape: &Shape, value: &Value) -> Option<Value> {
        match (shape, &value.kind) {
            (_, ValueKind::Unknown(_)) => Some(value.clone()),
            (_, ValueKind::OneOf(_)) => in_each_case(value, &mut |value| self.shaped(shape, value)),
            (Shape::Text | Shape::Bool | Shape::Int | Shape::Number, _) => scalar(shape, value),
            (Shape::List(item), ValueKind::List(items)) => {
                let items = items.iter().filter_map(|each| match each.kind {
                    ValueKind::Null => None,
                    _ => self.shaped_item(item, each),
                });
                Some(list_of(value, items.collect()))
            }
            (Shape::List(item), ValueKind::String(_) | ValueKind::Reference(_)) => {
                let item = self.shaped_item(item, value)?;
                Some(list_of(value, vec![item]))
            }
            (Shape::Pairs, ValueKind::Map(map)) => Some(self.pairs(value, map)),
            (Shape::Json, ValueKind::String(_)) => Some(self.document(value)),
            (Shape::Json, ValueKind::List(_)) if value.flags.has(Flags::OPEN) => {
                Some(self.document(value))
            }
            // `none {}`: a block that says all by being there.
            (Shape::Json, ValueKind::List(items)) if matches!(&items[..], [only] if matches!(&only.kind, ValueKind::Map(map) if map.is_empty())) => {
                Some(items[0].clone())
            }
            (Shape::Object, ValueKind::List(items)) => match items.as_slice() {
                [] => None,
                [item, ..] => self.shaped(shape, item),
            },
            // What a container holds is not known from a reference or from text with holes; as
            // an empty container it would be taken for one without members.
            (Shape::Json | Shape::Map | Shape::Object | Shape::Pairs, ValueKind::Template(_)) => {
                Some(self.document(value)).map(|value| unknown_unless_container(&value))
            }
            (
                Shape::Json | Shape::Map | Shape::Object | Shape::Pairs | Shape::List(_),
                ValueKind::Reference(_) | ValueKind::Template(_),
            ) => Some(unknown_unless_container(value)),
            _ => Some(value.clone()),
        }
    }

    // An empty text inside a list is an element all the same.
    fn shaped_item(&mut self, shape: &Shape, value: &Value) -> Option<Value> {
        match &value.kind {
            ValueKind::String(text) if text.is_empty() => Some(value.clone()),
            _ => self.shaped(shape, value),
        }
    }

    /// A map as a list of `{Key, Value}`.
    pub(crate) fn pairs(&mut self, whole: &Value, map: &Map) -> Value {
        let names = [self.key("Key"), self.key("Value")];
        pairs_of(whole, map, &names)
    }

    /// A block, or a list of them, as the shape has it.
    fn block(&mut self, row: &'static Row, value: &Value) -> Option<Value> {
        let block = row.block?;
        match (&row.shape, &value.kind) {
            (_, ValueKind::OneOf(_)) => in_each_case(value, &mut |value| self.block(row, value)),
            (Shape::Object, ValueKind::List(_)) if is_conditional(value) => {
                self.block(row, &only_block(value))
            }
            (Shape::Object, ValueKind::List(items)) => {
                let item = items.iter().find(|item| !matches!(item.kind, ValueKind::Null))?;
                self.block(row, item)
            }
            (Shape::List(_) | Shape::Pairs, ValueKind::List(_)) => {
                if is_empty(value) {
                    return None;
                }
                Some(each_of(value, &mut |item| match &item.kind {
                    ValueKind::Null => None,
                    ValueKind::Map(map) => Some(self.members(block, item, map)),
                    _ => Some(item.clone()),
                }))
            }
            (Shape::List(_) | Shape::Pairs, ValueKind::Map(map)) => {
                let pairs = matches!(row.shape, Shape::Pairs)
                    && !(map.get("key").is_some() && map.get("value").is_some());
                if pairs {
                    return Some(self.pairs(value, map));
                }
                let item = self.members(block, value, map);
                Some(list_of(value, vec![item]))
            }
            (Shape::Object, ValueKind::Map(map)) => Some(self.members(block, value, map)),
            (_, ValueKind::Null | ValueKind::Absent) => None,
            (Shape::Object | Shape::List(_) | Shape::Pairs, _) => {
                Some(unknown_unless_container(value))
            }
            // A block for which the schema has a single value: no row says how.
            _ => None,
        }
    }

    fn keyed(&mut self, row: &'static Row, key: &str, value: &Value) -> Value {
        by_name(value, key, &mut |item| match (&item.kind, row.block) {
            (ValueKind::Map(map), Some(block)) => Some(self.members(block, item, map)),
            _ => None,
        })
    }
}

/// A map as a list of pairs with these members.
fn pairs_of(whole: &Value, map: &Map, names: &[Arc<str>; 2]) -> Value {
    let pairs = map.entries().iter().map(|entry| {
        let mut pair = Map::with_capacity(2);
        let key = Value::string(entry.key.clone(), entry.key_span);
        let entry_of = |at: usize, value: Value| Entry {
            key: names[at].clone(),
            key_span: entry.key_span,
            value,
        };
        pair.push(entry_of(0, key));
        pair.push(entry_of(1, entry.value.clone()));
        Value::map(pair, entry.key_span.to(entry.value.span))
    });
    list_of(whole, pairs.collect())
}

/// A constant of a table as a value at `span`.
pub(crate) fn literal(literal: Literal, span: Span) -> Value {
    let kind = match literal {
        Literal::Bool(value) => ValueKind::Bool(value),
        Literal::Int(value) => ValueKind::Int(value),
        Literal::Text(text) => ValueKind::String(text.into()),
        Literal::EmptyList => ValueKind::List(Arc::default()),
    };
    Value::new(kind, span)
}

fn is_empty(value: &Value) -> bool {
    matches!(&value.kind, ValueKind::List(items) if items.is_empty())
        && !value.flags.has(Flags::OPEN)
}

/// What `f` makes of the elements of a list, or of the value alone.
fn each_of(value: &Value, f: &mut dyn FnMut(&Value) -> Option<Value>) -> Value {
    list_of(value, value.items().iter().filter_map(|item| in_each_case(item, f)).collect())
}

fn list_of(whole: &Value, items: Vec<Value>) -> Value {
    Value { kind: ValueKind::List(Arc::new(items)), ..whole.clone() }
}

fn renamed(row: &Row, value: &Value) -> Value {
    let text = match &value.kind {
        ValueKind::Bool(value) => if *value { "true" } else { "false" }.into(),
        ValueKind::Int(value) => value.to_string(),
        ValueKind::String(text) => text.to_string(),
        ValueKind::List(items) if items.len() == 1 => return renamed(row, &items[0]),
        _ => return unknown_unless_container(value),
    };
    match row.values.iter().find(|(from, _)| *from == text) {
        Some((_, to)) => Value { kind: literal(*to, value.span).kind, ..value.clone() },
        None => scalar(&row.shape, value).unwrap_or_else(|| value.clone()),
    }
}

fn scalar(shape: &Shape, value: &Value) -> Option<Value> {
    let kind = match (shape, &value.kind) {
        // Terraform's providers take empty text for "not given".
        (_, ValueKind::String(text)) if text.is_empty() => return None,
        (_, ValueKind::List(items)) => match items.as_slice() {
            [] => return None,
            [item] => return scalar(shape, item),
            // Whichever of them it is.
            _ if value.flags.has(Flags::OPEN) => ValueKind::Unknown(Reason::ComputedAfterApply),
            _ => value.kind.clone(),
        },
        (Shape::Bool, ValueKind::String(text)) => match text.as_ref() {
            "true" | "1" => ValueKind::Bool(true),
            "false" | "0" => ValueKind::Bool(false),
            _ => value.kind.clone(),
        },
        (Shape::Int | Shape::Number, ValueKind::String(text)) => match text.parse() {
            Ok(number) => ValueKind::Int(number),
            Err(_) => value.kind.clone(),
        },
        (Shape::Text, ValueKind::Bool(_) | ValueKind::Int(_) | ValueKind::Float(_)) => {
            match (&value.kind, value.flags.has(Flags::SENSITIVE)) {
                (ValueKind::Bool(truth), _) => ValueKind::String(truth.to_string().into()),
                (ValueKind::Int(number), _) => ValueKind::String(number.to_string().into()),
                (ValueKind::Float(number), _) => ValueKind::String(number.to_string().into()),
                (other, _) => other.clone(),
            }
        }
        (_, other) => other.clone(),
    };
    Some(Value { kind, ..value.clone() })
}

/// The value if it has members to look at, and otherwise unknown.
pub(crate) fn unknown_unless_container(value: &Value) -> Value {
    match &value.kind {
        ValueKind::Map(_) | ValueKind::List(_) | ValueKind::Unknown(_) | ValueKind::OneOf(_) => {
            value.clone()
        }
        _ => {
            let reason = value.unknown_reason().cloned().unwrap_or(Reason::ComputedAfterApply);
            Value { kind: ValueKind::Unknown(reason), ..value.clone() }
        }
    }
}

/// Text that the user wrote and the provider encodes. A plan shows its SHA-1 instead, of which
/// nothing can be said.
fn user_data(value: &Value) -> Value {
    let hash = |text: &str| text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match &value.kind {
        ValueKind::String(text) if hash(text) => {
            let reason = Reason::Transform("SHA-1 of the user data".into());
            Value { kind: ValueKind::Unknown(reason), ..value.clone() }
        }
        _ => value.clone().with(Flags::BASE64),
    }
}

fn decoded(value: &Value) -> Value {
    let text = value.as_str().and_then(base64).and_then(|bytes| String::from_utf8(bytes).ok());
    match text {
        Some(text) => Value { kind: ValueKind::String(text.into()), ..value.clone() },
        None => value.clone(),
    }
    .with(Flags::BASE64)
}

/// The bytes of base64 text; `None` if it is none.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=') {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    Some(bytes)
}

/// Blocks of `name` and `value` as a map.
fn named(value: &Value) -> Value {
    by_name(value, "name", &mut |item| Some(item.get("value").clone()))
}

/// Blocks as a map by the text of an attribute. One whose text is not known leaves the map open.
fn by_name(value: &Value, key: &str, member: &mut dyn FnMut(&Value) -> Option<Value>) -> Value {
    let mut map = Map::default();
    let mut open = value.flags.has(Flags::OPEN);
    for (guard, item) in elements(value) {
        let Some(value) = member(item) else { continue };
        let name = item.get(key);
        match name.as_str() {
            Some(text) => {
                let entry = Entry { key: text.into(), key_span: name.span, value };
                insert_if(&mut map, &guard, entry);
            }
            None => open = true,
        }
    }
    Value::map(map, value.span).with(if open { Flags::OPEN } else { Flags::NONE })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_back() {
        assert_eq!(base64("aGVsbG8=").as_deref(), Some(&b"hello"[..]));
        assert_eq!(base64("aGVs\nbG8h").as_deref(), Some(&b"hello!"[..]));
        assert_eq!(base64("not base64!"), None);
    }
}

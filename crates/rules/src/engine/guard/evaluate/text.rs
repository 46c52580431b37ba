//! What functions make of text and scalars.

use std::sync::Arc;

use trilith_graph::{Map, Value, ValueKind};

use super::node::{Node, View};
use super::report::Problem;

/// A place in text: a whole number that is not negative. A fraction is cut off.
pub(super) fn offset(node: &Node<'_>) -> Result<usize, Problem> {
    let number = match node.view() {
        View::Int(number) => number,
        View::Float(number) if number.is_finite() => number as i64,
        _ => return Err(Problem::fatal("`substring` needs numbers as second and third argument")),
    };
    usize::try_from(number)
        .map_err(|_| Problem::fatal(format!("`substring` cannot start or end at {number}")))
}

/// The characters from one place to another; none if the text ends before.
pub(super) fn part(text: &str, from: usize, to: usize) -> Option<String> {
    let inside = from < to && to <= text.chars().count();
    inside.then(|| text.chars().skip(from).take(to - from).collect())
}

/// The text with `%41` and the like replaced; none if that is no UTF-8.
pub(super) fn url_decoded(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let hex = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if let (b'%', Some(high), Some(low)) = (byte, hex(at + 1), hex(at + 2)) {
            decoded.push((high * 16 + low) as u8);
            at += 3;
        } else {
            decoded.push(*byte);
            at += 1;
        }
    }
    String::from_utf8(decoded).ok()
}

fn cannot(function: &str, what: &str) -> Problem {
    Problem::of_value(format!("`{function}` cannot convert {what}"))
}

pub(super) fn to_int<'a>(node: &Node<'a>) -> Result<Option<Node<'a>>, Problem> {
    let problem = |what: &str| cannot("parse_int", what);
    Ok(Some(Node::Int(match node.view() {
        View::Text(text) => text.parse().map_err(|_| problem("text that is no whole number"))?,
        View::Int(value) => value,
        View::Float(value) => value as i64,
        View::Char(c) => i64::from(c.to_digit(10).ok_or_else(|| problem("this character"))?),
        _ => return Ok(None),
    })))
}

pub(super) fn to_float<'a>(node: &Node<'a>) -> Result<Option<Node<'a>>, Problem> {
    let problem = |what: &str| cannot("parse_float", what);
    Ok(Some(Node::Float(match node.view() {
        View::Text(text) => text.parse().map_err(|_| problem("text that is no number"))?,
        #[expect(clippy::cast_precision_loss, reason = "what the function is defined to do")]
        View::Int(value) => value as f64,
        View::Float(value) => value,
        View::Char(c) => f64::from(c.to_digit(10).ok_or_else(|| problem("this character"))?),
        _ => return Ok(None),
    })))
}

pub(super) fn to_bool<'a>(node: &Node<'a>) -> Result<Option<Node<'a>>, Problem> {
    Ok(Some(Node::Bool(match node.view() {
        View::Bool(value) => value,
        View::Text(text) => match text.to_lowercase().as_str() {
            "true" => true,
            "false" => false,
            _ => return Err(cannot("parse_boolean", "text that is neither `true` nor `false`")),
        },
        _ => return Ok(None),
    })))
}

pub(super) fn to_text<'a>(node: &Node<'a>) -> Option<Node<'a>> {
    let text = match node.view() {
        View::Text(text) => text.to_owned(),
        View::Int(value) => value.to_string(),
        View::Float(value) => value.to_string(),
        View::Bool(value) => value.to_string(),
        View::Char(value) => value.to_string(),
        _ => return None,
    };
    Some(Node::Made(text.into()))
}

pub(super) fn to_char<'a>(node: &Node<'a>) -> Result<Option<Node<'a>>, Problem> {
    Ok(match node.view() {
        View::Int(value) => {
            let digit = u32::try_from(value).ok().and_then(|value| char::from_digit(value, 10));
            Some(Node::Char(digit.ok_or_else(|| cannot("parse_char", "this number"))?))
        }
        View::Text(text) if text.len() > 1 => {
            return Err(cannot("parse_char", "text longer than one character"));
        }
        View::Text(text) => text.chars().next().map(Node::Char),
        View::Char(_) => to_text(node),
        _ => None,
    })
}

/// The value that text holds as JSON or YAML; tags of CloudFormation become their long form.
pub(super) fn parsed(text: &str) -> Result<ValueKind, String> {
    let value: serde_yaml::Value = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
    kind(value)
}

fn value(value: serde_yaml::Value) -> Result<Value, String> {
    Ok(Value::new(kind(value)?, Value::absent().span))
}

fn kind(yaml: serde_yaml::Value) -> Result<ValueKind, String> {
    use serde_yaml::Value as Yaml;
    Ok(match yaml {
        Yaml::Null => ValueKind::Null,
        Yaml::Bool(value) => ValueKind::Bool(value),
        Yaml::Number(number) => match number.as_i64() {
            Some(number) => ValueKind::Int(number),
            // The reference engine wraps numbers above 63 bits around.
            None if number.is_u64() => ValueKind::Int(number.as_u64().map_or(0, u64::cast_signed)),
            None => ValueKind::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Yaml::String(text) => ValueKind::String(text.into()),
        Yaml::Sequence(items) => {
            let items: Result<Vec<Value>, String> = items.into_iter().map(value).collect();
            ValueKind::List(Arc::new(items?))
        }
        Yaml::Mapping(members) => {
            let mut map = Map::with_capacity(members.len());
            for (key, member) in members {
                let Yaml::String(key) = key else { return Err("a key is no text".to_owned()) };
                map.insert(key, Value::absent().span, value(member)?);
            }
            ValueKind::Map(Arc::new(map))
        }
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let inner = kind(tagged.value)?;
            match long_form(tag.trim_start_matches('!')) {
                Some(function) => {
                    let nowhere = Value::absent().span;
                    let mut map = Map::default();
                    map.insert(function, nowhere, Value::new(inner, nowhere));
                    ValueKind::Map(Arc::new(map))
                }
                None => inner,
            }
        }
    })
}

/// The long form of a function of CloudFormation.
fn long_form(tag: &str) -> Option<String> {
    match tag {
        "Ref" | "Condition" => Some(tag.to_owned()),
        "GetAtt" | "Base64" | "Sub" | "GetAZs" | "ImportValue" | "RefAll" | "Select" | "Split"
        | "Join" | "FindInMap" | "And" | "Equals" | "Contains" | "EachMemberIn"
        | "EachMemberEquals" | "ValueOf" | "If" | "Not" | "Or" => Some(format!("Fn::{tag}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_text_counts_characters() {
        assert_eq!(part("na\u{ef}ve", 0, 3).as_deref(), Some("na\u{ef}"));
        assert_eq!(part("abc", 1, 4), None);
        assert_eq!(part("abc", 2, 2), None);
    }

    #[test]
    fn url_escapes_are_decoded() {
        assert_eq!(url_decoded("a%20b%2").as_deref(), Some("a b%2"));
        assert_eq!(url_decoded("%C3%A9+").as_deref(), Some("\u{e9}+"));
        assert_eq!(url_decoded("%ff"), None);
    }
}

//! `format` and `formatlist`: the verbs of Go's `printf` that Terraform has.

use std::sync::Arc;

use trilith_graph::{Flags, Part, Reason, Value, ValueKind};

use super::sequence::is_whole;
use super::{Arguments, Outcome};
use crate::hcl::evaluate::budget::{ITEM_LIMIT, TEXT_LIMIT, too_many_items, too_much_text};
use crate::hcl::evaluate::compare::{unknown_inside, unknown_itself};
use crate::hcl::evaluate::json;
use crate::hcl::evaluate::text::{Number, Stop, boolean, number, parts, template};

pub(super) fn format(arguments: &Arguments<'_>) -> Outcome {
    let text = arguments.text(0)?;
    arguments.value(formatted(&text, &arguments.values[1..])?)
}

/// Formats once for each element of the lists among the arguments.
pub(super) fn formatlist(arguments: &Arguments<'_>) -> Outcome {
    let text = arguments.text(0)?;
    let values = &arguments.values[1..];
    let is_list = |value: &&Value| {
        matches!(value.kind, ValueKind::List(_)) && !value.flags.has(Flags::EMBEDDED)
    };
    let mut length = None;
    for list in values.iter().filter(is_list) {
        if !is_whole(list) {
            return Err(Stop::Unknown(unknown_inside(list).unwrap_or(Reason::OpenMap)));
        }
        let count = list.items().len();
        if *length.get_or_insert(count) != count {
            return Err(Stop::Error);
        }
    }
    // What is not known may be a list.
    if let Some(reason) = values.iter().filter(|value| !is_list(value)).find_map(|value| {
        if matches!(value.kind, ValueKind::Template(_)) { None } else { unknown_itself(value) }
    }) {
        return Err(Stop::Unknown(reason));
    }
    let length = length.unwrap_or(1);
    if length > ITEM_LIMIT || !arguments.evaluator.budget.spend(length * values.len().max(1)) {
        return Err(Stop::Unknown(too_many_items()));
    }
    let mut items = Vec::with_capacity(length);
    for index in 0..length {
        let row: Vec<Value> = values
            .iter()
            .map(|value| if is_list(&value) { value.items()[index].clone() } else { value.clone() })
            .collect();
        items.push(Value::new(formatted(&text, &row)?, arguments.span));
    }
    arguments.list(items)
}

/// How a verb is written: `%-8.3[2]f`.
#[derive(Debug, Default, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "five flags that are what they are")]
struct Verb {
    minus: bool,
    plus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
    letter: char,
}

impl Verb {
    fn is_plain(&self) -> bool {
        self.width.is_none() && self.precision.is_none() && !self.plus && !self.space
    }
}

fn formatted(text: &str, values: &[Value]) -> Result<ValueKind, Stop> {
    let mut pieces: Vec<Part> = Vec::new();
    let mut rest = text;
    let mut next = 0;
    let mut used = 0;
    let mut length = 0;
    while let Some(at) = rest.find('%') {
        pieces.push(Part::Text(rest[..at].into()));
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            pieces.push(Part::Text("%".into()));
            rest = after;
            continue;
        }
        let (verb, explicit, after) = verb(rest)?;
        rest = after;
        let index = explicit.unwrap_or(next);
        next = index + 1;
        used = used.max(next);
        let value = values.get(index).ok_or(Stop::Error)?;
        let shown = show(&verb, value)?;
        length += shown
            .iter()
            .map(|part| if let Part::Text(t) = part { t.len() } else { 0 })
            .sum::<usize>();
        if length > TEXT_LIMIT {
            return Err(Stop::Unknown(too_much_text()));
        }
        pieces.extend(shown);
    }
    pieces.push(Part::Text(rest.into()));
    // An argument that is not used is an error, unless they are picked by number.
    if used < values.len() && !text.contains('[') {
        return Err(Stop::Error);
    }
    Ok(template(pieces))
}

/// Reads a verb behind its `%`: the verb, the argument it picks, and what follows it.
fn verb(text: &str) -> Result<(Verb, Option<usize>, &str), Stop> {
    let mut verb = Verb::default();
    let mut rest = text;
    while let Some(flag) = rest.chars().next() {
        match flag {
            '-' => verb.minus = true,
            '+' => verb.plus = true,
            '#' => verb.sharp = true,
            ' ' => verb.space = true,
            '0' => verb.zero = true,
            _ => break,
        }
        rest = &rest[1..];
    }
    (verb.width, rest) = digits(rest)?;
    if let Some(after) = rest.strip_prefix('.') {
        let (precision, after) = digits(after)?;
        verb.precision = Some(precision.unwrap_or(0));
        rest = after;
    }
    let mut explicit = None;
    if let Some(after) = rest.strip_prefix('[') {
        let (index, after) = digits(after)?;
        let index = index.and_then(|index| index.checked_sub(1)).ok_or(Stop::Error)?;
        explicit = Some(index);
        rest = after.strip_prefix(']').ok_or(Stop::Error)?;
    }
    verb.letter = rest.chars().next().ok_or(Stop::Error)?;
    Ok((verb.clone(), explicit, &rest[verb.letter.len_utf8()..]))
}

fn digits(text: &str) -> Result<(Option<usize>, &str), Stop> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    if length == 0 {
        return Ok((None, text));
    }
    let number: usize = text[..length].parse().map_err(|_| Stop::Error)?;
    if number > TEXT_LIMIT {
        return Err(Stop::Unknown(too_much_text()));
    }
    Ok((Some(number), &text[length..]))
}

fn show(verb: &Verb, value: &Value) -> Result<Vec<Part>, Stop> {
    if !matches!(
        verb.letter,
        'v' | 't' | 'b' | 'd' | 'o' | 'x' | 'X' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 's' | 'q'
    ) {
        return Err(Stop::Error);
    }
    if let Some(reason) = unknown_inside(value) {
        return unknown_part(verb, value, reason);
    }
    let text: String = match verb.letter {
        'v' => return default_format(verb, value),
        't' => return Ok(vec![text_part(boolean(value)?.to_string())]),
        'b' | 'd' | 'o' | 'x' | 'X' => whole(verb, number(value)?)?,
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => float(verb, number(value)?.float()),
        _ => {
            let text = crate::hcl::evaluate::text::string(value)?;
            let text = match verb.precision {
                Some(precision) => text.chars().take(precision).collect(),
                None => text,
            };
            if verb.letter == 'q' {
                joined(&json::render(&Value::string(text, value.span)))
            } else {
                text
            }
        }
    };
    Ok(vec![text_part(padded(verb, text))])
}

/// What is not known stays a hole. Where it is formatted in a way of its own, the hole is not
/// the value.
fn unknown_part(verb: &Verb, value: &Value, reason: Reason) -> Result<Vec<Part>, Stop> {
    if reason == Reason::Malformed {
        return Err(Stop::Error);
    }
    let is_text = matches!(verb.letter, 's' | 'v' | 'd' | 't') && verb.is_plain() && !verb.sharp;
    let is_scalar = !matches!(value.kind, ValueKind::List(_) | ValueKind::Map(_));
    if is_text && is_scalar {
        return parts(value);
    }
    let kind = ValueKind::Unknown(reason);
    Ok(vec![Part::Hole(Value { kind, flags: Flags::NONE, ..value.clone() })])
}

/// `%v`: text and numbers as they are, collections as JSON.
fn default_format(verb: &Verb, value: &Value) -> Result<Vec<Part>, Stop> {
    let is_json = verb.sharp
        || match value.kind {
            ValueKind::List(_) | ValueKind::Map(_) => !value.flags.has(Flags::EMBEDDED),
            _ => false,
        };
    let text = if is_json {
        joined(&json::render(value))
    } else if let ValueKind::Null | ValueKind::Absent = value.kind {
        return Err(Stop::Unknown(Reason::Undecided));
    } else {
        match number(value) {
            Ok(number) if value.as_str().is_none() => {
                float(&Verb { letter: 'g', ..verb.clone() }, number.float())
            }
            _ => crate::hcl::evaluate::text::string(value)?,
        }
    };
    Ok(vec![text_part(padded(verb, text))])
}

fn joined(parts: &[Part]) -> String {
    parts.iter().map(|part| if let Part::Text(text) = part { text } else { "" }).collect()
}

fn text_part(text: String) -> Part {
    Part::Text(Arc::from(text))
}

fn whole(verb: &Verb, number: Number) -> Result<String, Stop> {
    let number = match number {
        Number::Int(number) => number,
        Number::Float(_) => return Err(Stop::Error),
    };
    let magnitude = number.unsigned_abs();
    let digits = match verb.letter {
        'b' => format!("{magnitude:b}"),
        'o' => format!("{magnitude:o}"),
        'x' => format!("{magnitude:x}"),
        'X' => format!("{magnitude:X}"),
        _ => magnitude.to_string(),
    };
    let prefix = match (verb.sharp, verb.letter) {
        (true, 'x') => "0x",
        (true, 'X') => "0X",
        (true, 'o') => "0",
        (true, 'b') => "0b",
        _ => "",
    };
    Ok(format!("{}{prefix}{digits}", sign(verb, number < 0)))
}

fn sign(verb: &Verb, is_negative: bool) -> &'static str {
    match (is_negative, verb.plus, verb.space) {
        (true, _, _) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        (false, false, false) => "",
    }
}

fn float(verb: &Verb, number: f64) -> String {
    let magnitude = number.abs();
    let digits = match verb.letter {
        'f' | 'F' => format!("{magnitude:.*}", verb.precision.unwrap_or(6)),
        'e' | 'E' => exponential(format!("{magnitude:.*e}", verb.precision.unwrap_or(6))),
        _ => general(magnitude, verb.precision),
    };
    let digits = if verb.letter.is_ascii_uppercase() { digits.to_uppercase() } else { digits };
    format!("{}{digits}", sign(verb, number < 0.0))
}

/// `1.5e3` with the sign and the two digits that Go gives the exponent.
fn exponential(text: String) -> String {
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent),
    };
    format!("{mantissa}e{sign}{digits:0>2}")
}

/// `%g`: an exponent only where the number is very large or very small.
fn general(number: f64, precision: Option<usize>) -> String {
    let text = match precision {
        Some(precision) => format!("{number:.*e}", precision.max(1) - 1),
        None => format!("{number:e}"),
    };
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let exponent: i64 = exponent.parse().unwrap_or(0);
    let limit = match precision {
        Some(precision) => i64::try_from(precision.max(1)).unwrap_or(i64::MAX),
        // What Go's big numbers have, other than its floats.
        None => 6,
    };
    let trim = |text: &str| {
        if text.contains('.') && precision.is_some() {
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else {
            text.to_owned()
        }
    };
    if exponent < -4 || exponent >= limit {
        return exponential(format!("{}e{exponent}", trim(mantissa)));
    }
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
    let decimals = i64::try_from(digits).unwrap_or(i64::MAX) - 1 - exponent;
    trim(&format!("{number:.*}", usize::try_from(decimals).unwrap_or(0)))
}

fn padded(verb: &Verb, text: String) -> String {
    let Some(width) = verb.width else { return text };
    let missing = width.saturating_sub(text.chars().count());
    if verb.minus {
        return text + &" ".repeat(missing);
    }
    if verb.zero {
        let is_number = !matches!(verb.letter, 's' | 'q');
        let sign = usize::from(is_number && text.starts_with(['-', '+', ' ']));
        return format!("{}{}{}", &text[..sign], "0".repeat(missing), &text[sign..]);
    }
    " ".repeat(missing) + &text
}

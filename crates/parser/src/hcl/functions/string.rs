//! Functions on text.

use std::sync::Arc;

use trilith_graph::{Flags, Part, Reason, Tri, Value, ValueKind};

use super::{Arguments, Outcome, items};
use crate::hcl::evaluate::budget::{TEXT_LIMIT, too_much_text};
use crate::hcl::evaluate::compare::unknown_inside;
use crate::hcl::evaluate::text::{Stop, is_encoded, parts, template};

pub(super) fn chomp(arguments: &Arguments<'_>) -> Outcome {
    arguments.string(arguments.text(0)?.trim_end_matches(['\r', '\n']))
}

pub(super) fn indent(arguments: &Arguments<'_>) -> Outcome {
    let spaces = usize::try_from(arguments.integer(0)?).map_err(|_| Stop::Error)?;
    let text = arguments.text(1)?;
    let lines = text.bytes().filter(|byte| *byte == b'\n').count();
    if lines.saturating_mul(spaces) > TEXT_LIMIT {
        return Err(Stop::Unknown(too_much_text()));
    }
    arguments.string(text.replace('\n', &format!("\n{}", " ".repeat(spaces))))
}

pub(super) fn join(arguments: &Arguments<'_>) -> Outcome {
    let separator: Arc<str> = arguments.text(0)?.into();
    let mut pieces: Vec<Part> = Vec::new();
    let mut is_first = true;
    for list in &arguments.values[1..] {
        if list.flags.has(Flags::OPEN) {
            return Err(Stop::Unknown(unknown_inside(list).unwrap_or(Reason::OpenMap)));
        }
        for item in items(list)? {
            // What may be absent would leave no separator.
            if matches!(item.kind, ValueKind::OneOf(_)) && !super::choice_is_whole(item) {
                return Err(Stop::Unknown(Reason::Undecided));
            }
            if !is_first {
                pieces.push(Part::Text(separator.clone()));
            }
            is_first = false;
            pieces.extend(parts(item)?);
        }
    }
    arguments.value(template(pieces))
}

pub(super) fn lower(arguments: &Arguments<'_>) -> Outcome {
    cased(arguments, |c| c.to_lowercase().next().filter(|_| c.to_lowercase().count() == 1))
}

pub(super) fn upper(arguments: &Arguments<'_>) -> Outcome {
    cased(arguments, |c| c.to_uppercase().next().filter(|_| c.to_uppercase().count() == 1))
}

/// Changes the case of the text and of the literal parts of a template. Characters that become
/// several (`ß`) stay, as in Go.
fn cased(arguments: &Arguments<'_>, change: fn(char) -> Option<char>) -> Outcome {
    let value = arguments.get(0)?;
    let changed = parts(value)?.into_iter().map(|part| match part {
        Part::Text(text) => {
            let text: String = text.chars().map(|c| change(c).unwrap_or(c)).collect();
            Part::Text(text.into())
        }
        Part::Hole(hole) => Part::Hole(opaque(&hole)),
    });
    arguments.value(template(changed.collect()))
}

/// Text that depends on a value and is not the value.
fn opaque(value: &Value) -> Value {
    let reason = unknown_inside(value).unwrap_or(Reason::ComputedAfterApply);
    Value { kind: ValueKind::Unknown(reason), ..value.clone() }
}

pub(super) fn replace(arguments: &Arguments<'_>) -> Outcome {
    let (text, search, replacement) = (arguments.text(0)?, arguments.text(1)?, arguments.text(2)?);
    let is_pattern = search.len() > 1 && search.starts_with('/') && search.ends_with('/');
    if is_pattern {
        return Err(Stop::Unknown(Reason::UnsupportedFunction(
            "replace with a regular expression".into(),
        )));
    }
    let matches = if search.is_empty() { text.len() } else { text.len() / search.len() };
    if matches.saturating_mul(replacement.len()) > 4 * TEXT_LIMIT {
        return Err(Stop::Unknown(too_much_text()));
    }
    arguments.value(template(vec![Part::Text(text.replace(&search, &replacement).into())]))
}

pub(super) fn split(arguments: &Arguments<'_>) -> Outcome {
    let (separator, text) = (arguments.text(0)?, arguments.text(1)?);
    if separator.is_empty() {
        return arguments.texts(text.chars().map(String::from));
    }
    arguments.texts(text.split(separator.as_str()).map(str::to_owned))
}

/// A test on two texts, of which the first may have holes.
fn decide(arguments: &Arguments<'_>, verdict: fn(&Value, &str) -> Tri) -> Outcome {
    let value = arguments.get(0)?;
    let needle = arguments.text(1)?;
    let is_text = matches!(value.kind, ValueKind::Template(_)) && !is_encoded(value);
    let verdict = if is_text {
        verdict(value, &needle)
    } else {
        let text = arguments.text(0)?;
        verdict(&Value::string(text, value.span), &needle)
    };
    match verdict {
        Tri::True => arguments.bool(true),
        Tri::False => arguments.bool(false),
        Tri::Unknown => {
            Err(Stop::Unknown(unknown_inside(value).unwrap_or(Reason::ComputedAfterApply)))
        }
    }
}

pub(super) fn startswith(arguments: &Arguments<'_>) -> Outcome {
    decide(arguments, Value::starts_with)
}

pub(super) fn endswith(arguments: &Arguments<'_>) -> Outcome {
    decide(arguments, |value, suffix| match &value.kind {
        ValueKind::String(text) => text.ends_with(suffix).into(),
        ValueKind::Template(parts) => match parts.last() {
            Some(Part::Text(last)) if last.len() >= suffix.len() => last.ends_with(suffix).into(),
            Some(Part::Text(last)) if !suffix.ends_with(last.as_ref()) => Tri::False,
            _ => Tri::Unknown,
        },
        _ => Tri::Unknown,
    })
}

pub(super) fn strcontains(arguments: &Arguments<'_>) -> Outcome {
    decide(arguments, |value, needle| match &value.kind {
        ValueKind::String(text) => text.contains(needle).into(),
        ValueKind::Template(parts) => {
            let is_inside = parts.iter().any(|part| match part {
                Part::Text(text) => text.contains(needle),
                Part::Hole(_) => false,
            });
            if is_inside { Tri::True } else { Tri::Unknown }
        }
        _ => Tri::Unknown,
    })
}

/// What people see as characters. `None` where telling them apart takes tables that are not here.
pub(super) fn characters(text: &str) -> Result<Vec<&str>, Stop> {
    let is_plain = |c: char| {
        !matches!(
            c,
            '\r' | '\u{300}'..='\u{36f}'
                | '\u{483}'..='\u{489}'
                | '\u{591}'..='\u{5c7}'
                | '\u{600}'..='\u{eff}'
                | '\u{f00}'..='\u{fff}'
                | '\u{1000}'..='\u{11ff}'
                | '\u{135d}'..='\u{135f}'
                | '\u{1700}'..='\u{1cff}'
                | '\u{1dc0}'..='\u{1dff}'
                | '\u{200c}'..='\u{200d}'
                | '\u{20d0}'..='\u{20ff}'
                | '\u{302a}'..='\u{309a}'
                | '\u{a66f}'..='\u{abff}'
                | '\u{d7b0}'..='\u{d7ff}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{fe20}'..='\u{fe2f}'
                | '\u{10000}'..
        )
    };
    if !text.chars().all(is_plain) {
        let reason = Reason::UnsupportedFunction("counting of combined characters".into());
        return Err(Stop::Unknown(reason));
    }
    Ok(text.char_indices().map(|(at, c)| &text[at..at + c.len_utf8()]).collect())
}

pub(super) fn strrev(arguments: &Arguments<'_>) -> Outcome {
    let text = arguments.text(0)?;
    let mut characters = characters(&text)?;
    characters.reverse();
    arguments.string(characters.concat())
}

pub(super) fn substr(arguments: &Arguments<'_>) -> Outcome {
    let text = arguments.text(0)?;
    let characters = characters(&text)?;
    let (offset, length) = (arguments.integer(1)?, arguments.integer(2)?);
    let count = |number: i64| usize::try_from(number.unsigned_abs()).unwrap_or(usize::MAX);
    let start = if offset < 0 {
        characters.len().saturating_sub(count(offset))
    } else {
        count(offset).min(characters.len())
    };
    let kept = characters[start..].iter().copied();
    let length = if length < 0 { usize::MAX } else { count(length) };
    arguments.string(kept.take(length).collect::<String>())
}

pub(super) fn title(arguments: &Arguments<'_>) -> Outcome {
    let text = arguments.text(0)?;
    let mut after_separator = true;
    let titled: String = text
        .chars()
        .map(|c| {
            let begins = after_separator;
            after_separator = match c {
                '_' => false,
                c if c.is_ascii() => !c.is_ascii_alphanumeric(),
                c => !c.is_alphanumeric() && c.is_whitespace(),
            };
            let mut upper = c.to_uppercase();
            match (begins, upper.len()) {
                (true, 1) => upper.next().unwrap_or(c),
                _ => c,
            }
        })
        .collect();
    arguments.string(titled)
}

pub(super) fn trim(arguments: &Arguments<'_>) -> Outcome {
    let (text, cut) = (arguments.text(0)?, arguments.text(1)?);
    arguments.string(text.trim_matches(|c| cut.contains(c)))
}

pub(super) fn trimspace(arguments: &Arguments<'_>) -> Outcome {
    arguments.string(arguments.text(0)?.trim())
}

pub(super) fn trimprefix(arguments: &Arguments<'_>) -> Outcome {
    let prefix = arguments.text(1)?;
    let mut pieces = parts(arguments.get(0)?)?;
    let is_only = pieces.len() == 1;
    match pieces.first_mut() {
        Some(Part::Text(first)) if first.len() >= prefix.len() || is_only => {
            *first = first.strip_prefix(prefix.as_str()).unwrap_or(first).into();
        }
        None => {}
        Some(_) => return Err(Stop::Unknown(reason_of(arguments))),
    }
    arguments.value(template(pieces))
}

pub(super) fn trimsuffix(arguments: &Arguments<'_>) -> Outcome {
    let suffix = arguments.text(1)?;
    let mut pieces = parts(arguments.get(0)?)?;
    let is_only = pieces.len() == 1;
    match pieces.last_mut() {
        Some(Part::Text(last)) if last.len() >= suffix.len() || is_only => {
            *last = last.strip_suffix(suffix.as_str()).unwrap_or(last).into();
        }
        None => {}
        Some(_) => return Err(Stop::Unknown(reason_of(arguments))),
    }
    arguments.value(template(pieces))
}

fn reason_of(arguments: &Arguments<'_>) -> Reason {
    let reason = arguments.get(0).ok().and_then(unknown_inside);
    reason.unwrap_or(Reason::ComputedAfterApply)
}

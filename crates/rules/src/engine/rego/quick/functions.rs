//! The functions that policies of ours call.
//!
//! Those of `data.trilith` and those that regorus lacks are the same as in regorus; of the others
//! each is written after its description in OPA's reference, and compared with regorus's.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use fancy_regex::Regex;
use regorus::Value;

use super::super::builtins;
use super::Beyond;

/// A function that leaves some arguments to regorus. None of them is undefined; `None` is.
pub(super) type Careful = fn(&[Value]) -> Result<Option<Value>, Beyond>;

/// What a name stands for.
pub(super) enum Function {
    Plain(builtins::Function),
    Careful(Careful),
}

/// Expressions that are kept compiled.
const MOST_REGEXES: usize = 256;

/// The function with a name, if it takes so many arguments.
pub(super) fn find(name: &str, arity: usize) -> Option<Function> {
    let careful: Option<(Careful, usize)> = match name {
        "count" => Some((count, 1)),
        "regex.match" => Some((regex_match, 2)),
        "sprintf" => Some((sprintf, 2)),
        "to_number" => Some((to_number, 1)),
        _ => None,
    };
    if let Some((function, takes)) = careful {
        return (takes == arity).then_some(Function::Careful(function));
    }
    let (function, takes): (builtins::Function, usize) = match name {
        "array.concat" => (array_concat, 2),
        "concat" => (concat, 2),
        "contains" => (contains, 2),
        "endswith" => (endswith, 2),
        "is_array" => (is_array, 1),
        "is_object" => (is_object, 1),
        "is_string" => (is_string, 1),
        "lower" => (lower, 1),
        "object.get" => (object_get, 3),
        "object.keys" => (object_keys, 1),
        "split" => (split, 2),
        "startswith" => (startswith, 2),
        "trim_prefix" => (trim_prefix, 2),
        "trim_right" => (trim_right, 2),
        "trim_space" => (trim_space, 1),
        "upper" => (upper, 1),
        _ => return builtins::find(name, arity).map(Function::Plain),
    };
    (takes == arity).then_some(Function::Plain(function))
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// The result of a function of two texts.
fn of_texts(arguments: &[Value], make: impl Fn(&str, &str) -> Value) -> Option<Value> {
    Some(make(text(&arguments[0])?, text(&arguments[1])?))
}

fn array_concat(arguments: &[Value]) -> Option<Value> {
    match arguments {
        [Value::Array(first), Value::Array(second)] => {
            Some(Value::from(first.iter().chain(second.iter()).cloned().collect::<Vec<_>>()))
        }
        _ => None,
    }
}

fn concat(arguments: &[Value]) -> Option<Value> {
    let texts: Option<Vec<&str>> = match &arguments[1] {
        Value::Array(items) => items.iter().map(text).collect(),
        Value::Set(items) => items.iter().map(text).collect(),
        _ => None,
    };
    let joined = |delimiter: &str| texts.map(|texts| Value::from(texts.join(delimiter)));
    text(&arguments[0]).and_then(joined)
}

fn contains(arguments: &[Value]) -> Option<Value> {
    of_texts(arguments, |whole, part| Value::Bool(whole.contains(part)))
}

fn startswith(arguments: &[Value]) -> Option<Value> {
    of_texts(arguments, |whole, part| Value::Bool(whole.starts_with(part)))
}

fn endswith(arguments: &[Value]) -> Option<Value> {
    of_texts(arguments, |whole, part| Value::Bool(whole.ends_with(part)))
}

fn trim_prefix(arguments: &[Value]) -> Option<Value> {
    let trim = |whole: &str, part: &str| Value::from(whole.strip_prefix(part).unwrap_or(whole));
    of_texts(arguments, trim)
}

fn trim_right(arguments: &[Value]) -> Option<Value> {
    let trim = |whole: &str, set: &str| Value::from(whole.trim_end_matches(|c| set.contains(c)));
    of_texts(arguments, trim)
}

fn trim_space(arguments: &[Value]) -> Option<Value> {
    text(&arguments[0]).map(|text| Value::from(text.trim()))
}

fn lower(arguments: &[Value]) -> Option<Value> {
    text(&arguments[0]).map(|text| Value::from(text.to_lowercase()))
}

fn upper(arguments: &[Value]) -> Option<Value> {
    text(&arguments[0]).map(|text| Value::from(text.to_uppercase()))
}

fn split(arguments: &[Value]) -> Option<Value> {
    let parts = |whole: &str, delimiter: &str| {
        let parts: Vec<Value> = if delimiter.is_empty() {
            whole.chars().map(|c| Value::from(c.to_string())).collect()
        } else {
            whole.split(delimiter).map(Value::from).collect()
        };
        Value::from(parts)
    };
    of_texts(arguments, parts)
}

fn count(arguments: &[Value]) -> Result<Option<Value>, Beyond> {
    let count = match &arguments[0] {
        Value::Array(items) => items.len(),
        Value::Set(items) => items.len(),
        Value::Object(members) => members.len(),
        // Texts beyond ASCII are counted in more than one way.
        Value::String(text) if text.is_ascii() => text.len(),
        Value::String(_) => return Err(Beyond),
        _ => return Ok(None),
    };
    Ok(Some(Value::from(count as u64)))
}

fn is_array(arguments: &[Value]) -> Option<Value> {
    arguments.first().map(|value| Value::Bool(matches!(value, Value::Array(_))))
}

fn is_object(arguments: &[Value]) -> Option<Value> {
    arguments.first().map(|value| Value::Bool(matches!(value, Value::Object(_))))
}

fn is_string(arguments: &[Value]) -> Option<Value> {
    arguments.first().map(|value| Value::Bool(matches!(value, Value::String(_))))
}

fn object_get(arguments: &[Value]) -> Option<Value> {
    let [object @ Value::Object(members), key, default] = arguments else { return None };
    let Value::Array(keys) = key else {
        return Some(members.get(key).unwrap_or(default).clone());
    };
    let mut value = object;
    for key in keys.iter() {
        value = &value[key];
        if *value == Value::Undefined {
            return Some(default.clone());
        }
    }
    Some(value.clone())
}

fn object_keys(arguments: &[Value]) -> Option<Value> {
    match &arguments[0] {
        Value::Object(members) => {
            Some(Value::from(members.keys().cloned().collect::<BTreeSet<_>>()))
        }
        _ => None,
    }
}

/// A whole number in decimal digits, or what is none; other spellings are left to regorus.
fn to_number(arguments: &[Value]) -> Result<Option<Value>, Beyond> {
    Ok(match &arguments[0] {
        Value::Null | Value::Bool(false) => Some(Value::from(0_u64)),
        Value::Bool(true) => Some(Value::from(1_u64)),
        number @ Value::Number(_) => Some(number.clone()),
        Value::String(text) => {
            let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
            let is_whole = is_plain && (1..10).contains(&text.len());
            if is_whole && (text.len() == 1 || !text.starts_with('0')) {
                text.parse::<u64>().ok().map(Value::from)
            } else if text.bytes().any(|byte| byte.is_ascii_digit()) {
                return Err(Beyond);
            } else {
                None
            }
        }
        _ => None,
    })
}

/// `%s` of texts, `%d` of whole numbers, and `%v` of both.
fn sprintf(arguments: &[Value]) -> Result<Option<Value>, Beyond> {
    let [Value::String(format), Value::Array(values)] = arguments else { return Ok(None) };
    let mut said = String::with_capacity(format.len() + 32);
    let mut values = values.iter();
    let mut rest = &**format;
    while let Some((before, after)) = rest.split_once('%') {
        said.push_str(before);
        let verb = after.chars().next().ok_or(Beyond)?;
        rest = &after[verb.len_utf8()..];
        if verb == '%' {
            said.push('%');
            continue;
        }
        match (verb, values.next().ok_or(Beyond)?) {
            ('s' | 'v', Value::String(text)) => said.push_str(text),
            ('d' | 'v', Value::Number(number)) => {
                said.push_str(&number.as_i64().ok_or(Beyond)?.to_string());
            }
            _ => return Err(Beyond),
        }
    }
    said.push_str(rest);
    // A value too many is told in the text.
    if values.next().is_some() {
        return Err(Beyond);
    }
    Ok(Some(Value::from(said)))
}

thread_local! {
    /// Regular expressions by their text.
    static REGEXES: RefCell<HashMap<String, Regex>> = RefCell::default();
}

fn regex_match(arguments: &[Value]) -> Result<Option<Value>, Beyond> {
    let [Value::String(pattern), Value::String(text)] = arguments else { return Ok(None) };
    REGEXES.with_borrow_mut(|regexes| {
        if let Some(regex) = regexes.get(&**pattern) {
            return matches(regex, text);
        }
        let regex = Regex::new(pattern).map_err(|_| Beyond)?;
        let result = matches(&regex, text);
        if regexes.len() < MOST_REGEXES {
            regexes.insert(pattern.to_string(), regex);
        }
        result
    })
}

fn matches(regex: &Regex, text: &str) -> Result<Option<Value>, Beyond> {
    regex.is_match(text).map(|matches| Some(Value::Bool(matches))).map_err(|_| Beyond)
}

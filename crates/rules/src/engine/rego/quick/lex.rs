//! Words of a policy.

use regorus::Value;

use super::Beyond;

/// A word, with whether it is the first on a line that it begins.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind<'t>,
    pub(super) begins_line: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind<'t> {
    Name(&'t str),
    Constant(Value),
    Sign(&'t str),
    /// The end of a line.
    Line,
}

/// Signs of two characters; all others are of one.
const PAIRS: [&str; 5] = [":=", "==", "!=", "<=", ">="];

/// The words of a text.
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, Beyond> {
    let mut tokens = Vec::with_capacity(text.len() / 4);
    let mut at = 0;
    while let Some(byte) = text.as_bytes().get(at) {
        let rest = &text[at..];
        let (kind, length) = match byte {
            b' ' | b'\t' | b'\r' => {
                at += 1;
                continue;
            }
            b'#' => {
                at += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            b'\n' => (Kind::Line, 1),
            b'"' => quoted(rest)?,
            b'`' => {
                let end = rest[1..].find('`').ok_or(Beyond)?;
                (Kind::Constant(Value::from(&rest[1..=end])), end + 2)
            }
            b'0'..=b'9' => number(rest)?,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                let is_other = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
                let name = &rest[..rest.find(is_other).unwrap_or(rest.len())];
                (word(name), name.len())
            }
            _ if PAIRS.iter().any(|pair| rest.starts_with(pair)) => (Kind::Sign(&rest[..2]), 2),
            b'{' | b'}' | b'[' | b']' | b'(' | b')' | b',' | b'.' | b':' | b';' | b'|' | b'<'
            | b'>' | b'-' => (Kind::Sign(&rest[..1]), 1),
            _ => return Err(Beyond),
        };
        let begins_line = at == 0 || text.as_bytes()[at - 1] == b'\n';
        tokens.push(Token { kind, begins_line });
        at += length;
    }
    Ok(tokens)
}

fn word(name: &str) -> Kind<'_> {
    match name {
        "true" => Kind::Constant(Value::Bool(true)),
        "false" => Kind::Constant(Value::Bool(false)),
        "null" => Kind::Constant(Value::Null),
        name => Kind::Name(name),
    }
}

/// A text in double quotes, which is written as in JSON.
fn quoted(rest: &str) -> Result<(Kind<'_>, usize), Beyond> {
    let mut end = 1;
    let mut has_escapes = false;
    loop {
        match rest.as_bytes().get(end).ok_or(Beyond)? {
            b'"' => break,
            b'\\' => {
                has_escapes = true;
                end += 2;
            }
            _ => end += 1,
        }
    }
    let value = if has_escapes {
        Value::from_json_str(rest.get(..=end).ok_or(Beyond)?).map_err(|_| Beyond)?
    } else {
        Value::from(&rest[1..end])
    };
    Ok((Kind::Constant(value), end + 1))
}

fn number(rest: &str) -> Result<(Kind<'_>, usize), Beyond> {
    let is_other = |c: char| !(c.is_ascii_digit() || c == '.');
    let text = &rest[..rest.find(is_other).unwrap_or(rest.len())];
    let value = Value::from_json_str(text).map_err(|_| Beyond)?;
    Ok((Kind::Constant(value), text.len()))
}

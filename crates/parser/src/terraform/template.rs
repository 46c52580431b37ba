//! Texts with `${...}` in them: taken apart, and the expressions that can be read without an
//! evaluator of Terraform's own language.

use std::borrow::Cow;
use std::ops::Range;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece<'t> {
    /// Where it stands in the text.
    pub(super) range: Range<usize>,
    /// What it is.
    pub(super) kind: PieceKind<'t>,
}

/// What a piece of a text is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum PieceKind<'t> {
    /// Literal text, unescaped.
    Text(Cow<'t, str>),
    /// What stands between `${` and `}`.
    Expression(&'t str),
    /// A directive: `%{ if ... }`.
    Directive,
}

/// Takes a text apart. `$${` and `%%{` stand for themselves without their first character.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let bytes = text.as_bytes();
    let mut pieces = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at + 1 < bytes.len() {
        let mark = bytes[at];
        if mark != b'$' && mark != b'%' {
            at += 1;
            continue;
        }
        if bytes[at + 1] == mark && bytes.get(at + 2) == Some(&b'{') {
            literal(text, start..at, &mut pieces);
            let kind = PieceKind::Text(text[at + 1..at + 3].into());
            pieces.push(Piece { range: at..at + 3, kind });
            at += 3;
            start = at;
        } else if bytes[at + 1] == b'{' {
            literal(text, start..at, &mut pieces);
            let end = closing(text, at + 2);
            let inner = &text[at + 2..end];
            let kind = if mark == b'$' {
                PieceKind::Expression(inner.trim_matches('~').trim())
            } else {
                PieceKind::Directive
            };
            let whole = at..(end + 1).min(text.len());
            at = whole.end;
            start = at;
            pieces.push(Piece { range: whole, kind });
        } else {
            at += 1;
        }
    }
    literal(text, start..text.len(), &mut pieces);
    pieces
}

fn literal<'t>(text: &'t str, range: Range<usize>, pieces: &mut Vec<Piece<'t>>) {
    if !range.is_empty() {
        pieces.push(Piece { kind: PieceKind::Text(text[range.clone()].into()), range });
    }
}

/// Where the brace that is open at `at` is closed; the end of the text if nowhere.
fn closing(text: &str, at: usize) -> usize {
    let mut depth = 0;
    let mut quoted = false;
    let mut escaped = false;
    for (offset, c) in text[at..].char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' if !quoted => depth += 1,
            '}' if !quoted && depth == 0 => return at + offset,
            '}' if !quoted => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// An expression as far as it is read here.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression<'t> {
    /// `true`, `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// A number, as written.
    Number(&'t str),
    /// Text in quotes without anything to evaluate in it.
    Text(String),
    /// `aws_s3_bucket.x[0].id`, `var.name`: the text of it.
    Reference(&'t str),
    /// Anything else; the name of its function, if it is the call of one.
    Other(Option<&'t str>),
}

/// Reads an expression.
pub(super) fn expression(text: &str) -> Expression<'_> {
    let text = text.trim();
    let inner = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    if let Some(inner) = inner.filter(|inner| !inner.contains(['(', ')'])) {
        return expression(inner);
    }
    match text {
        "true" => return Expression::Bool(true),
        "false" => return Expression::Bool(false),
        "null" => return Expression::Null,
        _ => {}
    }
    if text.starts_with(|c: char| c.is_ascii_digit() || c == '-') && text.parse::<f64>().is_ok() {
        return Expression::Number(text);
    }
    if let Some(quoted) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'))
        && !quoted.contains(['"', '\\'])
        && pieces(quoted).iter().all(|piece| matches!(piece.kind, PieceKind::Text(_)))
    {
        return Expression::Text(quoted.to_owned());
    }
    if is_reference(text) {
        return Expression::Reference(text);
    }
    let name = text.find('(').map(|end| text[..end].trim_end());
    let is_name = |name: &&str| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':')
    };
    Expression::Other(name.filter(is_name).filter(|_| text.ends_with(')')))
}

/// Whether a text is a chain of names with indexes that are literal, and nothing else.
fn is_reference(text: &str) -> bool {
    let mut rest = text;
    let mut first = true;
    loop {
        let length = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'))
            .unwrap_or(rest.len());
        let starts_well = rest.starts_with(|c: char| c.is_alphabetic() || c == '_');
        // `x.0` is an old way to write `x[0]`.
        if length == 0 || (first && !starts_well) {
            return false;
        }
        first = false;
        rest = &rest[length..];
        while let Some(inner) = rest.strip_prefix('[') {
            let Some(end) = index_end(inner) else { return false };
            rest = &inner[end..];
        }
        match rest.strip_prefix('.') {
            Some(after) => rest = after,
            None => return rest.is_empty(),
        }
    }
}

/// Length of a literal index with its closing bracket.
fn index_end(text: &str) -> Option<usize> {
    if let Some(quoted) = text.strip_prefix('"') {
        let end = quoted.find('"')?;
        let plain = !quoted[..end].contains(['\\', '$', '%']);
        return (plain && quoted[end + 1..].starts_with(']')).then_some(end + 3);
    }
    let end = text.find(']')?;
    let digits = end > 0 && text[..end].bytes().all(|byte| byte.is_ascii_digit());
    digits.then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<PieceKind<'_>> {
        pieces(text).into_iter().map(|piece| piece.kind).collect()
    }

    #[test]
    fn texts_are_taken_apart() {
        use PieceKind::{Directive, Expression, Text};
        assert_eq!(
            kinds("a-${var.x}-b"),
            [Text("a-".into()), Expression("var.x"), Text("-b".into())]
        );
        assert_eq!(kinds("$${aws:username}"), [Text("${".into()), Text("aws:username}".into())]);
        assert_eq!(kinds(r#"${f({"}" = "{"})}"#), [Expression(r#"f({"}" = "{"})"#)]);
        assert_eq!(kinds("%{ if x }y%{ endif }"), [Directive, Text("y".into()), Directive]);
        assert_eq!(kinds("${ ~ a ~ }x$"), [Expression("~ a ~"), Text("x$".into())]);
        assert_eq!(kinds("${unclosed"), [Expression("unclosed")]);
        assert_eq!(kinds(""), []);
        assert_eq!(kinds("100%"), [Text("100%".into())]);
    }

    #[test]
    fn simple_expressions_are_read() {
        assert_eq!(expression("(true)"), Expression::Bool(true));
        assert_eq!(expression("-1.5"), Expression::Number("-1.5"));
        assert_eq!(expression("\"a\""), Expression::Text("a".into()));
        assert_eq!(expression("a.b[0].c[\"d.e\"]"), Expression::Reference("a.b[0].c[\"d.e\"]"));
        assert_eq!(expression("a.b[count.index]"), Expression::Other(None));
        assert_eq!(expression("a.b[*].c"), Expression::Other(None));
        assert_eq!(expression("jsonencode({})"), Expression::Other(Some("jsonencode")));
        assert_eq!(expression("a ? b : c"), Expression::Other(None));
        assert_eq!(expression(""), Expression::Other(None));
        assert_eq!(expression("a."), Expression::Other(None));
    }
}

//! Constants: strings, numbers, regular expressions, lists, maps and ranges.

use super::cursor::{Cursor, Parsed, continues_name};
use crate::engine::guard::ir::{Literal, Range};
use crate::engine::guard::pattern::Pattern;

/// Words that are constants, in the three spellings that are accepted: a boolean, or null.
const WORDS: [(&str, Option<bool>); 9] = [
    ("null", None),
    ("NULL", None),
    ("Null", None),
    ("true", Some(true)),
    ("True", Some(true)),
    ("TRUE", Some(true)),
    ("false", Some(false)),
    ("False", Some(false)),
    ("FALSE", Some(false)),
];

impl Cursor<'_> {
    /// A constant, if one comes next.
    pub(super) fn literal(&mut self) -> Parsed<Option<Literal>> {
        match self.peek() {
            Some(b'"' | b'\'') => {
                let text = self.string()?.unwrap_or_default();
                Ok(Some(Literal::String(text.into())))
            }
            Some(b'/') => Ok(Some(Literal::Regex(self.regex()?))),
            Some(b'0'..=b'9' | b'-') => self.number().map(Some),
            Some(b'[') => self.nested(Self::list).map(Some),
            Some(b'{') => self.nested(Self::map).map(Some),
            Some(b'r') => self.range(),
            Some(b'n' | b'N' | b't' | b'T' | b'f' | b'F') => Ok(self.word()),
            _ => Ok(None),
        }
    }

    fn word(&mut self) -> Option<Literal> {
        let (_, value) = WORDS.iter().find(|(word, _)| self.keyword(word))?;
        Some(value.map_or(Literal::Null, Literal::Bool))
    }

    /// Text in quotes. A backslash before the quote that opened it stands for that quote;
    /// anywhere else it stands for itself.
    pub(super) fn string(&mut self) -> Parsed<Option<String>> {
        let quote = match self.peek() {
            Some(quote @ (b'"' | b'\'')) => char::from(quote),
            _ => return Ok(None),
        };
        let start = self.at();
        self.advance(1);
        let mut text = String::new();
        loop {
            let Some(end) = self.rest().find(quote) else {
                return Self::fail_at(start, "this text has no closing quote");
            };
            let piece = &self.rest()[..end];
            self.advance(end + 1);
            let Some(escaped) = piece.strip_suffix('\\') else {
                text.push_str(piece);
                return Ok(Some(text));
            };
            text.push_str(escaped);
            text.push(quote);
        }
    }

    fn regex(&mut self) -> Parsed<Pattern> {
        let start = self.at();
        self.advance(1);
        let mut source = String::new();
        loop {
            let Some(end) = self.rest().find('/') else {
                return Self::fail_at(start, "this regular expression has no closing `/`");
            };
            let piece = &self.rest()[..end];
            self.advance(end + 1);
            if let Some(piece) = piece.strip_suffix('\\') {
                source.push_str(piece);
                source.push('/');
                continue;
            }
            source.push_str(piece);
            break;
        }
        if source.is_empty() {
            return Self::fail_at(start, "this regular expression is empty");
        }
        let pattern = Pattern::new(&source);
        let error = if self.checks_patterns() { pattern.error() } else { None };
        match error {
            Some(error) => {
                Self::fail_at(start, format!("this regular expression is not valid: {error}"))
            }
            None => Ok(pattern),
        }
    }

    fn number(&mut self) -> Parsed<Literal> {
        let start = self.at();
        let number = self.try_number();
        match number {
            Some(number) => Ok(number),
            None => Self::fail_at(start, "this is not a number that fits into 64 bits"),
        }
    }

    /// A number that no name runs into; the place is unspecified if there is none.
    fn try_number(&mut self) -> Option<Literal> {
        let start = self.at();
        self.take("-");
        self.digits()?;
        let whole = self.at();
        let mut is_float = self.fraction().is_some();
        if !is_float {
            self.reset(whole);
        }
        let mantissa = self.at();
        if self.exponent().is_some() {
            is_float = true;
        } else {
            self.reset(mantissa);
        }
        if self.rest().starts_with(continues_name) {
            return None;
        }
        let digits = &self.text()[start..self.at()];
        if is_float {
            digits.parse().ok().map(Literal::Float)
        } else {
            // The least number of 64 bits cannot be written in the reference engine either.
            let magnitude: i64 = digits.trim_start_matches('-').parse().ok()?;
            Some(Literal::Int(if digits.starts_with('-') { -magnitude } else { magnitude }))
        }
    }

    fn digits(&mut self) -> Option<()> {
        let rest = self.rest();
        let count = rest.bytes().take_while(u8::is_ascii_digit).count();
        self.advance(count);
        (count > 0).then_some(())
    }

    fn fraction(&mut self) -> Option<()> {
        if self.take(".") { self.digits() } else { None }
    }

    fn exponent(&mut self) -> Option<()> {
        if !(self.take("e") || self.take("E")) {
            return None;
        }
        if !self.take("+") {
            self.take("-");
        }
        self.digits()
    }

    /// A whole number that no name runs into, as an index.
    pub(super) fn index(&mut self) -> Option<i64> {
        let start = self.at();
        let negative = self.take("-");
        let digits = self.at();
        let number: Option<i64> = match self.digits() {
            Some(()) => self.text()[digits..self.at()].parse().ok(),
            None => None,
        };
        match number {
            Some(number) if !self.rest().starts_with(continues_name) => {
                Some(if negative { -number } else { number })
            }
            _ => {
                self.reset(start);
                None
            }
        }
    }

    fn list(&mut self) -> Parsed<Literal> {
        self.advance(1);
        let mut items = Vec::new();
        self.space();
        if self.take("]") {
            return Ok(Literal::List(items));
        }
        loop {
            items.push(self.item()?);
            self.space();
            if self.take("]") {
                return Ok(Literal::List(items));
            }
            if !self.take(",") {
                return self.expected("`,` or `]` in a list");
            }
        }
    }

    fn item(&mut self) -> Parsed<Literal> {
        self.space();
        match self.literal()? {
            Some(item) => Ok(item),
            None => self.expected("a constant"),
        }
    }

    fn map(&mut self) -> Parsed<Literal> {
        self.advance(1);
        let mut members: Vec<(std::sync::Arc<str>, Literal)> = Vec::new();
        self.space();
        if self.take("}") {
            return Ok(Literal::Map(members));
        }
        loop {
            let (key, value) = self.member()?;
            match members.iter_mut().find(|(known, _)| **known == *key) {
                Some(known) => known.1 = value,
                None => members.push((key.into(), value)),
            }
            self.space();
            if self.take("}") {
                return Ok(Literal::Map(members));
            }
            if !self.take(",") {
                return self.expected("`,` or `}` in a map");
            }
        }
    }

    fn member(&mut self) -> Parsed<(String, Literal)> {
        self.space();
        let key = match self.string()? {
            Some(key) => key,
            None => self.bare_key()?,
        };
        self.space();
        if !self.take(":") {
            return self.expected("`:` behind the key");
        }
        Ok((key, self.item()?))
    }

    fn bare_key(&mut self) -> Parsed<String> {
        let rest = self.rest();
        let end = rest.find(|c| !(continues_name(c) || c == '-')).unwrap_or(rest.len());
        if end == 0 {
            return self.expected("a key");
        }
        self.advance(end);
        Ok(rest[..end].to_owned())
    }

    /// `r[1, 10)`. What is no range is left to be read as the name `r`.
    fn range(&mut self) -> Parsed<Option<Literal>> {
        let start = self.at();
        self.advance(1);
        let includes_lower = match self.peek() {
            Some(b'[') => true,
            Some(b'(') => false,
            _ => {
                self.reset(start);
                return Ok(None);
            }
        };
        self.advance(1);
        let bounds = self.bounds();
        let includes_upper = match self.peek() {
            Some(b']') => true,
            Some(b')') => false,
            _ => {
                self.reset(start);
                return Ok(None);
            }
        };
        let Some((lower, upper)) = bounds else {
            self.reset(start);
            return Ok(None);
        };
        self.advance(1);
        match (lower, upper) {
            (Bound::Int(lower), Bound::Int(upper)) => {
                let range = Range { lower, upper, includes_lower, includes_upper };
                Ok(Some(Literal::IntRange(range)))
            }
            (Bound::Float(lower), Bound::Float(upper)) => {
                let range = Range { lower, upper, includes_lower, includes_upper };
                Ok(Some(Literal::FloatRange(range)))
            }
            (Bound::Char(lower), Bound::Char(upper)) => {
                let range = Range { lower, upper, includes_lower, includes_upper };
                Ok(Some(Literal::CharRange(range)))
            }
            _ => Self::fail_at(start, "the bounds of this range are not of one kind"),
        }
    }

    fn bounds(&mut self) -> Option<(Bound, Bound)> {
        let lower = self.bound()?;
        if !self.take(",") {
            return None;
        }
        Some((lower, self.bound()?))
    }

    fn bound(&mut self) -> Option<Bound> {
        self.blanks();
        let start = self.at();
        let bound = match self.try_number() {
            Some(Literal::Int(number)) => Bound::Int(number),
            Some(Literal::Float(number)) => Bound::Float(number),
            _ => {
                self.reset(start);
                let c = self.rest().chars().next()?;
                self.advance(c.len_utf8());
                Bound::Char(c)
            }
        };
        self.blanks();
        Some(bound)
    }
}

enum Bound {
    Int(i64),
    Float(f64),
    Char(char),
}

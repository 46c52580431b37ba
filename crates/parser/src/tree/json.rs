//! JSON text into the arena, with a span for every value and key.
//!
//! One pass, no recursion. Slips whose meaning is plain (a trailing comma, a comment, a tab in
//! a string) are reported and read as meant. After any other error the rest of its member is
//! passed over, so that one of them does not hide a whole template.

use std::borrow::Cow;

use trilith_graph::SourceId;

use super::json_skip::skip_value;
use super::json_string;
use super::segments::HOLE_START;
use super::{Kind, NodeId, ParsedTree, SyntaxError, TreeBuilder, duplicate_keys};

/// How deep collections may be nested.
pub(super) const DEPTH_LIMIT: usize = 256;

/// What to leave out of a JSON tree.
#[derive(Debug, Clone, Copy, Default)]
pub struct JsonOptions<'o> {
    /// Top-level keys that do not become members. Their values are passed over without being
    /// checked: only brackets are counted and strings are ended.
    pub skip: &'o [&'o str],
    /// Whether values and keys outside of quotes may be holes: see
    /// [`Segments::push_hole`](super::Segments::push_hole).
    pub holes: bool,
}

/// Reads JSON text. Every syntax error is in [`ParsedTree::errors`]; duplicate keys are too.
pub fn parse_json<'s>(
    source: SourceId,
    text: &'s str,
    options: &JsonOptions<'_>,
) -> ParsedTree<'s> {
    let mut builder = TreeBuilder::new(source, text);
    // Documents have a node for every 12 to 40 bytes. Memory that is not touched costs nothing, while growing
    // touches it twice.
    builder.reserve(text.len() / 12);
    let mut scanner = Scanner {
        source,
        text,
        bytes: text.as_bytes(),
        at: 0,
        builder,
        open: Vec::new(),
        errors: Vec::new(),
        is_over: false,
        last_gap: None,
        options,
        after_hole: false,
    };
    if u32::try_from(text.len()).is_err() {
        let error = scanner.fatal(0, 0, "the file is larger than 4 GiB");
        scanner.errors.push(error);
    } else if let Err(error) = scanner.document() {
        scanner.end_with(*error);
    }
    scanner.finish()
}

/// Stops the scan. Boxed so that the good path moves a pointer.
pub(super) type Scan<T> = Result<T, Box<SyntaxError>>;

pub(super) struct Scanner<'s, 'o> {
    pub source: SourceId,
    pub text: &'s str,
    pub bytes: &'s [u8],
    pub at: usize,
    pub builder: TreeBuilder<'s>,
    pub open: Vec<Open>,
    pub errors: Vec<SyntaxError>,
    /// Whether it makes no sense to go on after an error.
    pub is_over: bool,
    /// Where the last error was after which something is missing.
    pub last_gap: Option<usize>,
    pub options: &'o JsonOptions<'o>,
    /// Whether the last value was a hole, which may stand for a comma too.
    pub after_hole: bool,
}

#[derive(Clone, Copy)]
pub(super) struct Open {
    pub id: NodeId,
    pub is_map: bool,
    pub start: u32,
}

impl<'s> Scanner<'s, '_> {
    fn finish(mut self) -> ParsedTree<'s> {
        let end = self.at.min(self.bytes.len()) as u32;
        while let Some(open) = self.open.pop() {
            self.builder.close(open.id, end);
            self.builder.cut(open.id);
        }
        let tree = self.builder.finish();
        let mut errors = self.errors;
        errors.extend(duplicate_keys(&tree));
        errors.sort_by_key(|error| error.span);
        ParsedTree { tree, errors }
    }

    fn document(&mut self) -> Scan<()> {
        if self.text.starts_with('\u{feff}') {
            self.at = 3;
        }
        self.space()?;
        if self.at == self.bytes.len() {
            return Err(Box::new(self.fatal(self.at, self.at, "there is no JSON in this file")));
        }
        let top = self.builder.next_id();
        let mut opened = self.value()?;
        self.builder.document(top);
        loop {
            match self.compact(opened).and_then(|opened| self.step(opened)) {
                Ok(Some(next)) => opened = next,
                Ok(None) => break,
                Err(error) => {
                    self.recover(error)?;
                    opened = false;
                }
            }
        }
        self.space()?;
        self.expect_end()
    }

    /// Reads on after a value, or into a collection that has just been opened. True if another
    /// one has been opened by that; `None` at the end of the document.
    fn step(&mut self, opened: bool) -> Scan<Option<bool>> {
        let has_more = if opened {
            !self.is_at_end_of_collection()?
        } else if self.open.is_empty() {
            return Ok(None);
        } else {
            self.separator()?
        };
        if has_more {
            return self.member_or_item().map(Some);
        }
        self.close();
        Ok(Some(false))
    }

    pub(super) fn byte(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Passes white space, and comments with an error for the first.
    #[inline]
    pub(super) fn space(&mut self) -> Scan<()> {
        match self.byte() {
            Some(b'"' | b'$'..=b'.' | b'0'..=0x7f) => Ok(()),
            _ => self.space_slowly(),
        }
    }

    fn space_slowly(&mut self) -> Scan<()> {
        loop {
            match self.byte() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => {
                    self.at = end_of_blanks(self.bytes, self.at + 1);
                }
                Some(b'/' | b'#') => self.comment()?,
                Some(0x80..) if self.pass_invisible()? => {}
                _ => return Ok(()),
            }
        }
    }

    fn comment(&mut self) -> Scan<()> {
        let start = self.at;
        let rest = &self.bytes[start..];
        let end = if rest.starts_with(b"/*") {
            memchr::memmem::find(&rest[2..], b"*/").map(|length| start + length + 4)
        } else if rest.starts_with(b"//") || rest.starts_with(b"#") {
            Some(memchr::memchr(b'\n', rest).map_or(self.bytes.len(), |length| start + length))
        } else {
            None
        };
        let Some(end) = end else {
            return Err(Box::new(self.unexpected()));
        };
        self.at = end;
        let help = "remove the comment, or write the file in YAML";
        self.report_first((start, end), "JSON has no comments", help)
    }

    /// Reads one value; true if it is a collection that has just been opened.
    pub(super) fn value(&mut self) -> Scan<bool> {
        let start = self.at;
        match self.byte() {
            Some(b'"') => self.string_value(b'"')?,
            Some(b'{') => return self.open(true),
            Some(b'[') => return self.open(false),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') if self.word(b"true") => self.scalar(Kind::Bool(true), start),
            Some(b'f') if self.word(b"false") => self.scalar(Kind::Bool(false), start),
            Some(b'n') if self.word(b"null") => self.scalar(Kind::Null, start),
            Some(b'\'') => self.string_value(b'\'')?,
            Some(_) if self.is_at_hole() => {
                self.hole();
                self.scalar(Kind::PlainString, start);
                self.after_hole = true;
            }
            Some(_) => self.foreign_word()?,
            None => return Err(Box::new(self.ends_early())),
        }
        Ok(false)
    }

    fn is_at_hole(&self) -> bool {
        self.options.holes && self.text[self.at..].starts_with(HOLE_START)
    }

    /// Passes a hole and what is glued to it.
    fn hole(&mut self) {
        let rest = &self.bytes[self.at..];
        let ends = |byte: &u8| byte.is_ascii_whitespace() || b",:[]{}\"".contains(byte);
        self.at += rest.iter().position(ends).unwrap_or(rest.len());
    }

    pub(super) fn scalar(&mut self, kind: Kind, start: usize) {
        self.builder.push(kind, start as u32, self.at as u32, None);
    }

    fn word(&mut self, word: &[u8]) -> bool {
        let end = self.at + word.len();
        let ends = !self.bytes.get(end).is_some_and(|byte| is_word_byte(*byte));
        let is = ends && self.bytes[self.at..].starts_with(word);
        if is {
            self.at = end;
        }
        is
    }

    fn open(&mut self, is_map: bool) -> Scan<bool> {
        if self.open.len() >= DEPTH_LIMIT {
            let message = format!("collections are nested more than {DEPTH_LIMIT} deep");
            self.is_over = true;
            return Err(Box::new(self.fatal(self.at, self.at + 1, message)));
        }
        let start = self.at as u32;
        let kind = if is_map { Kind::Map } else { Kind::List };
        let id = self.builder.push(kind, start, start + 1, None);
        self.open.push(Open { id, is_map, start });
        self.at += 1;
        Ok(true)
    }

    /// Ends the innermost collection at its bracket, which is the current byte.
    pub(super) fn close(&mut self) {
        self.at += 1;
        if let Some(open) = self.open.pop() {
            self.builder.close(open.id, self.at as u32);
        }
    }

    fn is_in_map(&self) -> bool {
        self.open.last().is_some_and(|open| open.is_map)
    }

    fn is_at_end_of_collection(&mut self) -> Scan<bool> {
        self.space()?;
        Ok(self.byte() == Some(if self.is_in_map() { b'}' } else { b']' }))
    }

    /// Passes the comma after a member; false at the end of the collection.
    fn separator(&mut self) -> Scan<bool> {
        let before = self.at;
        self.space()?;
        let after_hole = std::mem::take(&mut self.after_hole);
        match (self.byte(), self.is_in_map()) {
            (Some(b','), _) => {
                let comma = self.at;
                self.at += 1;
                if self.is_at_end_of_collection()? {
                    let error = self.recovered(comma, comma + 1, "trailing comma");
                    self.report(error.help("remove the `,` after the last element"))?;
                    return Ok(false);
                }
                Ok(true)
            }
            (Some(b'}'), true) | (Some(b']'), false) => Ok(false),
            (Some(b'"' | b'{' | b'['), _) if after_hole => Ok(true),
            (Some(_), _) if self.is_at_hole() => Ok(true),
            (Some(b'"'), _) | (Some(b'{' | b'['), false) => {
                let error = self.recovered(before.saturating_sub(1), before, "`,` is missing");
                self.report(error.help("put a `,` after this value"))?;
                Ok(true)
            }
            (Some(byte @ (b'}' | b']')), _) => self.wrong_bracket(byte),
            (None, _) => Err(Box::new(self.ends_early())),
            _ => Err(Box::new(self.unexpected())),
        }
    }

    /// Reads what comes next in a collection; true if a collection has just been opened.
    fn member_or_item(&mut self) -> Scan<bool> {
        if !self.is_in_map() {
            return self.value();
        }
        if self.pass_expected_key() {
            self.space()?;
            return self.value();
        }
        let start = self.at;
        let is_hole = self.is_at_hole();
        let key = self.key()?;
        let end = self.at;
        // `"Key: "text"`: the string ends where the value begins.
        let is_glued = || key.trim_end().ends_with(':');
        self.space()?;
        if is_hole && self.byte() != Some(b':') {
            // It stands for members, or for none.
            self.after_hole = true;
            if let Some(open) = self.open.last() {
                self.builder.cut(open.id);
            }
            return Ok(false);
        }
        match self.byte() {
            Some(b':') => self.at += 1,
            Some(b'=') => {
                let error = self.recovered(self.at, self.at + 1, "`=` in place of `:`");
                self.report(error.help("write `:` between key and value"))?;
                self.at += 1;
            }
            Some(b'"' | b'{' | b'[' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') if !is_glued() => {
                let error = self.recovered(start, end, "`:` is missing after this key");
                self.report(error.help("put a `:` between key and value"))?;
            }
            None => return Err(Box::new(self.ends_early())),
            Some(_) if is_glued() => {
                let error = self.fatal(start, end, "this key has no closing quote");
                return Err(Box::new(error.help("put a `\"` before the `:`")));
            }
            _ => {
                let error = self.fatal(start, end, "this key has no value");
                return Err(Box::new(error.help("write `:` and a value after the key")));
            }
        }
        self.space()?;
        if self.open.len() == 1 && self.options.skip.iter().any(|skip| *skip == key) {
            self.skip_value()?;
            return Ok(false);
        }
        self.builder.key(&key, start as u32, end as u32);
        self.value()
    }

    /// Whether the next member may be one to leave out.
    pub(super) fn may_skip(&self) -> bool {
        self.open.len() == 1 && !self.options.skip.is_empty()
    }

    /// Passes the key that is to be expected and its `:`, if that is what comes.
    #[inline]
    fn pass_expected_key(&mut self) -> bool {
        if self.may_skip() {
            return false;
        }
        match self.builder.expected_key(self.at as u32) {
            Some(colon) => {
                self.at = colon + 1;
                true
            }
            None => false,
        }
    }

    fn key(&mut self) -> Scan<Cow<'s, str>> {
        match self.byte() {
            Some(b'"') => self.string(b'"'),
            Some(b'\'') => self.string(b'\''),
            Some(byte) if is_word_byte(byte) => {
                let start = self.at;
                let end = self.end_of_word();
                self.at = end;
                let word = &self.text[start..end];
                // The quote before it may be all that is missing.
                self.at += usize::from(self.byte() == Some(b'"'));
                let error = self.recovered(start, end, format!("the key `{word}` has no quotes"));
                self.report(error.help(format!("write `\"{word}\"`")))?;
                Ok(Cow::Borrowed(word))
            }
            Some(_) if self.is_at_hole() => {
                let start = self.at;
                self.hole();
                Ok(Cow::Borrowed(&self.text[start..self.at]))
            }
            None => Err(Box::new(self.ends_early())),
            Some(_) => Err(Box::new(self.unexpected())),
        }
    }

    pub(super) fn end_of_word(&self) -> usize {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|byte| !is_word_byte(*byte));
        self.at + length.unwrap_or(rest.len())
    }

    fn string_value(&mut self, quote: u8) -> Scan<()> {
        let start = self.at;
        let text = self.string(quote)?;
        let decoded = match &text {
            Cow::Borrowed(_) => None,
            Cow::Owned(text) => Some(text.as_str()),
        };
        self.builder.push(Kind::String, start as u32, self.at as u32, decoded);
        Ok(())
    }

    /// Reads a string from its opening quote to past its closing quote.
    #[inline]
    fn string(&mut self, quote: u8) -> Scan<Cow<'s, str>> {
        let start = self.at + 1;
        let end = json_string::find_special(self.bytes, quote, start);
        if quote == b'"' && self.bytes.get(end) == Some(&b'"') {
            self.at = end + 1;
            return Ok(Cow::Borrowed(&self.text[start..end]));
        }
        self.string_slowly(quote)
    }

    fn string_slowly(&mut self, quote: u8) -> Scan<Cow<'s, str>> {
        let start = self.at;
        let read = json_string::read(self.text, start, quote);
        self.at = read.end;
        for slip in read.slips {
            let error = self.recovered(slip.start, slip.end, slip.message);
            self.report(error.help(slip.help))?;
        }
        if !read.is_closed {
            let error = self.fatal(start, start + 1, "this string is never closed");
            return Err(Box::new(error.help("put a `\"` after its last character")));
        }
        if quote != b'"' {
            let error = self.recovered(start, self.at, "single quotes are not JSON");
            self.report(error.help("write double quotes"))?;
        }
        Ok(read.text)
    }

    fn number(&mut self) -> Scan<()> {
        let start = self.at;
        let end = self.end_of_word();
        let text = &self.text[start..end];
        self.at = end;
        if !is_json_number(text.as_bytes()) {
            let is_id = text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
            let message = if is_id {
                format!("the number `{text}` starts with a zero")
            } else {
                format!("`{text}` is not a number")
            };
            let error = self.recovered(start, end, message);
            self.report(error.help(format!("write it as text: `\"{text}\"`")))?;
        }
        self.scalar(super::scalar::number_kind(text).unwrap_or(Kind::String), start);
        Ok(())
    }

    /// Passes a value without looking at it closely.
    fn skip_value(&mut self) -> Scan<()> {
        let start = self.at;
        let Some(end) = skip_value(self.bytes, start) else {
            return Err(Box::new(self.fatal(start, start + 1, "this value is never closed")));
        };
        self.at = end;
        Ok(())
    }

    fn expect_end(&mut self) -> Scan<()> {
        match self.byte() {
            None => Ok(()),
            Some(b'}' | b']') => {
                let message = "this bracket closes nothing";
                let error = self.fatal(self.at, self.at + 1, message);
                Err(Box::new(error.help("remove it, or find the bracket that closes too early")))
            }
            Some(_) => {
                let message = "there is more text after the end of the document";
                Err(Box::new(self.fatal(self.at, self.at + 1, message)))
            }
        }
    }
}

/// Offset after the blanks at `at`. Indentation comes in runs of them.
fn end_of_blanks(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at..).and_then(|rest| rest.first_chunk()) == Some(b"        ") {
        at += 8;
    }
    while bytes.get(at) == Some(&b' ') {
        at += 1;
    }
    at
}

pub(super) const fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'.' | b'$')
}

fn is_json_number(text: &[u8]) -> bool {
    fn digits(text: &[u8]) -> usize {
        text.iter().take_while(|byte| byte.is_ascii_digit()).count()
    }
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits(text);
    if whole == 0 || (whole > 1 && text[0] == b'0') {
        return false;
    }
    let mut rest = &text[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = &fraction[length..];
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = match exponent {
            [b'+' | b'-', exponent @ ..] => exponent,
            _ => exponent,
        };
        return !exponent.is_empty() && digits(exponent) == exponent.len();
    }
    rest.is_empty()
}

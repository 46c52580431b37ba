//! JSON text into the arena, with a span for every value and key.
//!
//! One pass, no recursion. Slips whose meaning is plain (a trailing comma, a comment, a tab in
//! a string) are reported and read as meant, so that one of them does not hide a whole template.

use std::borrow::Cow;

use trilith_graph::{SourceId, Span};

use super::json_string;
use super::segments::HOLE_START;
use super::{Kind, NodeId, ParsedTree, SyntaxError, TreeBuilder, duplicate_keys};

/// How deep collections may be nested.
pub(super) const DEPTH_LIMIT: usize = 256;
/// After so many errors the rest is not worth reading.
const ERROR_LIMIT: usize = 20;

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
    // Documents have a node for every 20 to 40 bytes; growing is cheap but not free.
    builder.reserve(text.len() / 32);
    let mut scanner = Scanner {
        source,
        text,
        bytes: text.as_bytes(),
        at: 0,
        builder,
        open: Vec::new(),
        errors: Vec::new(),
        has_comment: false,
        options,
        after_hole: false,
    };
    if u32::try_from(text.len()).is_err() {
        let error = scanner.fatal(0, 0, "the file is larger than 4 GiB");
        scanner.errors.push(error);
    } else if let Err(error) = scanner.document() {
        scanner.errors.push(*error);
    }
    scanner.finish()
}

/// Stops the scan. Boxed so that the good path moves a pointer.
type Scan<T> = Result<T, Box<SyntaxError>>;

struct Scanner<'s, 'o> {
    source: SourceId,
    text: &'s str,
    bytes: &'s [u8],
    at: usize,
    builder: TreeBuilder<'s>,
    open: Vec<Open>,
    errors: Vec<SyntaxError>,
    has_comment: bool,
    options: &'o JsonOptions<'o>,
    /// Whether the last value was a hole, which may stand for a comma too.
    after_hole: bool,
}

#[derive(Clone, Copy)]
struct Open {
    id: NodeId,
    is_map: bool,
    start: u32,
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
            // A collection that was just opened is entered; any other value is complete.
            if opened {
                if !self.is_at_end_of_collection()? {
                    opened = self.member_or_item()?;
                    continue;
                }
            } else if self.open.is_empty() {
                break;
            } else if self.separator()? {
                opened = self.member_or_item()?;
                continue;
            }
            self.close();
            opened = false;
        }
        self.space()?;
        self.expect_end()
    }

    fn byte(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Passes white space, and comments with an error for the first.
    #[inline]
    fn space(&mut self) -> Scan<()> {
        match self.byte() {
            Some(byte) if byte > b'#' && byte != b'/' => Ok(()),
            Some(b'"') => Ok(()),
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
        if !self.has_comment {
            self.has_comment = true;
            let error = self.recovered(start, end, "JSON has no comments");
            self.report(error.help("remove the comment, or write the file in YAML"))?;
        }
        Ok(())
    }

    /// Reads one value; true if it is a collection that has just been opened.
    fn value(&mut self) -> Scan<bool> {
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
            Some(_) => return Err(Box::new(self.not_a_value())),
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

    fn scalar(&mut self, kind: Kind, start: usize) {
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
    fn close(&mut self) {
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
            (None, _) => Err(Box::new(self.ends_early())),
            _ => Err(Box::new(self.unexpected())),
        }
    }

    /// Reads what comes next in a collection; true if a collection has just been opened.
    fn member_or_item(&mut self) -> Scan<bool> {
        if !self.is_in_map() {
            return self.value();
        }
        let start = self.at;
        let is_hole = self.is_at_hole();
        let key = self.key()?;
        let end = self.at;
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
            None => return Err(Box::new(self.ends_early())),
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

    fn key(&mut self) -> Scan<Cow<'s, str>> {
        match self.byte() {
            Some(b'"') => self.string(b'"'),
            Some(b'\'') => self.string(b'\''),
            Some(byte) if is_word_byte(byte) => {
                let start = self.at;
                let end = self.end_of_word();
                self.at = end;
                let word = &self.text[start..end];
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

    fn end_of_word(&self) -> usize {
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
        let Some(end) = json_string::skip_value(self.bytes, start) else {
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

/// Errors.
impl Scanner<'_, '_> {
    fn span(&self, start: usize, end: usize) -> Span {
        let mut end = end.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        let mut start = start.min(end);
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        Span::new(self.source, start as u32, end as u32)
    }

    fn fatal(&self, start: usize, end: usize, message: impl Into<String>) -> SyntaxError {
        SyntaxError::fatal(self.span(start, end), message)
    }

    fn recovered(&self, start: usize, end: usize, message: impl Into<String>) -> SyntaxError {
        SyntaxError::recovered(self.span(start, end), message)
    }

    /// Notes an error after which the scan goes on, unless there are too many.
    fn report(&mut self, error: SyntaxError) -> Scan<()> {
        if self.errors.len() + 1 < ERROR_LIMIT {
            self.errors.push(error);
            return Ok(());
        }
        let message = format!("{}; the rest of the file is not read", error.message);
        Err(Box::new(SyntaxError { message, ..SyntaxError::fatal(error.span, "") }))
    }

    fn ends_early(&self) -> SyntaxError {
        let Some(open) = self.open.last() else {
            return self.fatal(self.at, self.at, "the file ends before its value");
        };
        let (opening, closing) = if open.is_map { ('{', '}') } else { ('[', ']') };
        let start = open.start as usize;
        let error = self.fatal(start, start + 1, format!("this `{opening}` is never closed"));
        error.help(format!("put a `{closing}` after its last element"))
    }

    fn unexpected(&self) -> SyntaxError {
        let found = self.text[self.at..].chars().next().unwrap_or(' ');
        let end = self.at + found.len_utf8();
        if found == '\u{a0}' || found == '\u{feff}' || found == '\u{200b}' {
            let error = self.fatal(self.at, end, "an invisible character that JSON does not allow");
            return error.help("retype the white space here");
        }
        if matches!(found, '“' | '”' | '„') {
            let error = self.fatal(self.at, end, format!("`{found}` is a typographic quote"));
            return error.help("write `\"`");
        }
        let message = match self.open.last() {
            Some(_) if found == ',' => "there is nothing before this `,`".to_owned(),
            Some(open) if open.is_map => match found {
                ']' => "this `]` closes a `{`".to_owned(),
                _ => format!("`{}` where `,` or `}}` or a key is due", found.escape_debug()),
            },
            Some(_) if found == '}' => "this `}` closes a `[`".to_owned(),
            Some(_) => format!("`{}` where `,` or `]` is due", found.escape_debug()),
            None => format!("`{}` is not JSON", found.escape_debug()),
        };
        self.fatal(self.at, end, message)
    }

    fn not_a_value(&self) -> SyntaxError {
        let start = self.at;
        match self.bytes[start] {
            b',' | b'}' | b']' if self.open.is_empty() => self.unexpected(),
            b',' | b'}' | b']' => self.fatal(start, start + 1, "a value is missing here"),
            byte if is_word_byte(byte) => {
                let end = self.end_of_word();
                let word = &self.text[start..end];
                let help = match word {
                    "True" | "TRUE" => "write `true`".to_owned(),
                    "False" | "FALSE" => "write `false`".to_owned(),
                    "None" | "undefined" | "NULL" | "Null" | "nil" => "write `null`".to_owned(),
                    _ => format!("write it as text: `\"{word}\"`"),
                };
                self.fatal(start, end, format!("`{word}` is not a JSON value")).help(help)
            }
            _ => self.unexpected(),
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

const fn is_word_byte(byte: u8) -> bool {
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

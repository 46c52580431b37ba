//! The place in the text, and the smallest pieces.

use super::SyntaxError;
use crate::engine::guard::ir::TextRange;

/// Blocks, filters, lists and calls may nest this deep. Every level of the text is a few levels
/// of recursion here and in the evaluator.
const MAX_DEPTH: u32 = 64;

/// A syntax error whose line is not yet known.
pub(super) struct Failure {
    offset: usize,
    message: String,
}

/// What a parsing function yields. The error is boxed, since it is rare and large.
pub(super) type Parsed<T> = Result<T, Box<Failure>>;

/// A reader of Guard text.
pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
    depth: u32,
    check_patterns: bool,
    captures: bool,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str, check_patterns: bool) -> Self {
        Self { text, at: 0, depth: 0, check_patterns, captures: false }
    }

    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Goes back to a place that was reached before.
    pub(super) fn reset(&mut self, at: usize) {
        self.at = at;
    }

    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    pub(super) fn checks_patterns(&self) -> bool {
        self.check_patterns
    }

    pub(super) fn captures(&self) -> bool {
        self.captures
    }

    pub(super) fn note_capture(&mut self) {
        self.captures = true;
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Moves behind `bytes` bytes; the caller knows that a character ends there.
    pub(super) fn advance(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// Moves behind `token` if it comes next.
    pub(super) fn take(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// The range from `start` to the last character that is not white space.
    pub(super) fn range_from(&self, start: usize) -> TextRange {
        let used = self.text[start..self.at].trim_end().len();
        TextRange { start: start as u32, end: (start + used) as u32 }
    }

    /// Skips white space and comments; whether there was any.
    pub(super) fn space(&mut self) -> bool {
        let start = self.at;
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.at += 1,
                Some(b'#') => {
                    let line = self.rest().find('\n').unwrap_or(self.rest().len());
                    self.at += line;
                }
                _ => return self.at > start,
            }
        }
    }

    /// Skips spaces and tabs; whether there was any.
    pub(super) fn blanks(&mut self) -> bool {
        let start = self.at;
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        self.at > start
    }

    /// A name: a letter, then letters, digits and underscores.
    pub(super) fn name(&mut self) -> Option<&'t str> {
        let rest = self.rest();
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let end = rest.find(|c| !continues_name(c)).unwrap_or(rest.len());
        self.at += end;
        Some(&rest[..end])
    }

    /// Moves behind a word, unless a name goes on behind it.
    pub(super) fn keyword(&mut self, word: &str) -> bool {
        let Some(rest) = self.rest().strip_prefix(word) else { return false };
        let found = !rest.starts_with(continues_name);
        if found {
            self.at += word.len();
        }
        found
    }

    /// Moves behind a word in lower or upper case.
    pub(super) fn keyword_in_both_cases(&mut self, lower: &str, upper: &str) -> bool {
        self.keyword(lower) || self.keyword(upper)
    }

    /// Moves behind a word that is followed by white space or a comment.
    pub(super) fn keyword_before_space(&mut self, word: &str) -> bool {
        let Some(rest) = self.rest().strip_prefix(word) else { return false };
        let found = rest.starts_with([' ', '\t', '\r', '\n', '#']);
        if found {
            self.at += word.len();
        }
        found
    }

    /// Moves behind `!`, or `not` and blanks.
    pub(super) fn negation(&mut self) -> bool {
        let start = self.at;
        if self.take("!") {
            return true;
        }
        if (self.take("not") || self.take("NOT")) && self.blanks() {
            return true;
        }
        self.at = start;
        false
    }

    /// Runs a parser one level further in.
    pub(super) fn nested<T>(&mut self, parser: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth == MAX_DEPTH {
            return self.fail("blocks, filters and lists nest too deeply here");
        }
        self.depth += 1;
        let parsed = parser(self);
        self.depth -= 1;
        parsed
    }

    /// Fails at the present place.
    pub(super) fn fail<T>(&self, message: impl Into<String>) -> Parsed<T> {
        Self::fail_at(self.at, message)
    }

    /// Fails at another place.
    pub(super) fn fail_at<T>(offset: usize, message: impl Into<String>) -> Parsed<T> {
        Err(Box::new(Failure { offset, message: message.into() }))
    }

    /// Fails because something else was expected.
    pub(super) fn expected<T>(&self, what: &str) -> Parsed<T> {
        self.fail(format!("expected {what}, found {}", self.next_word()))
    }

    /// What comes next, for messages.
    pub(super) fn next_word(&self) -> String {
        let rest = self.rest();
        let mut chars = rest.chars();
        match chars.next() {
            None => "the end of the file".to_owned(),
            Some('\n' | '\r') => "the end of the line".to_owned(),
            Some(c) if continues_name(c) => {
                let end = rest.find(|c| !continues_name(c)).unwrap_or(rest.len());
                format!("`{}`", rest[..end].chars().take(40).collect::<String>())
            }
            Some(c) => format!("`{c}`"),
        }
    }

    /// The error with its line and column.
    pub(super) fn describe(&self, failure: Failure) -> SyntaxError {
        let before = &self.text[..failure.offset];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        SyntaxError {
            line: before.matches('\n').count() as u32 + 1,
            column: before[line_start..].chars().count() as u32 + 1,
            offset: failure.offset,
            message: failure.message,
        }
    }
}

/// Whether a name goes on with this character.
pub(super) fn continues_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

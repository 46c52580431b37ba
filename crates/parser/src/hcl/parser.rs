//! The state of the parser: a place in a text, and what was wrong so far.

use std::sync::Arc;

use trilith_graph::Span;

use super::origin::Origin;
use super::scan;
use super::syntax::DEPTH_LIMIT;
use crate::tree::{Comment, SyntaxError};

/// After so many errors the rest is read without reporting more.
const ERROR_LIMIT: usize = 50;

/// Stops the reading of an attribute; the error is noted already.
#[derive(Debug)]
pub(super) struct Broken;

pub(super) type Read<T> = Result<T, Broken>;

pub(super) struct Parser<'t> {
    pub(super) text: &'t str,
    pub(super) bytes: &'t [u8],
    /// Offset of the next byte.
    pub(super) at: usize,
    /// Where to stop, which may be before the end of the text.
    pub(super) end: usize,
    pub(super) comments: Vec<Comment>,
    pub(super) errors: Vec<SyntaxError>,
    /// Where the first error of the attribute at hand is.
    pub(super) error_at: usize,
    /// Bytes that were read a second time after errors.
    pub(super) rescanned: usize,
    /// Heredocs without an end so far.
    pub(super) unended_heredocs: u32,
    /// Whether the error at hand is a heredoc without an end.
    pub(super) in_open_heredoc: bool,
    /// Whether the item at hand stands on the line of the brace that opened its block, so that
    /// the closing brace may follow it.
    pub(super) may_close_here: bool,
    pub(super) origin: Origin<'t>,
    /// Whether a line end ends an expression: not inside parentheses and brackets.
    newlines_end: bool,
    depth: usize,
    /// What is read twice gives its comments once.
    comments_until: usize,
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str, origin: Origin<'t>) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at: 0,
            end: text.len(),
            comments: Vec::new(),
            errors: Vec::new(),
            error_at: 0,
            rescanned: 0,
            unended_heredocs: 0,
            in_open_heredoc: false,
            may_close_here: false,
            origin,
            newlines_end: false,
            depth: 0,
            comments_until: 0,
        }
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        self.origin.span(start, end)
    }

    /// The span from `start` to here.
    pub(super) fn span_from(&self, start: usize) -> Span {
        self.span(start, self.at)
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.peek_at(0)
    }

    pub(super) fn peek_at(&self, offset: usize) -> Option<u8> {
        let at = self.at + offset;
        if at < self.end { self.bytes.get(at).copied() } else { None }
    }

    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..self.end).unwrap_or("")
    }

    pub(super) fn starts_with(&self, text: &str) -> bool {
        self.bytes[self.at.min(self.end)..self.end].starts_with(text.as_bytes())
    }

    /// Moves behind `text` if that is next.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let is_next = self.starts_with(text);
        if is_next {
            self.at += text.len();
        }
        is_next
    }

    /// Moves behind space and comments; also behind line ends where they do not matter.
    pub(super) fn skip_space(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'\n') if !self.newlines_end => self.at += 1,
                Some(b'#') => self.comment(scan::line_end(self.bytes, self.at)),
                Some(b'/') if self.peek_at(1) == Some(b'/') => {
                    self.comment(scan::line_end(self.bytes, self.at));
                }
                Some(b'/') if self.peek_at(1) == Some(b'*') => {
                    self.comment(scan::block_comment_end(self.bytes, self.at));
                }
                _ => return,
            }
        }
    }

    /// Moves behind space, comments and line ends.
    pub(super) fn skip_lines(&mut self) {
        let newlines_end = std::mem::replace(&mut self.newlines_end, false);
        self.skip_space();
        self.newlines_end = newlines_end;
    }

    fn comment(&mut self, end: usize) {
        let start = self.at;
        self.at = end.min(self.end);
        if start < self.comments_until {
            return;
        }
        self.comments_until = self.at;
        let line = memchr::memrchr(b'\n', &self.bytes[..start]).map_or(0, |newline| newline + 1);
        let before = self.text[line..start].trim_start_matches('\u{feff}');
        let trailing = !before.bytes().all(|byte| byte.is_ascii_whitespace());
        let text = self.text[start..self.at].trim_end_matches('\r');
        self.comments.push(Comment { span: self.span(start, start + text.len()), trailing });
    }

    /// Runs `read` with line ends that matter or not.
    pub(super) fn with_newlines<T>(
        &mut self,
        newlines_end: bool,
        read: impl FnOnce(&mut Self) -> Read<T>,
    ) -> Read<T> {
        let before = std::mem::replace(&mut self.newlines_end, newlines_end);
        let result = read(self);
        self.newlines_end = before;
        result
    }

    /// Runs `read` one level deeper, unless that is too deep.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.depth >= DEPTH_LIMIT {
            return self.broken_here("this is nested too deeply", "move a part of it to a local");
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Sets where to read, and returns where that was before.
    pub(super) fn window(&mut self, start: usize, end: usize) -> (usize, usize) {
        let before = (self.at, self.end);
        (self.at, self.end) = (start, end);
        before
    }

    /// The identifier at the place, if there is one, without moving.
    pub(super) fn peek_name(&self) -> Option<&'t str> {
        let rest = self.rest();
        let first = *rest.as_bytes().first()?;
        if !(first.is_ascii_alphabetic() || first == b'_' || first >= 0x80) {
            return None;
        }
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let length = rest.bytes().position(|byte| !is_name(byte)).unwrap_or(rest.len());
        let name = match rest.as_bytes().get(length) {
            Some(0x80..) => {
                let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
                &rest[..rest.find(|c| !is_name(c)).unwrap_or(rest.len())]
            }
            _ => &rest[..length],
        };
        let starts_well = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
        starts_well.then_some(name)
    }

    /// Reads an identifier.
    pub(super) fn name(&mut self) -> Option<(Arc<str>, Span)> {
        let name = self.peek_name()?;
        let start = self.at;
        self.at += name.len();
        Some((name.into(), self.span_from(start)))
    }

    /// Reads an identifier that is exactly `keyword`.
    pub(super) fn eat_keyword(&mut self, keyword: &str) -> bool {
        let is_next = self.peek_name() == Some(keyword);
        if is_next {
            self.at += keyword.len();
        }
        is_next
    }

    /// What is next, for a message.
    pub(super) fn describe_next(&self) -> String {
        match self.rest().chars().next() {
            None if self.at >= self.text.len() => "the end of the file".into(),
            None => "the end of the block".into(),
            Some('\n' | '\r') => "the end of the line".into(),
            Some(c) => match self.peek_name() {
                Some(name) => format!("`{name}`"),
                None => format!("`{c}`"),
            },
        }
    }

    /// Notes an error over `start..end`.
    pub(super) fn report(
        &mut self,
        start: usize,
        end: usize,
        error: impl FnOnce(Span) -> SyntaxError,
    ) {
        if self.errors.len() < ERROR_LIMIT {
            let error = error(self.span(start, end));
            self.errors.push(error);
        }
    }

    /// Notes an error over `start..end` and stops the reading of the attribute.
    pub(super) fn broken<T>(
        &mut self,
        (start, end): (usize, usize),
        message: impl Into<String>,
        help: &str,
    ) -> Read<T> {
        self.error_at = start;
        let message = message.into();
        self.report(start, end, |span| SyntaxError::fatal(span, message).help(help));
        Err(Broken)
    }

    /// Notes an error at the next character and stops the reading of the attribute.
    pub(super) fn broken_here<T>(&mut self, message: impl Into<String>, help: &str) -> Read<T> {
        let width = self.rest().chars().next().map_or(0, char::len_utf8);
        self.broken((self.at, self.at + width), message, help)
    }

    /// Reads `text` or stops.
    pub(super) fn expect(&mut self, text: &str, after: &str) -> Read<()> {
        if self.eat(text) {
            return Ok(());
        }
        let found = self.describe_next();
        self.broken_here(
            format!("expected `{text}` {after}, found {found}"),
            &format!("add `{text}`"),
        )
    }
}

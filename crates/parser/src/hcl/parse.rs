//! HCL text to a syntax tree.
//!
//! INVARIANT: every text gives a tree. What cannot be read costs its attribute, or its block if
//! the brackets do not match, and leaves [`Body::is_cut`] behind.

use std::sync::Arc;

use trilith_graph::{SourceId, Span};

use super::origin::Origin;
use super::parser::{Broken, Parser, Read};
use super::scan::{self, Event, Scanner};
use super::split::{Chunk, split, split_at_heads};
use super::syntax::{Attribute, Block, Body, Expression, ExpressionKind, File, Parsed};
use crate::tree::{Segments, SyntaxError};

/// How many bytes may be read a second time to find out where to go on after errors.
const RESCAN_LIMIT: usize = 4 << 20;

/// Reads a `.tf`, `.tfvars` or other HCL file. A byte order mark is passed over.
pub fn parse_file(source: SourceId, text: &str) -> File {
    let mut parser = Parser::new(text, Origin::File(source));
    let mut body = Body::default();
    if u32::try_from(text.len()).is_err() {
        parser.report(0, 0, |span| SyntaxError::fatal(span, "the file is larger than 4 GiB"));
        body.is_cut = true;
        return File { body, comments: Vec::new(), errors: parser.errors };
    }
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    for chunk in split(text, start, text.len()) {
        parser.chunk(chunk, &mut body);
    }
    let mut errors = parser.errors;
    errors.sort_by_key(|error| error.span);
    File { body, comments: parser.comments, errors }
}

/// Reads an expression that fills a text: what stands in a string of `.tf.json` where Terraform
/// expects a reference.
pub fn parse_expression(segments: &Segments) -> Parsed {
    parse_whole(segments, |parser| {
        let expression = parser.expression()?;
        parser.skip_space();
        if parser.at < parser.end {
            let found = parser.describe_next();
            return parser.broken_here(
                format!("expected the end of the expression, found {found}"),
                "remove what follows the expression",
            );
        }
        Ok(expression)
    })
}

/// Reads a template without quotes: a string of `.tf.json`, or a file for `templatefile`.
/// Backslashes mean themselves.
pub fn parse_template(segments: &Segments) -> Parsed {
    parse_whole(segments, Parser::bare_template)
}

fn parse_whole<'t>(
    segments: &'t Segments,
    read: impl FnOnce(&mut Parser<'t>) -> Read<Expression>,
) -> Parsed {
    let mut parser = Parser::new(segments.text(), Origin::Segments(segments));
    let expression = read(&mut parser).unwrap_or_else(|Broken| Expression {
        kind: ExpressionKind::Malformed,
        span: segments.whole(),
    });
    Parsed { expression, errors: parser.errors }
}

impl Parser<'_> {
    fn chunk(&mut self, chunk: Chunk, body: &mut Body) {
        let errors = self.errors.len();
        let before = (body.attributes.len(), body.blocks.len(), body.is_cut);
        self.window(chunk.start, chunk.end);
        self.items(body, true);
        if !chunk.is_balanced || self.errors.len() == errors {
            return;
        }
        // Brackets may match in number and still not in place: two blocks may have become one.
        let parts = split_at_heads(self.text, chunk.start, chunk.end);
        if parts.len() > 1 {
            self.errors.truncate(errors);
            body.attributes.truncate(before.0);
            body.blocks.truncate(before.1);
            body.is_cut = before.2;
            for part in parts {
                self.window(part.start, part.end);
                self.items(body, true);
            }
        }
    }

    /// Reads attributes and blocks up to the closing brace, which stays, or to the end.
    fn items(&mut self, body: &mut Body, is_top: bool) {
        let mut is_first_line = true;
        loop {
            let before = self.at;
            self.skip_lines();
            match self.peek() {
                None => return,
                Some(b'}') if !is_top => return,
                Some(_) => {}
            }
            let start = self.at;
            is_first_line &= !self.bytes[before..start].contains(&b'\n');
            self.may_close_here = is_first_line;
            if self.item(body).is_err() {
                body.is_cut = true;
                self.recover(start);
            }
            // Whatever happens, the next item starts further on.
            if self.at == start {
                self.at += self.rest().chars().next().map_or(1, char::len_utf8);
            }
        }
    }

    fn item(&mut self, body: &mut Body) -> Read<()> {
        let start = self.at;
        let Some((name, name_span)) = self.item_name() else {
            let found = self.describe_next();
            let help = match self.peek() {
                Some(b'}') => "remove the brace",
                _ => "write `name = value` or `name { ... }`",
            };
            return self
                .broken_here(format!("expected an attribute or block, found {found}"), help);
        };
        self.with_newlines(true, |parser| {
            parser.skip_space();
            match parser.peek() {
                Some(b'=') if parser.peek_at(1) != Some(b'=') => {
                    parser.attribute(body, name, name_span)
                }
                _ => parser.block(body, start, name, name_span),
            }
        })
    }

    /// The name of an attribute or type of a block. Quotes around it are an old style.
    fn item_name(&mut self) -> Option<(Arc<str>, Span)> {
        if self.peek() != Some(b'"') {
            return self.name();
        }
        let (start, rest) = (self.at, self.rest());
        let length = rest[1..].find('"')?;
        let name = &rest[1..=length];
        let behind = rest[length + 2..].trim_start_matches([' ', '\t']);
        if name.contains(['\n', '$', '%', '\\']) || !behind.starts_with(['=', '{']) {
            return None;
        }
        self.at += length + 2;
        let at = self.at;
        self.report(start, at, |span| {
            let message = format!("the name `{name}` must not be in quotes");
            SyntaxError::recovered(span, message).help("remove the quotes")
        });
        Some((name.into(), self.span(start, at)))
    }

    fn attribute(&mut self, body: &mut Body, name: Arc<str>, name_span: Span) -> Read<()> {
        self.at += 1;
        self.skip_space();
        let start = self.at;
        let value = match self.expression() {
            Ok(value) => value,
            Err(broken) => {
                let line = self.text[start..self.end].lines().next().unwrap_or("").trim_end();
                let span = self.span(start, start + line.len());
                let value = Expression { kind: ExpressionKind::Malformed, span };
                body.attributes.push(Attribute { name, name_span, value });
                return Err(broken);
            }
        };
        body.attributes.push(Attribute { name, name_span, value });
        self.end_of_item("the value");
        Ok(())
    }

    /// Checks that a line end follows. Anything else is reported and left for the next item.
    fn end_of_item(&mut self, after: &str) {
        self.skip_space();
        let (at, found) = (self.at, self.describe_next());
        match self.peek() {
            None | Some(b'\n') => {}
            Some(b'}') if self.may_close_here => {}
            Some(byte) => {
                self.report(at, at + 1, |span| {
                    let message =
                        format!("expected the end of the line after {after}, found {found}");
                    SyntaxError::recovered(span, message).help("start a new line here")
                });
                match byte {
                    b'}' => {}
                    b',' | b';' => self.at += 1,
                    _ if self.peek_name().is_some() => {}
                    _ => {
                        self.error_at = at;
                        self.recover(at);
                    }
                }
            }
        }
    }

    fn block(
        &mut self,
        body: &mut Body,
        start: usize,
        type_name: Arc<str>,
        type_span: Span,
    ) -> Read<()> {
        let labels = self.labels(&type_name)?;
        let open = self.at;
        self.at += 1;
        let mut inside = Body::default();
        self.nested(|parser| {
            parser.with_newlines(true, |parser| {
                parser.items(&mut inside, false);
                Ok(())
            })
        })?;
        if !self.eat("}") {
            inside.is_cut = true;
            self.report(open, open + 1, |span| {
                let message = format!("the block `{type_name}` is never closed");
                SyntaxError::fatal(span, message).help("add `}` at its end")
            });
        }
        let span = self.span_from(start);
        body.blocks.push(Block { type_name, type_span, labels, body: inside, span });
        self.may_close_here = true;
        self.end_of_item("the block");
        Ok(())
    }

    /// Reads labels up to the opening brace, which stays.
    fn labels(&mut self, type_name: &str) -> Read<Vec<(Arc<str>, Span)>> {
        let mut labels = Vec::new();
        loop {
            self.skip_space();
            match self.peek() {
                Some(b'{') => return Ok(labels),
                Some(b'"') => labels.push(self.quoted_label()?),
                _ => {
                    let Some(label) = self.name() else {
                        let found = self.describe_next();
                        return self.broken_here(
                            format!("expected `=` or `{{` after `{type_name}`, found {found}"),
                            "write `name = value` or `name { ... }`",
                        );
                    };
                    labels.push(label);
                }
            }
        }
    }

    fn quoted_label(&mut self) -> Read<(Arc<str>, Span)> {
        let expression = self.quoted()?;
        if let ExpressionKind::String(text) = expression.kind {
            return Ok((text, expression.span));
        }
        let start = self.at.saturating_sub(expression.span.len() as usize);
        self.broken(
            (start, self.at),
            "a label must be plain text",
            "remove the template or the escape sequence",
        )
    }

    /// Moves to where the next item may start after the one from `start` could not be read.
    fn recover(&mut self, start: usize) {
        let mut error_at = self.error_at.clamp(start, self.end);
        while !self.text.is_char_boundary(error_at) {
            error_at -= 1;
        }
        if std::mem::take(&mut self.in_open_heredoc) {
            // What follows is most likely the text of the heredoc.
            let line = scan::line_end(&self.bytes[..self.end], error_at);
            self.at = self.next_item_line(line);
            return;
        }
        self.at = match self.balanced_end(start) {
            Some(end) => end.max(error_at),
            None => self.next_item_line(error_at),
        };
    }

    /// The end of the line on which the brackets opened since `start` are closed again; `None`
    /// if they do not match.
    fn balanced_end(&mut self, start: usize) -> Option<usize> {
        // A text that is broken on every line would be scanned once for every line.
        if self.rescanned > RESCAN_LIMIT {
            return None;
        }
        let mut scanner = Scanner::new(self.text, start, self.end);
        let end = matching_end(&mut scanner, start, self.end);
        self.rescanned += scanner.at - start;
        end
    }

    /// Start of the first line that looks like an attribute, a block or the end of a block: from
    /// the line of `at` if nothing stands before it there.
    fn next_item_line(&self, at: usize) -> usize {
        let line = memchr::memrchr(b'\n', &self.bytes[..at]).map_or(0, |newline| newline + 1);
        let is_first = self.bytes[line..at].iter().all(u8::is_ascii_whitespace);
        let mut at = if is_first { at } else { scan::line_end(&self.bytes[..self.end], at) };
        while at < self.end {
            let end = scan::line_end(&self.bytes[..self.end], at);
            if looks_like_item(self.text[at..end].trim()) {
                return at;
            }
            at = end + 1;
        }
        self.end
    }
}

fn matching_end(scanner: &mut Scanner<'_>, start: usize, end: usize) -> Option<usize> {
    let mut open: Vec<u8> = Vec::new();
    loop {
        match scanner.next() {
            Event::Open(bracket, _) => open.push(bracket),
            Event::Close(b'}', at) if open.is_empty() && at > start => return Some(at),
            Event::Close(bracket, _) => match (open.pop()?, bracket) {
                (b'{', b'}') | (b'[', b']') | (b'(', b')') => {}
                _ => return None,
            },
            Event::Newline(at) if open.is_empty() => return Some(at),
            Event::Newline(_) => {}
            Event::End => return open.is_empty().then_some(end),
        }
    }
}

fn looks_like_item(line: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let behind = line.trim_start_matches(is_name);
    if behind.len() == line.len() {
        return line == "}";
    }
    let behind = behind.trim_start();
    let is_attribute = behind.starts_with('=') && !behind.starts_with("==");
    is_attribute || behind == "{" || (behind.starts_with('"') && behind.ends_with('{'))
}

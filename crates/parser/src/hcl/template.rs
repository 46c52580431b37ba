//! Templates: text in quotes, heredocs, and text that is a template as a whole.

use std::sync::Arc;

use trilith_graph::Span;

use super::directive::{Directive, PartTree};
use super::parser::{Parser, Read};
use super::scan;
use super::syntax::{Expression, ExpressionKind, TemplatePart};
use crate::tree::SyntaxError;

/// After so many heredocs without an end, further ones are not searched for theirs.
const UNENDED_HEREDOC_LIMIT: u32 = 16;

/// What ends a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// A quotation mark; backslashes escape.
    Quoted,
    /// The end of the window; every line is trimmed on its own.
    Bare,
}

/// A piece of a template before directives are matched.
enum Token {
    Literal(Literal),
    Interpolation { expression: Expression, trim: Trim },
    Directive { directive: Directive, at: (usize, usize), trim: Trim },
}

struct Literal {
    /// The text, if it is not what is written.
    decoded: Option<Arc<str>>,
    start: usize,
    end: usize,
    /// Pieces of one run are one literal for the trim marks.
    run: u32,
}

/// Whether the space before and after a sequence goes (`${~ x ~}`).
#[derive(Clone, Copy)]
struct Trim {
    before: bool,
    after: bool,
}

impl Parser<'_> {
    /// Reads text in quotes.
    pub(super) fn quoted(&mut self) -> Read<Expression> {
        let start = self.at;
        if let Some(end) = self.plain_end() {
            let text = self.text[start + 1..end].into();
            self.at = end + 1;
            return Ok(Expression {
                kind: ExpressionKind::String(text),
                span: self.span_from(start),
            });
        }
        self.at += 1;
        let tokens = self.nested(|parser| parser.tokens(Mode::Quoted))?;
        if !self.eat("\"") {
            let line = scan::line_end(self.bytes, start).min(self.end);
            return self.broken(
                (start, line.max(start + 1)),
                "the text is never closed",
                "add a quotation mark at its end, or use a heredoc for several lines",
            );
        }
        let parts = self.parts(tokens)?;
        Ok(Expression { kind: ExpressionKind::Template(parts), span: self.span_from(start) })
    }

    /// Where the closing quote of a text without templates and escapes is.
    fn plain_end(&self) -> Option<usize> {
        let bytes = &self.bytes[..self.end];
        let mut at = self.at + 1;
        loop {
            match bytes.get(at)? {
                b'"' => return Some(at),
                b'\\' | b'\n' => return None,
                b'$' | b'%' if matches!(bytes.get(at + 1), Some(b'{' | b'$' | b'%')) => {
                    return None;
                }
                _ => at += 1,
            }
        }
    }

    /// Reads a template that fills the window.
    pub(super) fn bare_template(&mut self) -> Read<Expression> {
        let start = self.at;
        let tokens = self.nested(|parser| parser.tokens(Mode::Bare))?;
        let parts = self.parts(tokens)?;
        Ok(Expression { kind: ExpressionKind::Template(parts), span: self.span_from(start) })
    }

    /// Reads a heredoc from `<<`. Its span ends with the end marker.
    pub(super) fn heredoc(&mut self) -> Read<Expression> {
        let start = self.at;
        let bytes = &self.bytes[..self.end];
        let line = scan::line_end(bytes, start);
        let Some(opening) = scan::heredoc_opening(bytes, start) else {
            return self.broken(
                (start, line),
                "expected a marker alone behind `<<`",
                "write `<<EOT`, the text on lines of its own, and `EOT` alone on the last line",
            );
        };
        let found = match self.unended_heredocs {
            UNENDED_HEREDOC_LIMIT.. => None,
            _ => scan::heredoc_end(bytes, &opening),
        };
        let Some((body_end, end)) = found else {
            self.unended_heredocs += 1;
            self.in_open_heredoc = true;
            let marker = &self.text[opening.marker.0..opening.marker.1];
            let (message, help) = (
                format!("the heredoc has no end marker `{marker}`"),
                format!("write `{marker}` alone on a line"),
            );
            return self.broken((start, line), message, &help);
        };
        let outside = self.window(opening.body, body_end);
        let tokens = self.nested(|parser| parser.tokens(Mode::Bare));
        self.window(end, outside.1);
        let mut tokens = tokens?;
        // In this order, as Terraform does it: a line that lost its end is none of its own.
        self.trim(&mut tokens);
        if opening.is_indented {
            self.drop_indentation(&mut tokens);
        }
        let parts = self.matched(tokens)?;
        Ok(Expression { kind: ExpressionKind::Template(parts), span: self.span_from(start) })
    }

    fn tokens(&mut self, mode: Mode) -> Read<Vec<Token>> {
        let mut tokens = Vec::new();
        let mut run = 0;
        let mut from = self.at;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' | b'\n' if mode == Mode::Quoted => break,
                b'\n' => {
                    self.at += 1;
                    self.literal(&mut tokens, from, run);
                    from = self.at;
                    run += 1;
                }
                b'\\' if mode == Mode::Quoted => {
                    self.literal(&mut tokens, from, run);
                    self.escape(&mut tokens, run);
                    from = self.at;
                }
                b'$' | b'%' if self.peek_at(1) == Some(b'{') => {
                    self.literal(&mut tokens, from, run);
                    tokens.push(self.sequence(byte, mode)?);
                    from = self.at;
                    run += 1;
                }
                b'$' | b'%' if self.peek_at(1) == Some(byte) && self.peek_at(2) == Some(b'{') => {
                    self.literal(&mut tokens, from, run);
                    let decoded = if byte == b'$' { "${" } else { "%{" };
                    self.decoded(&mut tokens, 3, decoded, run);
                    from = self.at;
                }
                _ => self.at += 1,
            }
        }
        self.literal(&mut tokens, from, run);
        Ok(tokens)
    }

    /// Adds the text from `start` to here.
    fn literal(&self, tokens: &mut Vec<Token>, start: usize, run: u32) {
        if start < self.at {
            tokens.push(Token::Literal(Literal { decoded: None, start, end: self.at, run }));
        }
    }

    /// Adds an escape sequence of `length` bytes.
    fn decoded(&mut self, tokens: &mut Vec<Token>, length: usize, text: &str, run: u32) {
        let start = self.at;
        self.at = (start + length).min(self.end);
        let decoded = Some(text.into());
        tokens.push(Token::Literal(Literal { decoded, start, end: self.at, run }));
    }

    /// Reads a backslash and what it escapes.
    fn escape(&mut self, tokens: &mut Vec<Token>, run: u32) {
        let next = self.text[self.at + 1..self.end].chars().next();
        let plain = match next {
            Some('n') => Some("\n"),
            Some('r') => Some("\r"),
            Some('t') => Some("\t"),
            Some('"') => Some("\""),
            Some('\\') => Some("\\"),
            _ => None,
        };
        if let Some(text) = plain {
            return self.decoded(tokens, 2, text, run);
        }
        let digits = match next {
            Some('u') => 4,
            Some('U') => 8,
            _ => 0,
        };
        let code = self.text.get(self.at + 2..(self.at + 2 + digits).min(self.end));
        let character = code
            .filter(|code| digits > 0 && code.len() == digits)
            .and_then(|code| u32::from_str_radix(code, 16).ok())
            .and_then(char::from_u32);
        if let Some(character) = character {
            return self.decoded(tokens, 2 + digits, character.encode_utf8(&mut [0; 4]), run);
        }
        // Read as written; a line end is left to end the text.
        let length = 1 + next.filter(|next| *next != '\n').map_or(0, char::len_utf8);
        let (start, end) = (self.at, self.at + length);
        self.report(start, end, |span| {
            SyntaxError::recovered(span, "this is no escape sequence")
                .help("write `\\\\` for a backslash")
        });
        self.at = end;
        self.literal(tokens, start, run);
    }

    /// Reads `${...}` or `%{...}`.
    fn sequence(&mut self, mark: u8, mode: Mode) -> Read<Token> {
        let start = self.at;
        self.at += 2;
        let before = self.eat("~");
        let inside = self.at;
        let read = self.with_newlines(false, |parser| {
            parser.nested(|parser| {
                if mark == b'$' {
                    let expression = parser.expression()?;
                    let after = parser.sequence_end()?;
                    let trim = Trim { before, after };
                    return Ok(Token::Interpolation { expression, trim });
                }
                let directive = parser.directive()?;
                let trim = Trim { before, after: parser.sequence_end()? };
                Ok(Token::Directive { directive, at: (start, parser.at), trim })
            })
        });
        // A broken interpolation costs itself only, if its end can be found.
        match read {
            Err(broken) if mark == b'$' => {
                let end = self.interpolation_end(inside, mode).ok_or(broken)?;
                self.at = end;
                let expression = Expression {
                    kind: ExpressionKind::Malformed,
                    span: self.span(inside, end - 1),
                };
                Ok(Token::Interpolation { expression, trim: Trim { before, after: false } })
            }
            read => read,
        }
    }

    fn sequence_end(&mut self) -> Read<bool> {
        self.skip_space();
        let after = self.eat("~");
        self.expect("}", "at the end of the template sequence")?;
        Ok(after)
    }

    /// Offset behind the brace that closes the interpolation whose inside starts at `inside`.
    fn interpolation_end(&self, inside: usize, mode: Mode) -> Option<usize> {
        let line = scan::line_end(&self.bytes[..self.end], inside);
        let end = if mode == Mode::Quoted { line } else { self.end };
        let mut scanner = scan::Scanner::new(self.text, inside, end);
        let mut depth = 0_u32;
        loop {
            match scanner.next() {
                scan::Event::Open(b'{', _) => depth += 1,
                scan::Event::Close(b'}', at) if depth == 0 => return Some(at + 1),
                scan::Event::Close(b'}', _) => depth -= 1,
                scan::Event::End => return None,
                _ => {}
            }
        }
    }

    fn directive(&mut self) -> Read<Directive> {
        self.skip_space();
        let start = self.at;
        let keyword = self.peek_name().unwrap_or("");
        self.at += keyword.len();
        match keyword {
            "if" => Ok(Directive::If(self.expression()?)),
            "else" => Ok(Directive::Else),
            "endif" => Ok(Directive::EndIf),
            "for" => {
                let (key, value) = self.for_variables()?;
                Ok(Directive::For { key, value, collection: self.expression()? })
            }
            "endfor" => Ok(Directive::EndFor),
            _ => self.broken(
                (start, self.at),
                "expected `if`, `else`, `endif`, `for` or `endfor`",
                "write `%%{` if the text is meant literally",
            ),
        }
    }

    /// Drops the indentation that the lines of a heredoc share.
    fn drop_indentation(&self, tokens: &mut [Token]) {
        let mut least = usize::MAX;
        let mut starts: Vec<usize> = Vec::new();
        let mut at_line_start = true;
        for (index, token) in tokens.iter().enumerate() {
            let Token::Literal(literal) = token else {
                if at_line_start {
                    least = 0;
                }
                at_line_start = false;
                continue;
            };
            let text = &self.text[literal.start..literal.end];
            if at_line_start {
                let trimmed = text.trim_start();
                let is_blank = trimmed.is_empty() && text.ends_with('\n');
                if !is_blank {
                    let space = &text[..text.len() - trimmed.len()];
                    least = least.min(space.chars().count());
                    starts.push(index);
                }
            }
            at_line_start = text.ends_with('\n');
        }
        for index in starts {
            if let Token::Literal(literal) = &mut tokens[index] {
                let text = &self.text[literal.start..literal.end];
                literal.start += text.chars().take(least).map(char::len_utf8).sum::<usize>();
            }
        }
    }

    /// Trims what is to be trimmed and matches the directives.
    fn parts(&mut self, mut tokens: Vec<Token>) -> Read<Vec<TemplatePart>> {
        self.trim(&mut tokens);
        self.matched(tokens)
    }

    fn matched(&mut self, tokens: Vec<Token>) -> Read<Vec<TemplatePart>> {
        let mut tree = PartTree::new();
        for token in tokens {
            match token {
                Token::Literal(literal) => {
                    self.literal_parts(&literal).into_iter().for_each(|part| tree.push(part));
                }
                Token::Interpolation { expression, .. } => {
                    tree.push(TemplatePart::Interpolation(expression));
                }
                Token::Directive { directive, at, .. } => {
                    if let Err(message) = tree.directive(directive) {
                        return self.broken(at, message, "close what was opened last first");
                    }
                }
            }
        }
        match tree.finish() {
            Ok(parts) => Ok(parts),
            Err(message) => {
                let at = self.at.saturating_sub(1);
                self.broken((at, self.at), message, "add the directive that closes it")
            }
        }
    }

    /// A literal, in as many parts as it is written in pieces: text that is decoded from another
    /// text has its places only piece by piece.
    fn literal_parts(&self, literal: &Literal) -> Vec<TemplatePart> {
        let part = |text: Arc<str>, start: usize, end: usize| {
            let span: Span = self.span(start, end);
            (!text.is_empty()).then_some(TemplatePart::Literal { text, span })
        };
        if let Some(text) = &literal.decoded {
            return part(text.clone(), literal.start, literal.end).into_iter().collect();
        }
        let pieces = self.origin.pieces(literal.start, literal.end).into_iter();
        pieces.filter_map(|(start, end)| part(self.text[start..end].into(), start, end)).collect()
    }

    fn trim(&self, tokens: &mut [Token]) {
        for index in 0..tokens.len() {
            let (Token::Interpolation { trim, .. } | Token::Directive { trim, .. }) =
                &tokens[index]
            else {
                continue;
            };
            let trim = *trim;
            if trim.before {
                let before = tokens[..index].iter_mut().rev();
                self.trim_run(before, |text| text.trim_end().len(), true);
            }
            if trim.after {
                let after = tokens[index + 1..].iter_mut();
                self.trim_run(after, |text| text.len() - text.trim_start().len(), false);
            }
        }
    }

    /// Trims the literals of the nearest run; `cut` says where in a text.
    fn trim_run<'k>(
        &self,
        tokens: impl Iterator<Item = &'k mut Token>,
        cut: impl Fn(&str) -> usize,
        at_end: bool,
    ) {
        let mut nearest = None;
        for token in tokens {
            let Token::Literal(literal) = token else { return };
            if *nearest.get_or_insert(literal.run) != literal.run {
                return;
            }
            let text = match &literal.decoded {
                Some(decoded) => decoded.clone(),
                None => self.text[literal.start..literal.end].into(),
            };
            let at = cut(&text);
            match (&mut literal.decoded, at_end) {
                (Some(decoded), true) => *decoded = text[..at].into(),
                (Some(decoded), false) => *decoded = text[at..].into(),
                (None, true) => literal.end = literal.start + at,
                (None, false) => literal.start += at,
            }
            let is_empty = if at_end { at == 0 } else { at == text.len() };
            if !is_empty {
                return;
            }
        }
    }
}

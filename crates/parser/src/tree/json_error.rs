//! What is wrong with broken JSON, in words, and how reading goes on after it.

use trilith_graph::Span;

use super::json::{Open, Scan, Scanner, is_word_byte};
use super::{Kind, SyntaxError, json_string};

/// After so many errors the rest is not worth reading.
const ERROR_LIMIT: usize = 20;

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

    pub(super) fn fatal(
        &self,
        start: usize,
        end: usize,
        message: impl Into<String>,
    ) -> SyntaxError {
        SyntaxError::fatal(self.span(start, end), message)
    }

    pub(super) fn recovered(
        &self,
        start: usize,
        end: usize,
        message: impl Into<String>,
    ) -> SyntaxError {
        SyntaxError::recovered(self.span(start, end), message)
    }

    /// Notes a slip that is read as meant, unless there are too many errors.
    pub(super) fn report(&mut self, error: SyntaxError) -> Scan<()> {
        self.note(error)
    }

    /// Notes a slip that would be there many times, the first time.
    pub(super) fn report_first(
        &mut self,
        (start, end): (usize, usize),
        message: &str,
        help: &str,
    ) -> Scan<()> {
        if self.errors.iter().any(|error| error.message == message) {
            return Ok(());
        }
        self.report(self.recovered(start, end, message).help(help))
    }

    /// Notes an error and passes over the rest of its member, unless there are too many errors
    /// or nothing comes after it.
    pub(super) fn recover(&mut self, error: Box<SyntaxError>) -> Scan<()> {
        if self.is_over || self.open.is_empty() || self.at >= self.bytes.len() {
            return Err(error);
        }
        let start = error.span.start as usize;
        self.note(*error)?;
        self.last_gap = Some(start);
        self.open.iter().for_each(|open| self.builder.cut(open.id));
        self.builder.forget_key();
        self.after_hole = false;
        self.resync();
        Ok(())
    }

    /// Notes the error that ends the scan.
    pub(super) fn end_with(&mut self, error: SyntaxError) {
        self.open.iter().for_each(|open| self.builder.cut(open.id));
        if !self.follows_another(&error) {
            self.errors.push(error);
        }
    }

    /// What follows an error on its line follows from it.
    fn follows_another(&self, error: &SyntaxError) -> bool {
        let start = error.span.start as usize;
        let is_same_line = |gap: usize| !self.bytes[gap.min(start)..start].contains(&b'\n');
        self.last_gap.is_some_and(is_same_line)
    }

    fn note(&mut self, error: SyntaxError) -> Scan<()> {
        if self.follows_another(&error) {
            return Ok(());
        }
        if self.errors.len() + 1 < ERROR_LIMIT {
            self.errors.push(error);
            return Ok(());
        }
        self.is_over = true;
        let message = format!("{}; the rest of the file is not read", error.message);
        Err(Box::new(SyntaxError { message, ..SyntaxError::fatal(error.span, "") }))
    }

    /// Goes to the next comma or bracket of the innermost collection, or to the end of the line
    /// in a string that is not closed.
    fn resync(&mut self) {
        // Only a string that is not closed is an error at the end of a line.
        if matches!(self.byte(), Some(b'\n' | b'\r')) {
            return;
        }
        let mut depth = 0_usize;
        while let Some(byte) = self.byte() {
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' | b',' if depth == 0 => return,
                b'}' | b']' => depth -= 1,
                b'"' => {
                    self.at = json_string::end_on_line(self.bytes, self.at);
                    if depth == 0 && self.byte().is_some_and(|byte| byte < b' ') {
                        return;
                    }
                    continue;
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    /// A bracket of the wrong kind: collections inside the one that it fits end here.
    pub(super) fn wrong_bracket(&mut self, bracket: u8) -> Scan<bool> {
        let error = self.unexpected();
        let fits = |open: &Open| open.is_map == (bracket == b'}');
        let Some(index) = self.open.iter().rposition(fits) else {
            self.at += 1;
            return Err(Box::new(error));
        };
        let start = self.at;
        self.note(error)?;
        self.last_gap = Some(start);
        self.open.iter().for_each(|open| self.builder.cut(open.id));
        if index == 0 && !self.text[start + 1..].trim().is_empty() {
            // The document goes on, so the bracket was meant to be of the other kind.
            return Ok(false);
        }
        for open in self.open.drain(index + 1..).rev() {
            self.builder.close(open.id, start as u32);
        }
        Ok(false)
    }

    /// Passes a blank that is none for JSON, with an error for the first; false if there is none.
    pub(super) fn pass_invisible(&mut self) -> Scan<bool> {
        let found = self.text[self.at..].chars().next();
        let Some(found @ ('\u{a0}' | '\u{feff}' | '\u{200b}')) = found else { return Ok(false) };
        let start = self.at;
        self.at += found.len_utf8();
        let message = "an invisible character that JSON does not allow";
        self.report_first((start, self.at), message, "retype the white space here")?;
        Ok(true)
    }

    /// A word that other languages have for a JSON value.
    pub(super) fn foreign_word(&mut self) -> Scan<()> {
        let start = self.at;
        let end = self.end_of_word();
        let (kind, help) = match &self.text[start..end] {
            "True" | "TRUE" => (Kind::Bool(true), "write `true`"),
            "False" | "FALSE" => (Kind::Bool(false), "write `false`"),
            "None" | "NULL" | "Null" | "nil" | "undefined" => (Kind::Null, "write `null`"),
            _ => return Err(Box::new(self.not_a_value())),
        };
        let message = format!("`{}` is not a JSON value", &self.text[start..end]);
        let error = self.recovered(start, end, message);
        self.report(error.help(help))?;
        self.at = end;
        self.scalar(kind, start);
        Ok(())
    }

    pub(super) fn ends_early(&self) -> SyntaxError {
        let Some(open) = self.open.last() else {
            return self.fatal(self.at, self.at, "the file ends before its value");
        };
        let (opening, closing) = if open.is_map { ('{', '}') } else { ('[', ']') };
        let start = open.start as usize;
        let error = self.fatal(start, start + 1, format!("this `{opening}` is never closed"));
        error.help(format!("put a `{closing}` after its last element"))
    }

    pub(super) fn unexpected(&self) -> SyntaxError {
        let found = self.text[self.at..].chars().next().unwrap_or(' ');
        let end = self.at + found.len_utf8();
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
                let error = self.fatal(start, end, format!("`{word}` is not a JSON value"));
                error.help(format!("write it as text: `\"{word}\"`"))
            }
            _ => self.unexpected(),
        }
    }
}

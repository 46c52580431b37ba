//! A look at YAML text by lines, for explaining what a parser could not read.

use std::ops::Range;

/// Text as lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lines<'t>(pub &'t str);

/// How many lines around a place are looked at.
const REACH: usize = 2000;

impl Lines<'_> {
    /// The line of an offset, without its line break.
    pub(super) fn range(self, at: usize) -> Range<usize> {
        let bytes = self.0.as_bytes();
        let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |newline| newline + 1);
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |length| at + length);
        start..end
    }

    /// Whether a line starts at an offset.
    pub(super) fn is_start(self, at: usize) -> bool {
        self.range(at).start == at
    }

    /// The line of an offset and those before and after it.
    pub(super) fn around(self, at: usize) -> Range<usize> {
        let line = self.range(at);
        let start = self.range(line.start.saturating_sub(1)).start;
        let end = self.range((line.end + 1).min(self.0.len())).end;
        start..(end + 1).min(self.0.len())
    }

    /// Number of blanks at the start of the line that starts at an offset.
    pub(super) fn indent(self, start: usize) -> usize {
        self.0.as_bytes()[start..].iter().take_while(|byte| **byte == b' ').count()
    }

    /// Whether the line that starts at an offset says nothing.
    fn is_void(self, start: usize) -> bool {
        let line = self.0[self.range(start)].trim();
        line.is_empty() || line.starts_with('#')
    }

    /// Starts of the lines above that of an offset, nearest first.
    fn above(self, at: usize) -> impl Iterator<Item = usize> {
        let mut start = self.range(at).start;
        let starts = std::iter::from_fn(move || {
            start = self.range(start.checked_sub(1)?).start;
            Some(start)
        });
        starts.take(REACH)
    }

    /// Where the line above begins that says something, blanks aside.
    pub(super) fn previous(self, at: usize) -> Option<usize> {
        let start = self.above(at).find(|start| !self.is_void(*start))?;
        Some(start + self.indent(start))
    }

    /// The columns at which the collections around a line begin, as far as indentation shows,
    /// from the outside in.
    pub(super) fn columns_above(self, at: usize) -> Vec<usize> {
        let mut columns = Vec::new();
        let mut outermost = usize::MAX;
        for start in self.above(at).filter(|start| !self.is_void(*start)) {
            let indent = self.indent(start);
            if indent >= outermost {
                continue;
            }
            outermost = indent;
            let mut nested = vec![indent];
            let mut column = indent;
            while self.0[start + column..].starts_with("- ") {
                column += 2 + self.indent(start + column + 2);
                nested.push(column);
            }
            columns.extend(nested.into_iter().rev());
            if indent == 0 {
                break;
            }
        }
        columns.reverse();
        columns
    }

    /// The lines from that of an offset on that may belong to the same second-level entry, such
    /// as one resource of a template.
    pub(super) fn block(self, at: usize) -> Range<usize> {
        let first = self.range(at);
        let columns = self.columns_above(first.start);
        let level = columns.get(1).or(columns.first()).copied().unwrap_or(0);
        let level = level.min(self.indent(first.start));
        first.start..self.end_of_deeper(first.end, level)
    }

    /// The line of an offset and the deeper ones that follow it.
    pub(super) fn entry(self, at: usize) -> Range<usize> {
        let first = self.range(at);
        first.start..self.end_of_deeper(first.end, self.indent(first.start))
    }

    /// End of the last line, from the one that ends at `end` on, before a line that begins at
    /// `level` or further out.
    fn end_of_deeper(self, mut end: usize, level: usize) -> usize {
        while end < self.0.len() {
            let start = end + 1;
            if self.indent(start) <= level && !self.is_void(start) {
                break;
            }
            end = self.range(start).end;
        }
        end
    }

    /// Whether tabs, and nothing else, indent the lines of the text.
    pub(super) fn are_indented_by_tabs(self) -> bool {
        let mut lines = self.0.lines().filter(|line| !line.trim().is_empty());
        !lines.any(|line| line.starts_with(' ') && !line.trim_start().starts_with('#'))
    }

    /// Whether a tab stands in the indentation of the line that starts at an offset.
    fn has_tab(self, start: usize) -> bool {
        self.0[start + self.indent(start)..].starts_with('\t')
    }

    /// Whether an offset is in the indentation of its line.
    pub(super) fn is_indentation(self, at: usize) -> bool {
        self.0[self.range(at).start..at].trim().is_empty()
    }

    /// The line of an offset, in whose indentation is a tab, and the lines that follow it and
    /// are deeper than what stands above, as far as can be told.
    pub(super) fn damaged_by_tab(self, at: usize) -> Range<usize> {
        let first = self.range(at);
        let mut above = self.above(at).filter(|start| !self.is_void(*start));
        let level = above.find(|start| !self.has_tab(*start)).map_or(0, |start| self.indent(start));
        let mut end = first.end;
        while end < self.0.len() {
            let start = end + 1;
            if self.indent(start) <= level && !self.has_tab(start) && !self.is_void(start) {
                break;
            }
            end = self.range(start).end;
        }
        first.start..end
    }

    /// The colon of `key:value` at the start of a line, blanks aside.
    pub(super) fn glued_colon(self, start: usize) -> Option<usize> {
        let word = first_word(&self.0[start..]);
        let colon = word.find(':')?;
        let key = &word[..colon];
        let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let is_glued = colon + 1 < word.len() && !word[colon + 1..].starts_with([':', '/']);
        (is_key && is_glued).then_some(start + colon)
    }

    /// The first quote from an offset on that opens text and does not end on its line.
    pub(super) fn unclosed_quote(self, from: usize) -> Option<usize> {
        let bytes = self.0.as_bytes();
        let mut at = from;
        loop {
            at += memchr::memchr2(b'"', b'\'', bytes.get(at..)?)?;
            let opens = at.checked_sub(1).is_none_or(|before| b" \n[{,(".contains(&bytes[before]));
            let rest = &bytes[at + 1..self.range(at).end];
            let closing = memchr::memchr(bytes[at], rest);
            match closing {
                None if opens => return Some(at),
                Some(length) if opens => at += length + 2,
                _ => at += 1,
            }
        }
    }

    /// The quote that closes what one at an offset opens, on a later line behind which nothing
    /// follows. `None` if keys or entries stand between them: then it was meant to close earlier.
    pub(super) fn closing_quote(self, opening: usize) -> Option<usize> {
        let bytes = self.0.as_bytes();
        let quote = *bytes.get(opening)?;
        let mut at = opening + 1;
        loop {
            at += memchr::memchr2(quote, b'\\', bytes.get(at..)?)?;
            match (bytes[at], bytes.get(at + 1)) {
                (b'\\', _) if quote == b'"' => at += 2,
                (b'\\', _) => at += 1,
                (_, Some(next)) if *next == quote && quote == b'\'' => at += 2,
                _ => break,
            }
        }
        let after = self.0[at + 1..self.range(at).end].trim();
        let column = self.indent(self.range(opening).start);
        let mut inner = self.0[self.range(opening).end..at].lines().skip(1);
        let is_entry = |line: &str| {
            let text = line.trim_start();
            let word = first_word(text);
            let is_key = word.ends_with(':') && !word.starts_with(['"', '\'', '{', '}', '[', ']']);
            line.len() - text.len() <= column && (is_key || word == "-")
        };
        let is_last = after.is_empty() || after.starts_with('#');
        (is_last && !inner.any(is_entry)).then_some(at)
    }

    /// The innermost bracket that is open at an offset, in the lines that its collection may
    /// have begun on.
    pub(super) fn unclosed_bracket(self, at: usize) -> Option<usize> {
        let first = self.above(at).take(200).last().unwrap_or(self.range(at).start);
        let mut open = Vec::new();
        let mut quote = None;
        for (offset, byte) in self.0.as_bytes()[first..at].iter().enumerate() {
            let offset = first + offset;
            match (quote, byte) {
                (Some(mark), byte) if mark == *byte => quote = None,
                (Some(_), b'\n') => quote = None,
                (None, b'"' | b'\'') => quote = Some(*byte),
                (None, b'[' | b'{') => open.push(offset),
                (None, b']' | b'}') => drop(open.pop()),
                _ => {}
            }
        }
        let here = self.0.as_bytes().get(at);
        open.pop().or_else(|| here.is_some_and(|byte| b"[{".contains(byte)).then_some(at))
    }
}

/// Text up to the first white space.
pub(super) fn first_word(text: &str) -> &str {
    text.split(char::is_whitespace).next().unwrap_or("")
}

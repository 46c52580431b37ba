//! Lays the decoded text of a scalar over the way it is written.
//!
//! The parsers say what a scalar means, not which byte gave which character. Decoding changes
//! only three things, escapes, doubled quotes and the white space around line breaks, so both
//! texts are walked side by side.

use std::ops::Range;

/// A run of decoded text and the bytes that it is written with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    /// Range in the decoded text.
    pub decoded: Range<usize>,
    /// Range in the text as written.
    pub written: Range<usize>,
    /// Whether both are the same bytes.
    pub is_verbatim: bool,
}

/// Lays `decoded` over `written`, the text of a scalar without its quotes. `quote` is the mark
/// it is quoted with. `None` if the two do not belong together.
pub(super) fn align(written: &str, decoded: &str, quote: Option<u8>) -> Option<Vec<Run>> {
    let mut walk = Walk { written, decoded, at: 0, decoded_at: 0, runs: Vec::new() };
    while walk.at < written.len() {
        let byte = written.as_bytes()[walk.at];
        let done = match byte {
            b'\\' if quote == Some(b'"') => walk.escape(),
            b'\'' if quote == Some(b'\'') && walk.rest().starts_with("''") => walk.take(2, "'"),
            b' ' | b'\t' | b'\r' | b'\n' => walk.space(quote),
            _ => walk.text(quote),
        };
        done.then_some(())?;
    }
    // The line breaks at the end of a block may lie outside of its place.
    let rest = walk.decoded.len();
    walk.decoded[walk.decoded_at..].trim_end_matches('\n').is_empty().then_some(())?;
    walk.push(walk.decoded_at..rest, written.len()..written.len());
    Some(walk.runs)
}

struct Walk<'t> {
    written: &'t str,
    decoded: &'t str,
    at: usize,
    decoded_at: usize,
    runs: Vec<Run>,
}

impl Walk<'_> {
    fn rest(&self) -> &str {
        &self.written[self.at..]
    }

    fn push(&mut self, decoded: Range<usize>, written: Range<usize>) {
        self.at = written.end;
        self.decoded_at = decoded.end;
        if decoded.is_empty() {
            return;
        }
        let is_verbatim = self.decoded[decoded.clone()] == self.written[written.clone()];
        match self.runs.last_mut() {
            Some(last) if last.is_verbatim && is_verbatim && last.written.end == written.start => {
                last.decoded.end = decoded.end;
                last.written.end = written.end;
            }
            _ => self.runs.push(Run { decoded, written, is_verbatim }),
        }
    }

    /// Takes `length` bytes that stand for `text`.
    fn take(&mut self, length: usize, text: &str) -> bool {
        let matches = self.decoded[self.decoded_at..].starts_with(text);
        if matches {
            let decoded = self.decoded_at..self.decoded_at + text.len();
            self.push(decoded, self.at..self.at + length);
        }
        matches
    }

    /// Takes text that stands for itself.
    fn text(&mut self, quote: Option<u8>) -> bool {
        let rest = self.rest();
        let special = |byte: u8| match byte {
            b' ' | b'\t' | b'\r' | b'\n' => true,
            b'\\' => quote == Some(b'"'),
            b'\'' => quote == Some(b'\''),
            _ => false,
        };
        let length = rest.bytes().position(special).unwrap_or(rest.len()).max(1);
        let text = rest[..length].to_owned();
        // A block may begin with blanks or line breaks before the place it is given.
        let decoded = &self.decoded[self.decoded_at..];
        let missing = decoded.len() - decoded.trim_start().len();
        if missing > 0 {
            self.push(self.decoded_at..self.decoded_at + missing, self.at..self.at);
        }
        self.take(length, &text)
    }

    /// Takes white space. Around a line break it is folded or stripped of indentation.
    fn space(&mut self, quote: Option<u8>) -> bool {
        let rest = self.rest();
        let length = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
        let space = rest[..length].to_owned();
        if !space.contains('\n') && self.take(length, &space) {
            return true;
        }
        let decoded = &self.decoded[self.decoded_at..];
        let breaks = space.bytes().filter(|byte| *byte == b'\n').count();
        let folded = match (quote, breaks) {
            // What is escaped after the line break is no part of it.
            (Some(b'"'), 1) => usize::from(decoded.starts_with(' ')),
            (Some(b'"'), _) => breaks.saturating_sub(1).min(decoded.len()),
            _ => decoded.len() - decoded.trim_start_matches([' ', '\t', '\r', '\n']).len(),
        };
        if !decoded.is_char_boundary(folded) {
            return false;
        }
        self.push(self.decoded_at..self.decoded_at + folded, self.at..self.at + length);
        true
    }

    /// Takes an escape of JSON or of YAML's double quotes.
    fn escape(&mut self) -> bool {
        let rest = self.rest();
        let escaped = rest[1..].chars().next().unwrap_or('\\');
        if escaped == '\n' || escaped == '\r' {
            let blanks = rest[1..].trim_start_matches([' ', '\t', '\r', '\n']);
            let length = rest.len() - blanks.len();
            self.push(self.decoded_at..self.decoded_at, self.at..self.at + length);
            return true;
        }
        let (character, length) = match escaped {
            'x' => hex_escape(rest, 2),
            'u' => hex_escape(rest, 4),
            'U' => hex_escape(rest, 8),
            _ => (simple_escape(escaped), 1 + escaped.len_utf8()),
        };
        let mut buffer = [0; 4];
        let text = character.map(|character| &*character.encode_utf8(&mut buffer));
        // A backslash that escapes nothing stands for itself.
        text.is_some_and(|text| self.take(length, text)) || self.take(1, "\\")
    }
}

const fn simple_escape(escaped: char) -> Option<char> {
    Some(match escaped {
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        't' => '\t',
        'n' => '\n',
        'v' => '\u{b}',
        'f' => '\u{c}',
        'r' => '\r',
        'e' => '\u{1b}',
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        ' ' | '"' | '/' | '\\' | '\t' => escaped,
        _ => return None,
    })
}

/// The character of an escape with so many digits, and the length of the escape.
fn hex_escape(escape: &str, digits: usize) -> (Option<char>, usize) {
    let unit = |text: &str| u32::from_str_radix(text.get(2..2 + digits)?, 16).ok();
    let length = 2 + digits;
    let Some(high) = unit(escape) else { return (Some('\u{fffd}'), 2) };
    if let Some(character) = char::from_u32(high) {
        return (Some(character), length);
    }
    let low = escape.get(length..).filter(|rest| rest.starts_with("\\u")).and_then(unit);
    match (high, low) {
        (0xD800..0xDC00, Some(low @ 0xDC00..0xE000)) => {
            let code = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
            (char::from_u32(code), 2 * length)
        }
        _ => (Some('\u{fffd}'), length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How each run is written, with a bar between runs.
    fn shown(written: &str, decoded: &str, quote: Option<u8>) -> String {
        let runs = align(written, decoded, quote).expect("the texts belong together");
        assert_eq!(
            runs.iter().map(|run| &decoded[run.decoded.clone()]).collect::<String>(),
            decoded
        );
        let shown: Vec<&str> = runs.iter().map(|run| &written[run.written.clone()]).collect();
        shown.join("|")
    }

    #[test]
    fn every_style_is_taken_apart() {
        let dq = Some(b'"');
        assert_eq!(
            shown(r"a\nb\u00e9\ud83d\ude00c", "a\nbé😀c", dq),
            r"a|\n|b|\u00e9|\ud83d\ude00|c"
        );
        assert_eq!(shown("a\n  b \\\n  c\n\n d", "a b c\nd", dq), "a|\n  |b |c|\n\n |d");
        assert_eq!(shown(r"a\qb", r"a\qb", dq), r"a\qb");
        assert_eq!(shown("it''s\n  x", "it's x", Some(b'\'')), "it|''|s|\n  |x");
        assert_eq!(shown("a:\n    b\n   c", "a:\n  b\n c\n", None), "a:|\n    |b|\n   |c|");
        assert_eq!(shown("a\r\n  b", "a\nb", None), "a|\r\n  |b");
        assert_eq!(shown("x y\n  z", "  x y z", None), "|x y|\n  |z");
        assert_eq!(shown("same", "same", None), "same");
    }

    #[test]
    fn texts_that_do_not_belong_together_are_refused() {
        assert_eq!(align("abc", "abd", None), None);
        assert_eq!(align("abc", "abcd", None), None);
        assert_eq!(align("", "x", None), None);
    }
}

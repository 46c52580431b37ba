//! A quick look at HCL text: brackets and line ends, with strings, heredocs and comments passed
//! over.
//!
//! INVARIANT: the scanner only moves forward and never fails, whatever the text.

use memchr::{memchr, memmem};

/// After so many heredocs without an end, `<<` is read as two characters. The limit keeps
/// hostile text from being searched again and again.
const UNENDED_HEREDOC_LIMIT: u32 = 16;

/// What the scanner stops at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// One of `{`, `[`, `(`, and where.
    Open(u8, usize),
    /// One of `}`, `]`, `)`, and where.
    Close(u8, usize),
    /// A line feed, and where.
    Newline(usize),
    /// The end of the text.
    End,
}

/// Walks over text outside of templates.
#[derive(Debug, Clone)]
pub(super) struct Scanner<'t> {
    bytes: &'t [u8],
    /// Offset of the next byte.
    pub(super) at: usize,
    /// Whether anything but space and comments was passed since this was last set to false.
    pub(super) saw_content: bool,
    unended_heredocs: u32,
}

impl<'t> Scanner<'t> {
    /// A scanner over `text[start..end]`.
    pub(super) fn new(text: &'t str, start: usize, end: usize) -> Self {
        let bytes = &text.as_bytes()[..end];
        Self { bytes, at: start, saw_content: false, unended_heredocs: 0 }
    }

    /// Moves behind the next bracket or line end.
    pub(super) fn next(&mut self) -> Event {
        while let Some(&byte) = self.bytes.get(self.at) {
            let at = self.at;
            self.at += 1;
            match byte {
                b'\n' => return Event::Newline(at),
                b' ' | b'\t' | b'\r' => continue,
                b'#' => {
                    self.skip_line();
                    continue;
                }
                b'/' if self.bytes.get(self.at) == Some(&b'/') => {
                    self.skip_line();
                    continue;
                }
                b'/' if self.bytes.get(self.at) == Some(&b'*') => {
                    self.at = block_comment_end(self.bytes, at);
                    continue;
                }
                _ => {}
            }
            self.saw_content = true;
            match byte {
                b'{' | b'[' | b'(' => return Event::Open(byte, at),
                b'}' | b']' | b')' => return Event::Close(byte, at),
                b'"' => self.at = skip_quoted(self.bytes, at),
                b'<' if self.bytes.get(self.at) == Some(&b'<') => self.skip_heredoc(at),
                _ => {}
            }
        }
        Event::End
    }

    fn skip_line(&mut self) {
        self.at = line_end(self.bytes, self.at);
    }

    fn skip_heredoc(&mut self, at: usize) {
        if self.unended_heredocs >= UNENDED_HEREDOC_LIMIT {
            return;
        }
        let Some(opening) = heredoc_opening(self.bytes, at) else { return };
        match heredoc_end(self.bytes, &opening) {
            Some((_, end)) => self.at = end,
            None => self.unended_heredocs += 1,
        }
    }
}

/// Offset of the line feed at or after `at`, or the end of the text.
pub(super) fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |length| at + length)
}

/// Offset behind the `/* */` comment that starts at `at`; the end of the text if it never ends.
pub(super) fn block_comment_end(bytes: &[u8], at: usize) -> usize {
    let inside = (at + 2).min(bytes.len());
    memmem::find(&bytes[inside..], b"*/").map_or(bytes.len(), |length| inside + length + 2)
}

/// Offset behind the quoted template that starts at `start`. One that is not closed ends at its
/// line.
pub(super) fn skip_quoted(bytes: &[u8], start: usize) -> usize {
    // One count of open braces for each interpolation that is open.
    let mut interpolations: Vec<u32> = Vec::new();
    let mut in_text = true;
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        if in_text {
            match byte {
                b'\\' => at += 1,
                b'"' if interpolations.is_empty() => return at,
                b'"' => in_text = false,
                b'\n' => return at - 1,
                b'$' | b'%' if bytes.get(at) == Some(&b'{') => {
                    at += 1;
                    interpolations.push(0);
                    in_text = false;
                }
                b'$' | b'%' if bytes[at..].starts_with(&[byte, b'{']) => at += 2,
                _ => {}
            }
            continue;
        }
        let Some(open) = interpolations.last_mut() else { return at };
        match byte {
            b'"' => in_text = true,
            b'{' => *open += 1,
            b'}' if *open == 0 => {
                interpolations.pop();
                in_text = true;
            }
            b'}' => *open -= 1,
            _ => {}
        }
    }
    bytes.len()
}

/// The first line of a heredoc: `<<-MARKER`.
#[derive(Debug, Clone, Copy)]
pub(super) struct HeredocOpening {
    /// Whether the common indentation is dropped (`<<-`).
    pub(super) is_indented: bool,
    /// Where the marker is.
    pub(super) marker: (usize, usize),
    /// Where the text starts.
    pub(super) body: usize,
}

/// Reads `<<MARKER` or `<<-MARKER` and the line end behind it.
pub(super) fn heredoc_opening(bytes: &[u8], at: usize) -> Option<HeredocOpening> {
    let is_indented = bytes.get(at + 2) == Some(&b'-');
    let start = at + 2 + usize::from(is_indented);
    let rest = bytes.get(start..)?;
    let length = rest
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(**byte, b'_' | b'-' | 0x80..))
        .count();
    let behind = &rest[length..];
    let newline = memchr(b'\n', behind)?;
    let is_bare = behind[..newline].iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'));
    let marker = (start, start + length);
    (length > 0 && is_bare).then(|| HeredocOpening {
        is_indented,
        marker,
        body: marker.1 + newline + 1,
    })
}

/// Where the line of the end marker starts, and where the marker itself ends.
pub(super) fn heredoc_end(bytes: &[u8], opening: &HeredocOpening) -> Option<(usize, usize)> {
    let marker = &bytes[opening.marker.0..opening.marker.1];
    // The first marker found in the text that stands alone on its line ends the heredoc.
    let finder = memmem::Finder::new(marker);
    let mut from = opening.body;
    while let Some(found) = bytes.get(from..).and_then(|rest| finder.find(rest)) {
        let start = from + found;
        let line = memchr::memrchr(b'\n', &bytes[..start]).map_or(0, |newline| newline + 1);
        let end = start + marker.len();
        let before = &bytes[line.min(start)..start];
        let after = &bytes[end..line_end(bytes, end)];
        let blank = |part: &[u8]| part.iter().all(u8::is_ascii_whitespace);
        if line >= opening.body && blank(before) && blank(after) {
            return Some((line, end));
        }
        // No later marker of this line stands alone either.
        from = line_end(bytes, end);
    }
    None
}

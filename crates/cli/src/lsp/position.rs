//! Lines and columns as the protocol counts them, and offsets in bytes.

use std::ops::Range as Bytes;

use lsp_types::{ClientCapabilities, Position, PositionEncodingKind, Range};

/// What a column counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16: what every client knows.
    Utf16,
}

impl Encoding {
    /// Bytes if the client can count them, since that is what spans are made of.
    pub(super) fn negotiated(capabilities: &ClientCapabilities) -> Self {
        let general = capabilities.general.as_ref();
        let offered = general.and_then(|general| general.position_encodings.as_ref());
        match offered {
            Some(kinds) if kinds.contains(&PositionEncodingKind::UTF8) => Self::Utf8,
            _ => Self::Utf16,
        }
    }

    /// Its name in the protocol.
    pub(super) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    fn units(self, text: &str) -> usize {
        match self {
            Self::Utf8 => text.len(),
            Self::Utf16 => text.encode_utf16().count(),
        }
    }
}

/// Where the lines of a text start. A line ends with LF, CR LF or CR.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines {
    starts: Vec<u32>,
}

impl Lines {
    /// The lines of a text.
    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
        let ends = ends.filter(|at| bytes[*at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'));
        Self { starts: std::iter::once(0).chain(ends.map(|at| at as u32 + 1)).collect() }
    }

    /// The line, from 0, in which an offset lies.
    pub(super) fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start as usize <= offset).saturating_sub(1)
    }

    /// The bytes of a line without its end; empty behind the last one.
    pub(super) fn range(&self, text: &str, line: usize) -> Bytes<usize> {
        let start = self.starts.get(line).map_or(text.len(), |start| *start as usize);
        let end = self.starts.get(line + 1).map_or(text.len(), |start| *start as usize);
        start..start + text[start..end].trim_end_matches(['\n', '\r']).len()
    }

    /// Where an offset is. An editor does not show the byte order mark of a file, so columns
    /// start behind it.
    pub(super) fn position(&self, text: &str, offset: usize, encoding: Encoding) -> Position {
        let offset = text.floor_char_boundary(offset.min(text.len()));
        let line = self.line(offset);
        let start = self.starts.get(line).map_or(0, |start| *start as usize);
        let before = text[start..offset].trim_start_matches('\u{feff}');
        Position::new(line as u32, encoding.units(before) as u32)
    }

    /// The place of a range of bytes.
    pub(super) fn place(&self, text: &str, bytes: Bytes<u32>, encoding: Encoding) -> Range {
        let position = |offset: u32| self.position(text, offset as usize, encoding);
        Range::new(position(bytes.start), position(bytes.end.max(bytes.start)))
    }

    /// The offset of a position; one behind the end of its line is that end, as the protocol
    /// demands.
    pub(super) fn offset(&self, text: &str, position: Position, encoding: Encoding) -> usize {
        let line = self.range(text, position.line as usize);
        let mut content = &text[line.clone()];
        let mut at = line.start;
        if let Some(rest) = content.strip_prefix('\u{feff}') {
            at += content.len() - rest.len();
            content = rest;
        }
        let mut left = position.character as usize;
        for character in content.chars() {
            let units = match encoding {
                Encoding::Utf8 => character.len_utf8(),
                Encoding::Utf16 => character.len_utf16(),
            };
            // A position inside of a character is that before it.
            let Some(rest) = left.checked_sub(units) else { break };
            left = rest;
            at += character.len_utf8();
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_three_ways() {
        let text = "a\r\nb\rc\nd";
        let lines = Lines::of(text);
        let all: Vec<&str> = (0..4).map(|line| &text[lines.range(text, line)]).collect();
        assert_eq!(all, ["a", "b", "c", "d"]);
        assert_eq!(lines.range(text, 9), 8..8);
        assert_eq!(lines.line(3), 1);
    }

    #[test]
    fn columns_count_what_was_agreed_on() {
        let text = "é😀x\nz";
        let lines = Lines::of(text);
        for (offset, utf8, utf16) in [(0, 0, 0), (2, 2, 1), (6, 6, 3), (7, 7, 4)] {
            let at = lines.position(text, offset, Encoding::Utf8);
            assert_eq!((at.line, at.character), (0, utf8));
            assert_eq!(lines.offset(text, at, Encoding::Utf8), offset);
            let at = lines.position(text, offset, Encoding::Utf16);
            assert_eq!((at.line, at.character), (0, utf16));
            assert_eq!(lines.offset(text, at, Encoding::Utf16), offset);
        }
        // Inside of a character, behind the end of a line, and behind the last line.
        assert_eq!(lines.offset(text, Position::new(0, 2), Encoding::Utf16), 2);
        assert_eq!(lines.offset(text, Position::new(0, 99), Encoding::Utf16), 7);
        assert_eq!(lines.offset(text, Position::new(9, 0), Encoding::Utf8), text.len());
    }

    #[test]
    fn a_byte_order_mark_has_no_column() {
        let text = "\u{feff}ab";
        let lines = Lines::of(text);
        assert_eq!(lines.position(text, 4, Encoding::Utf16), Position::new(0, 1));
        assert_eq!(lines.offset(text, Position::new(0, 1), Encoding::Utf16), 4);
    }
}

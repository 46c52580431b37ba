//! Spans to lines and columns.

use std::cell::OnceCell;

use trilith_graph::{SourceFile, SourceId, SourceMap, Span};

/// Lines up to this many bytes are counted afresh for every column; longer ones have
/// checkpoints, since a plan is often one line of many megabytes.
const SHORT_LINE: u32 = 2048;

/// Bytes between two checkpoints.
const STRIDE: usize = 1024;

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Point {
    /// Bytes from the start of the file.
    pub(crate) offset: u32,
    /// Line, from 1.
    pub(crate) line: u32,
    pub(crate) column: Columns,
}

/// A stretch of one line, as reports name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Region {
    /// Line, from 1.
    pub(crate) line: u32,
    /// First column.
    pub(crate) column: Columns,
    /// Column after the last character.
    pub(crate) end_column: Columns,
}

/// A column, counted in two ways, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Columns {
    /// In characters.
    pub(crate) characters: u32,
    /// In UTF-16 code units.
    pub(crate) utf16: u32,
}

/// Finds lines and columns in the files of a report.
#[derive(Debug)]
pub(crate) struct Locator<'a> {
    files: Vec<(&'a SourceFile, OnceCell<Checkpoints>)>,
    missing: SourceFile,
}

impl<'a> Locator<'a> {
    pub(crate) fn new(sources: &'a SourceMap) -> Self {
        let files = sources.files().map(|(_, file)| (file, OnceCell::new())).collect();
        Self { files, missing: SourceFile::new("", "") }
    }

    /// The file of a span; an empty one if there is no such file.
    pub(crate) fn file(&self, source: SourceId) -> &SourceFile {
        self.files.get(source.0 as usize).map_or(&self.missing, |(file, _)| *file)
    }

    /// The part of a span on its first line, cut to the file and to whole characters, without
    /// the space at the end of that line.
    ///
    /// Code hosts show an alert in a pull request only if every line of its region was changed.
    pub(crate) fn first_line(&self, span: Span) -> Span {
        let file = self.file(span.source);
        let text = file.text();
        let whole = self.clamp(span);
        let line = file.line_range(file.line_index(whole.start));
        let start = whole.start.min(line.end);
        let end = whole.end.min(line.end).max(start);
        let kept = text[start as usize..end as usize].trim_end().len() as u32;
        let end = if kept == 0 { end } else { start + kept };
        Span::new(span.source, start, end)
    }

    /// The line, from 0, on which a span starts.
    pub(crate) fn line_index(&self, span: Span) -> usize {
        self.file(span.source).line_index(span.start)
    }

    /// Where [`Locator::first_line`] is. An empty span counts as the character that follows, if
    /// there is one on the line, since most viewers show nothing for an empty region.
    pub(crate) fn region(&self, span: Span) -> Region {
        let span = self.first_line(span);
        let (start, mut end) = self.points(span);
        if span.is_empty() {
            let file = self.file(span.source);
            let line = file.line_range(start.line as usize - 1);
            let next =
                file.text()[span.end as usize..line.end.max(span.end) as usize].chars().next();
            if let Some(next) = next {
                end.column.characters += 1;
                end.column.utf16 += next.len_utf16() as u32;
            }
        }
        Region { line: start.line, column: start.column, end_column: end.column }
    }

    /// Where a span starts and ends.
    pub(crate) fn points(&self, span: Span) -> (Point, Point) {
        let span = self.clamp(span);
        (self.point(span.source, span.start), self.point(span.source, span.end))
    }

    /// A span cut to the file and widened to whole characters.
    fn clamp(&self, span: Span) -> Span {
        let text = self.file(span.source).text();
        let start = text.floor_char_boundary((span.start as usize).min(text.len()));
        let end = text.ceil_char_boundary((span.end as usize).min(text.len()));
        Span::new(span.source, start as u32, end.max(start) as u32)
    }

    fn point(&self, source: SourceId, offset: u32) -> Point {
        let line = self.file(source).line_index(offset) as u32 + 1;
        Point { offset, line, column: self.columns(source, offset) }
    }

    fn columns(&self, source: SourceId, offset: u32) -> Columns {
        let file = self.file(source);
        let start = file.line_starts()[file.line_index(offset)];
        let mut counted = if offset - start <= SHORT_LINE {
            Count::of(&file.text().as_bytes()[start as usize..offset as usize])
        } else {
            let checkpoints = &self.files[source.0 as usize].1;
            let checkpoints = checkpoints.get_or_init(|| Checkpoints::new(file.text()));
            checkpoints.count(file.text(), offset) - checkpoints.count(file.text(), start)
        };
        // Editors hide a byte order mark.
        if start == 0 && offset > 0 && file.text().starts_with('\u{feff}') {
            counted = counted - Count { characters: 1, utf16: 1 };
        }
        Columns { characters: counted.characters + 1, utf16: counted.utf16 + 1 }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    characters: u32,
    utf16: u32,
}

impl Count {
    fn of(bytes: &[u8]) -> Self {
        // Nearly all text of sources is ASCII, which is told many bytes at a time.
        if bytes.is_ascii() {
            let characters = bytes.len() as u32;
            return Self { characters, utf16: characters };
        }
        // A character begins at every byte that continues none, and takes a second unit of
        // UTF-16 if it is written in four bytes.
        let characters = bytes.iter().filter(|byte| (**byte & 0xc0) != 0x80).count() as u32;
        let pairs = bytes.iter().filter(|byte| **byte >= 0xf0).count() as u32;
        Self { characters, utf16: characters + pairs }
    }
}

impl std::ops::Add for Count {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { characters: self.characters + other.characters, utf16: self.utf16 + other.utf16 }
    }
}

impl std::ops::Sub for Count {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { characters: self.characters - other.characters, utf16: self.utf16 - other.utf16 }
    }
}

/// Characters before every [`STRIDE`]th byte of a file.
#[derive(Debug)]
struct Checkpoints(Vec<Count>);

impl Checkpoints {
    fn new(text: &str) -> Self {
        let mut total = Count::default();
        let chunks = text.as_bytes().chunks(STRIDE).map(|chunk| {
            let before = total;
            total = total + Count::of(chunk);
            before
        });
        Self(chunks.collect())
    }

    /// Characters before `offset`.
    fn count(&self, text: &str, offset: u32) -> Count {
        let at = (offset as usize / STRIDE).min(self.0.len().saturating_sub(1));
        let before = self.0.get(at).copied().unwrap_or_default();
        before + Count::of(&text.as_bytes()[at * STRIDE..offset as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(text: &str) -> SourceMap {
        let mut map = SourceMap::new();
        map.add(SourceFile::new("t", text));
        map
    }

    fn span(start: u32, end: u32) -> Span {
        Span::new(SourceId(0), start, end)
    }

    #[test]
    fn columns_count_characters_and_utf16_units() {
        let sources = sources("\u{feff}ä𝄞b\r\n  c");
        let region = Locator::new(&sources).region(span(5, 9));
        assert_eq!(region.line, 1);
        assert_eq!(region.column, Columns { characters: 2, utf16: 2 });
        assert_eq!(region.end_column, Columns { characters: 3, utf16: 4 });
    }

    #[test]
    fn a_region_is_the_first_line_of_its_span() {
        let sources = sources("a: |  \r\n  b\r\n");
        let locator = Locator::new(&sources);
        assert_eq!(locator.first_line(span(0, 99)), span(0, 4));
        assert_eq!(locator.first_line(span(6, 10)), span(6, 6), "starts at the line break");
        assert_eq!(locator.first_line(span(7, 10)), span(6, 6), "starts inside the line break");
        assert_eq!(locator.first_line(span(90, 95)), span(13, 13), "starts past the end");
        assert_eq!(locator.first_line(span(9, 3)), span(9, 9), "ends before it starts");
    }

    #[test]
    fn an_empty_span_takes_the_next_character_of_its_line() {
        let sources = sources("a𝄞\nb");
        let locator = Locator::new(&sources);
        assert_eq!(locator.region(span(1, 1)).end_column, Columns { characters: 3, utf16: 4 });
        assert_eq!(locator.region(span(5, 5)).end_column, Columns { characters: 3, utf16: 4 });
    }

    #[test]
    fn long_lines_are_counted_like_short_ones() {
        let text = format!("ab\n{}\nend", "xä𝄞".repeat(3000));
        let sources = sources(&text);
        let locator = Locator::new(&sources);
        for offset in (0..text.len() as u32).step_by(997) {
            let offset = locator.first_line(span(offset, offset)).start;
            let expected = sources.file(SourceId(0)).position(offset);
            let region = locator.region(span(offset, offset));
            assert_eq!((region.line, region.column.characters), (expected.line, expected.column));
        }
    }

    #[test]
    fn a_span_into_no_file_is_the_start_of_an_empty_one() {
        let sources = SourceMap::new();
        let region = Locator::new(&sources).region(span(3, 9));
        assert_eq!((region.line, region.column.characters, region.end_column.utf16), (1, 1, 1));
    }
}

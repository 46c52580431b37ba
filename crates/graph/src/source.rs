//! Source text, and the spans that point into it.
//!
//! INVARIANT: [`SourceMap`] is the only owner of source text. Everything else refers to text
//! through a [`Span`], which is 12 bytes and `Copy`.

use std::sync::OnceLock;

/// Identifies one file of a [`SourceMap`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// A range of bytes in one source file: `start..end`, in bytes from the start of the file.
///
/// Spans order by file, then start, then end, which is the order of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub source: SourceId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// A span over `start..end` of `source`.
    pub const fn new(source: SourceId, start: u32, end: u32) -> Self {
        Self { source, start, end }
    }

    /// An empty span at `offset`.
    pub const fn at(source: SourceId, offset: u32) -> Self {
        Self { source, start: offset, end: offset }
    }

    /// Length in bytes.
    pub const fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// Whether the span covers no byte.
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// The smallest span that covers both; `self` if they lie in different files.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        if self.source != other.source {
            return self;
        }
        Self::new(self.source, self.start.min(other.start), self.end.max(other.end))
    }

    /// Whether `other` lies inside this span.
    pub fn contains(self, other: Self) -> bool {
        self.source == other.source && self.start <= other.start && other.end <= self.end
    }
}

/// A place in a file as people count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// One file: its name as the user wrote or would write it, and its text.
#[derive(Debug)]
pub struct SourceFile {
    name: Box<str>,
    text: Box<str>,
    line_starts: OnceLock<Vec<u32>>,
}

impl SourceFile {
    /// A file called `name` that holds `text`.
    pub fn new(name: impl Into<Box<str>>, text: impl Into<Box<str>>) -> Self {
        Self { name: name.into(), text: text.into(), line_starts: OnceLock::new() }
    }

    /// The path to print, with forward slashes.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Byte offsets at which lines start; the first is 0. Built on first use.
    pub fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let newlines = memchr::memchr_iter(b'\n', self.text.as_bytes());
            std::iter::once(0).chain(newlines.map(|at| at as u32 + 1)).collect()
        })
    }

    /// Line (from 0) in which `offset` lies.
    pub fn line_index(&self, offset: u32) -> usize {
        self.line_starts().partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// Line and column of a byte offset; an offset past the end counts as the end.
    pub fn position(&self, offset: u32) -> Position {
        let offset = offset.min(self.text.len() as u32);
        let line = self.line_index(offset);
        let start = self.line_starts()[line] as usize;
        let before = &self.text.as_bytes()[start..offset as usize];
        // Counting the bytes that begin a character is right even when `offset` is inside one.
        let characters = before.iter().filter(|byte| (**byte & 0xC0) != 0x80).count();
        let bom = usize::from(line == 0 && self.text.starts_with('\u{feff}') && offset > 0);
        Position { line: line as u32 + 1, column: (characters - bom) as u32 + 1 }
    }

    /// Byte range of line `index` (from 0), without its line break.
    pub fn line_range(&self, index: usize) -> std::ops::Range<u32> {
        let starts = self.line_starts();
        let start = starts.get(index).copied().unwrap_or(self.text.len() as u32);
        let end = starts.get(index + 1).copied().unwrap_or(self.text.len() as u32);
        let line = &self.text[start as usize..end as usize];
        start..start + line.trim_end_matches(['\n', '\r']).len() as u32
    }
}

/// Every text of a run.
#[derive(Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a file and returns its id. Ids count up from 0 in the order of the calls.
    pub fn add(&mut self, file: SourceFile) -> SourceId {
        self.files.push(file);
        SourceId(self.files.len() as u32 - 1)
    }

    /// The file behind an id of this map.
    pub fn file(&self, source: SourceId) -> &SourceFile {
        &self.files[source.0 as usize]
    }

    /// All files with their ids, in order.
    pub fn files(&self) -> impl Iterator<Item = (SourceId, &SourceFile)> {
        self.files.iter().enumerate().map(|(index, file)| (SourceId(index as u32), file))
    }

    /// The text under a span, clamped to the file and to whole characters.
    pub fn text(&self, span: Span) -> &str {
        let text = self.file(span.source).text();
        let end = text.floor_char_boundary((span.end as usize).min(text.len()));
        let start = text.floor_char_boundary((span.start as usize).min(end));
        &text[start..end]
    }

    /// Where a span starts.
    pub fn start(&self, span: Span) -> Position {
        self.file(span.source).position(span.start)
    }

    /// Where a span ends (the position after its last character).
    pub fn end(&self, span: Span) -> Position {
        self.file(span.source).position(span.end)
    }

    /// The part of `span` on its first line: code hosts show an alert in a pull request only
    /// when every line of its region was changed, so one line is what a report names.
    #[must_use]
    pub fn first_line(&self, span: Span) -> Span {
        let file = self.file(span.source);
        let line = file.line_range(file.line_index(span.start));
        Span::new(span.source, span.start, span.end.min(line.end).max(span.start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_twelve_bytes_and_copy() {
        fn copy<T: Copy>() {}
        copy::<Span>();
        assert_eq!(size_of::<Span>(), 12);
    }

    #[test]
    fn positions_count_characters_and_skip_the_byte_order_mark() {
        let file = SourceFile::new("t", "\u{feff}äb\r\nc");
        assert_eq!(file.position(3), Position { line: 1, column: 1 });
        assert_eq!(file.position(5), Position { line: 1, column: 2 });
        assert_eq!(file.position(8), Position { line: 2, column: 1 });
        assert_eq!(file.position(900), Position { line: 2, column: 2 });
        assert_eq!(file.line_range(0), 0..6);
    }

    #[test]
    fn text_and_first_line_stay_inside_the_file() {
        let mut map = SourceMap::new();
        let id = map.add(SourceFile::new("t", "one: ä\ntwo"));
        assert_eq!(map.text(Span::new(id, 5, 99)), "ä\ntwo");
        assert_eq!(map.text(map.first_line(Span::new(id, 0, 99))), "one: ä");
        assert_eq!(map.text(Span::new(id, 6, 6)), "");
    }
}

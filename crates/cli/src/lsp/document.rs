//! A text that is open in the editor.

use lsp_types::{TextDocumentContentChangeEvent, Uri};

use super::position::{Encoding, Lines};

/// An open document.
#[derive(Debug)]
pub(super) struct Document {
    /// Its address, as the client writes it.
    pub(super) uri: Uri,
    /// Its version.
    pub(super) version: i32,
    /// Its text.
    pub(super) text: String,
    /// The lines of the text.
    pub(super) lines: Lines,
    /// What was changed since it was looked at.
    pub(super) edits: Vec<Edit>,
}

/// A part of a text that was replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edit {
    /// Where it started.
    pub(super) start: u32,
    /// Where it ended before.
    pub(super) end: u32,
    /// How many bytes stand there now.
    pub(super) len: u32,
}

impl Document {
    /// A document that was opened.
    pub(super) fn new(uri: Uri, version: i32, text: String) -> Self {
        let lines = Lines::of(&text);
        Self { uri, version, text, lines, edits: Vec::new() }
    }

    /// Changes the text; later changes count in what earlier ones left.
    pub(super) fn change(
        &mut self,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) {
        self.version = version;
        for change in changes {
            let Some(range) = change.range else {
                self.edits.extend(Edit::between(&self.text, &change.text));
                self.text = change.text;
                self.lines = Lines::of(&self.text);
                continue;
            };
            let start = self.lines.offset(&self.text, range.start, encoding);
            let end = self.lines.offset(&self.text, range.end, encoding).max(start);
            self.text.replace_range(start..end, &change.text);
            self.edits.push(Edit {
                start: start as u32,
                end: end as u32,
                len: change.text.len() as u32,
            });
            self.lines = Lines::of(&self.text);
        }
    }
}

impl Edit {
    /// The part in which two texts differ; `None` if they do not.
    pub(super) fn between(old: &str, new: &str) -> Option<Self> {
        if old == new {
            return None;
        }
        let same = old.bytes().zip(new.bytes());
        let start = same.take_while(|(old, new)| old == new).count();
        let rest = old.len().min(new.len()) - start;
        let same = old.bytes().rev().zip(new.bytes().rev()).take(rest);
        let after = same.take_while(|(old, new)| old == new).count();
        Some(Self {
            start: start as u32,
            end: (old.len() - after) as u32,
            len: (new.len() - after - start) as u32,
        })
    }

    /// Where a part of the text is after the edit; `None` if it was touched.
    pub(super) fn shifted(self, start: u32, end: u32) -> Option<(u32, u32)> {
        if self.end <= start {
            let moved = |at: u32| (at - self.end) + self.start + self.len;
            return Some((moved(start), moved(end)));
        }
        (self.start >= end).then_some((start, end))
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use lsp_types::{Position, Range};

    use super::*;

    #[test]
    fn changes_are_applied_one_after_the_other() {
        let uri = Uri::from_str("file:///a").expect("an address");
        let mut document = Document::new(uri, 1, "a😀b\r\nc\r\n".into());
        let change =
            |from: (u32, u32), to: (u32, u32), text: &str| TextDocumentContentChangeEvent {
                range: Some(Range::new(Position::new(from.0, from.1), Position::new(to.0, to.1))),
                range_length: None,
                text: text.into(),
            };
        let changes = vec![change((0, 3), (0, 4), "ü"), change((0, 4), (1, 1), "")];
        document.change(2, changes, Encoding::Utf16);
        assert_eq!((document.text.as_str(), document.version), ("a😀ü\r\n", 2));
        let whole =
            TextDocumentContentChangeEvent { range: None, range_length: None, text: "x".into() };
        document.change(3, vec![whole], Encoding::Utf16);
        assert_eq!(document.text, "x");
    }

    #[test]
    fn what_an_edit_does_not_touch_moves_with_the_text() {
        let edit = Edit::between("one two three", "one 2 three").expect("they differ");
        assert_eq!(edit, Edit { start: 4, end: 7, len: 1 });
        assert_eq!(edit.shifted(8, 13), Some((6, 11)));
        assert_eq!(edit.shifted(0, 3), Some((0, 3)));
        assert_eq!(edit.shifted(4, 7), None);
        assert_eq!(Edit::between("aa", "aaa"), Some(Edit { start: 2, end: 2, len: 1 }));
        assert_eq!(Edit::between("a", "a"), None);
    }
}

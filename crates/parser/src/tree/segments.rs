//! Where the text of a document inside a string is written.
//!
//! A policy in a heredoc, in `Fn::Sub` text or in a JSON string is decoded once more, piece by
//! piece, and every piece remembers its place. What is not text (`${...}`) leaves a hole.
//!
//! INVARIANT: pieces lie end to end in the text, so a place is found by binary search.

use trilith_graph::Span;

/// Text put together from pieces, each with the place it comes from.
#[derive(Debug, Clone)]
pub struct Segments {
    text: String,
    pieces: Vec<Piece>,
    whole: Span,
    holes: usize,
}

#[derive(Debug, Clone, Copy)]
struct Piece {
    start: u32,
    outer: Span,
    kind: PieceKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PieceKind {
    /// The text is what is written there, byte for byte.
    Verbatim,
    /// The text stands for what is written there.
    Decoded,
    /// The text is the mark of a hole.
    Hole,
}

pub(super) const HOLE_START: char = '\u{e000}';
const HOLE_END: char = '\u{e001}';

impl Segments {
    /// Empty text that stands for `whole`, the place named where no piece is meant.
    pub const fn new(whole: Span) -> Self {
        Self { text: String::new(), pieces: Vec::new(), whole, holes: 0 }
    }

    /// Adds text and the place it comes from. Where both have the same length they are taken to
    /// be the same bytes, and spans point inside; otherwise they cover the whole place.
    pub fn push(&mut self, text: &str, outer: Span) {
        self.push_piece(text, outer, outer.len() as usize == text.len());
    }

    pub(super) fn push_piece(&mut self, text: &str, outer: Span, is_verbatim: bool) {
        if text.is_empty() {
            return;
        }
        let kind = if is_verbatim { PieceKind::Verbatim } else { PieceKind::Decoded };
        self.begin(kind, outer);
        if text.contains([HOLE_START, HOLE_END]) {
            // A mark of ours in a source is none. The replacement has the same length.
            self.text.push_str(&text.replace([HOLE_START, HOLE_END], "\u{fffd}"));
        } else {
            self.text.push_str(text);
        }
    }

    /// Begins a piece, or continues the last one if it ends where this one starts.
    fn begin(&mut self, kind: PieceKind, outer: Span) {
        let start = self.text.len() as u32;
        match self.pieces.last_mut() {
            Some(last)
                if (last.kind, kind) == (PieceKind::Verbatim, PieceKind::Verbatim)
                    && (last.outer.source, last.outer.end) == (outer.source, outer.start) =>
            {
                last.outer.end = outer.end;
            }
            _ => self.pieces.push(Piece { start, outer, kind }),
        }
    }

    /// Adds a hole: a place whose text is not known. Holes count up from 0, and the mark of hole
    /// number 7 is U+E000, `7`, U+E001. [`split_holes`] finds the marks in texts and keys of the
    /// parsed document; a value of JSON that stood outside of quotes and has a mark is a
    /// [`Kind::PlainString`](super::Kind::PlainString).
    pub fn push_hole(&mut self, outer: Span) -> usize {
        self.begin(PieceKind::Hole, outer);
        self.text.push(HOLE_START);
        self.text.push_str(&self.holes.to_string());
        self.text.push(HOLE_END);
        self.holes += 1;
        self.holes - 1
    }

    /// Adds `start..end` of other segments, with the places and holes it has there.
    pub fn push_split(&mut self, other: &Self, start: u32, end: u32) {
        self.holes = self.holes.max(other.holes);
        let first = other.piece(start).map_or(0, |(index, _)| index);
        for (index, piece) in other.pieces.iter().enumerate().skip(first) {
            if piece.start >= end {
                break;
            }
            let next = other.pieces.get(index + 1).map_or(other.text.len() as u32, |p| p.start);
            let (from, to) = (piece.start.max(start), next.min(end));
            self.begin(piece.kind, other.outer(from, to));
            self.text.push_str(&other.text[from as usize..to as usize]);
        }
    }

    /// The text, with marks for the holes.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Number of holes.
    pub fn holes(&self) -> usize {
        self.holes
    }

    /// The place of all of it.
    pub fn whole(&self) -> Span {
        self.whole
    }

    fn piece(&self, at: u32) -> Option<(usize, &Piece)> {
        let index = self.pieces.partition_point(|piece| piece.start <= at).checked_sub(1)?;
        Some((index, &self.pieces[index]))
    }

    /// The parts of `start..end` of the text that are each one piece.
    pub(crate) fn pieces_of(&self, start: u32, end: u32) -> impl Iterator<Item = (u32, u32)> {
        let first = self.piece(start).map_or(0, |(index, _)| index);
        let starts = self.pieces[first..].iter().map(|piece| piece.start);
        let ends = starts.clone().skip(1).chain([self.text.len() as u32]);
        let ranges = starts.zip(ends).take_while(move |(from, _)| *from < end);
        ranges.map(move |(from, to)| (from.max(start), to.min(end)))
    }

    /// The place that `start..end` of the text comes from. Where its ends come from different
    /// files, or from places in the wrong order, the place of the beginning.
    pub fn outer(&self, start: u32, end: u32) -> Span {
        let Some((first, piece)) = self.piece(start) else { return self.whole };
        let from = piece.start_of(start);
        if end <= start {
            return Span::at(piece.outer.source, from);
        }
        let Some((last, last_piece)) = self.piece(end - 1) else { return self.whole };
        let to = last_piece.end_of(end);
        if first == last || (piece.outer.source == last_piece.outer.source && from <= to) {
            return Span::new(piece.outer.source, from, to);
        }
        Span::new(piece.outer.source, from, piece.outer.end)
    }
}

impl Piece {
    fn start_of(&self, at: u32) -> u32 {
        if self.kind != PieceKind::Verbatim {
            return self.outer.start;
        }
        (self.outer.start + (at - self.start)).min(self.outer.end)
    }

    fn end_of(&self, end: u32) -> u32 {
        if self.kind != PieceKind::Verbatim {
            return self.outer.end;
        }
        (self.outer.start + (end - self.start)).min(self.outer.end)
    }
}

/// A piece of a text of a document with holes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HolePiece<'t> {
    /// Literal text, not empty.
    Text(&'t str),
    /// The hole with this number.
    Hole(usize),
}

/// Takes a text or key of an embedded document apart at the marks of
/// [`Segments::push_hole`].
pub fn split_holes(text: &str) -> impl Iterator<Item = HolePiece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find(HOLE_START).unwrap_or(rest.len());
        if start > 0 {
            let (before, after) = rest.split_at(start);
            rest = after;
            return Some(HolePiece::Text(before));
        }
        let end = rest.find(HOLE_END)?;
        let number = rest[HOLE_START.len_utf8()..end].parse().ok()?;
        rest = &rest[end + HOLE_END.len_utf8()..];
        Some(HolePiece::Hole(number))
    })
}

#[cfg(test)]
mod tests {
    use trilith_graph::SourceId;

    use super::*;

    const SOURCE: SourceId = SourceId(3);

    fn span(start: u32, end: u32) -> Span {
        Span::new(SOURCE, start, end)
    }

    #[test]
    fn places_are_found_through_the_pieces() {
        let mut segments = Segments::new(span(10, 40));
        segments.push("abc", span(11, 14));
        segments.push("\n", span(14, 16));
        segments.push("de", span(16, 18));
        segments.push("f", span(18, 19));
        assert_eq!(segments.text(), "abc\ndef");
        assert_eq!(segments.pieces.len(), 3);
        assert_eq!(segments.outer(0, 2), span(11, 13));
        assert_eq!(segments.outer(2, 4), span(13, 16));
        assert_eq!(segments.outer(3, 4), span(14, 16));
        assert_eq!(segments.outer(5, 7), span(17, 19));
        assert_eq!(segments.outer(5, 5), span(17, 17));
        assert_eq!(segments.outer(7, 7), span(19, 19));
        let mut part = Segments::new(span(0, 0));
        part.push_split(&segments, 1, 5);
        assert_eq!(part.text(), "bc\nd");
        assert_eq!((part.outer(0, 2), part.outer(2, 4)), (span(12, 14), span(14, 17)));
        assert_eq!(Segments::new(span(1, 2)).outer(0, 9), span(1, 2));
    }

    #[test]
    fn pieces_from_elsewhere_do_not_make_a_span_of_nothing() {
        let mut segments = Segments::new(span(0, 9));
        segments.push("abc", span(50, 53));
        segments.push("def", span(20, 23));
        segments.push("g", Span::new(SourceId(4), 0, 1));
        assert_eq!(segments.outer(1, 5), span(51, 53));
        assert_eq!(segments.outer(4, 7), span(21, 23));
    }

    fn expected_tail() -> [HolePiece<'static>; 3] {
        [HolePiece::Hole(0), HolePiece::Hole(1), HolePiece::Text("c")]
    }

    #[test]
    fn holes_are_found_again() {
        let mut segments = Segments::new(span(0, 9));
        segments.push("a\u{e000}b", span(0, 5));
        assert_eq!(segments.push_hole(span(5, 9)), 0);
        assert_eq!(segments.push_hole(span(9, 12)), 1);
        segments.push("c", span(12, 13));
        let pieces: Vec<HolePiece<'_>> = split_holes(segments.text()).collect();
        let expected = [
            HolePiece::Text("a\u{fffd}b"),
            HolePiece::Hole(0),
            HolePiece::Hole(1),
            HolePiece::Text("c"),
        ];
        assert_eq!(pieces, expected);
        assert_eq!(segments.outer(6, 9), span(5, 9));
        let mut part = Segments::new(span(0, 9));
        part.push_split(&segments, 5, segments.text().len() as u32);
        assert_eq!(split_holes(part.text()).collect::<Vec<_>>()[..], expected_tail());
        assert_eq!(part.holes(), 2);
        assert_eq!(split_holes("").count(), 0);
        assert_eq!(split_holes("plain").count(), 1);
    }
}

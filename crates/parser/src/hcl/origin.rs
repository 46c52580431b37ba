//! From a place in a text that is parsed to the place in the file it came from.

use trilith_graph::{SourceId, Span};

use crate::tree::Segments;

/// Where the text that is parsed comes from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Origin<'t> {
    /// It is the whole text of a file.
    File(SourceId),
    /// It is put together from pieces of a file.
    Segments(&'t Segments),
}

impl Origin<'_> {
    /// The place in the file of bytes `start..end` of the text.
    pub(super) fn span(self, start: usize, end: usize) -> Span {
        let (start, end) = (start as u32, end as u32);
        match self {
            Self::File(source) => Span::new(source, start, end),
            Self::Segments(segments) => segments.outer(start, end),
        }
    }

    /// The ranges of bytes `start..end` of the text that are each written in one piece.
    pub(super) fn pieces(self, start: usize, end: usize) -> Vec<(usize, usize)> {
        match self {
            Self::File(_) => vec![(start, end)],
            Self::Segments(segments) => {
                let pieces = segments.pieces_of(start as u32, end as u32);
                pieces.map(|(start, end)| (start as usize, end as usize)).collect()
            }
        }
    }
}

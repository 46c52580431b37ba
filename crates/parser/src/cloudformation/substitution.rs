//! The text of `Fn::Sub`, taken apart.

use std::ops::Range;

/// A piece of the text of `Fn::Sub`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Text that stands for itself, and its bytes in the text. From `${!Name}` it is `${Name}`,
    /// in two pieces.
    Text(&'a str, Range<usize>),
    /// `${Name}`: the name, and the bytes of the whole piece in the text.
    Name(&'a str, Range<usize>),
}

/// Takes the text of `Fn::Sub` apart. An unclosed `${` is text.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut from = 0;
    while let Some(open) = text[from..].find("${").map(|at| at + from) {
        let Some(close) = text[open..].find('}').map(|at| at + open) else { break };
        let name = &text[open + 2..close];
        if name.starts_with('!') {
            pieces.push(Piece::Text(&text[start..open + 2], start..open + 2));
            start = open + 3;
        } else {
            pieces.push(Piece::Text(&text[start..open], start..open));
            pieces.push(Piece::Name(name.trim(), open..close + 1));
            start = close + 1;
        }
        from = close + 1;
    }
    pieces.push(Piece::Text(&text[start..], start..text.len()));
    pieces.retain(|piece| !matches!(piece, Piece::Text("", _)));
    pieces
}

/// The names that the text of `Fn::Sub` refers to.
pub(super) fn names(text: &str) -> impl Iterator<Item = &str> {
    pieces(text).into_iter().filter_map(|piece| match piece {
        Piece::Name(name, _) => Some(name),
        Piece::Text(..) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::Piece::{Name, Text};
    use super::*;

    #[test]
    fn names_and_literals_are_told_apart() {
        assert_eq!(pieces("a${B}c"), [Text("a", 0..1), Name("B", 1..5), Text("c", 5..6)]);
        assert_eq!(pieces("${A}${B.C}"), [Name("A", 0..4), Name("B.C", 4..10)]);
        assert_eq!(
            pieces("x${!aws:username}y"),
            [Text("x${", 0..3), Text("aws:username}y", 4..18)]
        );
        assert_eq!(pieces("${open"), [Text("${open", 0..6)]);
        assert_eq!(pieces("${}"), [Name("", 0..3)]);
        assert_eq!(pieces("$${A}"), [Text("$", 0..1), Name("A", 1..5)]);
    }
}

//! Words of a text.

use std::ops::Range;

/// The word around an offset: what is made of characters that `belongs` takes.
pub(super) fn around(text: &str, offset: usize, belongs: impl Fn(char) -> bool) -> Range<usize> {
    let offset = text.floor_char_boundary(offset.min(text.len()));
    let before = text[..offset].char_indices().rev().take_while(|(_, c)| belongs(*c)).last();
    let start = before.map_or(offset, |(at, _)| at);
    let after = text[offset..].find(|c| !belongs(c)).unwrap_or(text.len() - offset);
    start..offset + after
}

/// Whether a character may be part of the name of a rule, here or in another tool.
pub(super) fn is_of_rule(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// Whether a character may be part of an action: `s3:Get*`.
pub(super) fn is_of_action(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '*' | '?')
}

/// The line around an offset, without its end.
pub(super) fn line(text: &str, offset: usize) -> Range<usize> {
    let offset = text.floor_char_boundary(offset.min(text.len()));
    let start = text[..offset].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let end = text[offset..].find(['\n', '\r']).map_or(text.len(), |at| offset + at);
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_reaches_to_both_sides() {
        let text = "x # trilith: ignore[s3-bucket-public] é";
        let at = text.find("bucket").expect("there");
        assert_eq!(&text[around(text, at, is_of_rule)], "s3-bucket-public");
        assert_eq!(&text[around(text, 0, is_of_rule)], "x");
        assert!(around(text, text.len(), is_of_rule).is_empty());
        assert_eq!(&text[line(text, at)], text);
    }
}

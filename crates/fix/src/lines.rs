//! Lines of a text: where they start and end, how they are indented.

/// What ends the lines of a text.
pub(crate) fn newline(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// Where the line starts that a place lies on.
pub(crate) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// Where the line ends that a place lies on, before what ends it.
pub(crate) fn line_end(text: &str, at: usize) -> usize {
    let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
    if end > at && text[..end].ends_with('\r') { end - 1 } else { end }
}

/// Where the next line starts.
pub(crate) fn next_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |newline| at + newline + 1)
}

/// The white space that a line begins with.
pub(crate) fn indent_of(text: &str, at: usize) -> &str {
    let line = &text[line_start(text, at)..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// How many characters stand before a place on its line.
pub(crate) fn column(text: &str, at: usize) -> usize {
    text[line_start(text, at)..at].chars().count()
}

/// Whether nothing but white space stands before a place on its line.
pub(crate) fn is_first(text: &str, at: usize) -> bool {
    text[line_start(text, at)..at].trim().is_empty()
}

/// The range of whole lines between two places, with what ends them.
pub(crate) fn whole_lines(text: &str, start: usize, end: usize) -> std::ops::Range<usize> {
    let first = line_start(text, start);
    let after = next_line(text, end);
    // The last line of a text need not be ended: then what ends the line before goes.
    if after == text.len() && !text.ends_with('\n') && first > 0 {
        let before = first - 1;
        let before = if text[..before].ends_with('\r') { before - 1 } else { before };
        return before..after;
    }
    first..after
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_with_either_ending() {
        let text = "a: 1\r\n  b: 2";
        assert_eq!((newline(text), line_end(text, 1), next_line(text, 1)), ("\r\n", 4, 6));
        assert_eq!((line_start(text, 9), column(text, 8), indent_of(text, 9)), (6, 2, "  "));
        assert!(is_first(text, 8) && !is_first(text, 10));
        assert_eq!(whole_lines(text, 8, 9), 4..12);
        assert_eq!(whole_lines("a\nb\n", 0, 1), 0..2);
    }
}

//! Text made fit for a terminal: width, wrapping, and nothing that could steer it.

use std::borrow::Cow;

/// What stands for a character that must not reach a terminal.
pub(crate) const REPLACEMENT: char = '\u{fffd}';

/// A private character that marks a place in drawn text; never let through from a source.
pub(crate) const MARK: char = '\u{e000}';

/// Whether a character could steer a terminal, hide text or turn its direction around.
///
/// Sources and resource names are written by others: an escape sequence in one must not
/// recolour, move or overwrite what a person reads about it.
pub(crate) fn is_unsafe(character: char) -> bool {
    matches!(character,
        '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        | '\u{feff}' | MARK)
}

/// `text` on one line, with every unsafe character replaced.
pub fn one_line(text: &str) -> Cow<'_, str> {
    // Nearly all text is of this kind, of which it is soon known.
    let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if is_plain || !text.contains(|c| c == '\n' || c == '\t' || is_unsafe(c)) {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' | '\t' => line.push(' '),
            _ if is_unsafe(character) => line.push(REPLACEMENT),
            _ => line.push(character),
        }
    }
    Cow::Owned(line)
}

/// Columns that a character takes in a terminal, near enough to decide where to cut and wrap.
/// Whether underlines sit right does not depend on it.
pub(crate) fn char_width(character: char) -> usize {
    match character {
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200d}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        // As the snippets are drawn; a tab is at most this wide.
        '\t' => TAB_WIDTH,
        _ => 1,
    }
}

/// Distance of tab stops in snippets.
pub(crate) const TAB_WIDTH: usize = 4;

/// Columns that a text takes.
pub(crate) fn width(text: &str) -> usize {
    if text.is_ascii() && !text.contains('\t') {
        return text.len();
    }
    text.chars().map(char_width).sum()
}

/// `text` with spaces for tabs, as snippets are drawn.
pub(crate) fn without_tabs(text: &str) -> Cow<'_, str> {
    if !text.contains('\t') {
        return Cow::Borrowed(text);
    }
    let mut drawn = String::with_capacity(text.len() + 16);
    let mut column = 0;
    for character in text.chars() {
        if character == '\t' {
            let spaces = TAB_WIDTH - column % TAB_WIDTH;
            drawn.extend(std::iter::repeat_n(' ', spaces));
            column += spaces;
        } else {
            drawn.push(character);
            column += char_width(character);
        }
    }
    Cow::Owned(drawn)
}

/// Breaks `text` at spaces into lines of at most `columns`; a longer word stays whole, since a
/// name that is broken cannot be searched for or copied.
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let paragraph = one_line(paragraph);
        let mut line = String::new();
        let mut used = 0;
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            let word_width = width(word);
            if used > 0 && used + 1 + word_width > columns {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += word_width;
        }
        if !line.is_empty() {
            lines.push(line);
        }
    }
    lines
}

/// `text` cut to at most `limit` characters, with an ellipsis if something is missing.
pub(crate) fn truncate(text: &str, limit: usize) -> Cow<'_, str> {
    if text.len() <= limit || text.chars().count() <= limit {
        return Cow::Borrowed(text);
    }
    let mut short: String = text.chars().take(limit.saturating_sub(1)).collect();
    short.push('…');
    Cow::Owned(short)
}

/// A count with its noun: "1 file", "2 files".
pub fn counted(count: usize, singular: &str, plural: &str) -> String {
    format!("{count} {}", if count == 1 { singular } else { plural })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_steer_a_terminal_is_replaced() {
        assert_eq!(one_line("a\u{1b}[2Jb\r\nc\td\u{202e}e"), "a\u{fffd}[2Jb c d\u{fffd}e");
        assert!(matches!(one_line("plain ä 好"), Cow::Borrowed(_)));
    }

    #[test]
    fn lines_break_at_spaces_and_never_inside_a_word() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("arn:aws:iam::123456789012:role/x y", 5).len(), 2);
        assert_eq!(wrap("a\nb", 9), ["a", "b"]);
        assert_eq!(wrap("", 9), Vec::<String>::new());
        assert_eq!(wrap("好好 好", 4), ["好好", "好"]);
    }

    #[test]
    fn cuts_count_characters() {
        assert_eq!(truncate("ääää", 4), "ääää");
        assert_eq!(truncate("ääääö", 4), "äää…");
        assert_eq!(counted(1, "file", "files"), "1 file");
        assert_eq!(counted(0, "file", "files"), "0 files");
    }
}

//! One line of source, as much of it as fits, without its secrets.

use std::ops::Range;

use trilith_graph::{SourceId, Span};

use crate::mask::Masks;
use crate::text::{REPLACEMENT, TAB_WIDTH, char_width, is_unsafe, width};

/// A line this many times wider than the screen holds a minified document, of which nothing but
/// the member in question is shown.
const MINIFIED: usize = 8;

/// How far before a value its key is looked for, in bytes.
const KEY_REACH: u32 = 120;

/// Stars for one secret, at most, so that a long one does not push the line off the screen.
const MOST_STARS: usize = 8;

/// The fewest columns that a label gets where several share a line that does not fit.
const NARROWEST: usize = 24;

/// What a line is shown on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Screen {
    /// Its width.
    pub(crate) columns: usize,
    /// Whether it shows more than ASCII.
    pub(crate) unicode: bool,
}

/// A line of a source as it is shown.
#[derive(Debug)]
pub(crate) struct Line {
    /// What to show.
    pub(crate) text: String,
    /// Whether it is so long that it must hold a whole document.
    pub(crate) is_minified: bool,
    pieces: Vec<Piece>,
}

/// A stretch of source and what is shown for it.
#[derive(Debug)]
struct Piece {
    source: Range<u32>,
    shown: Range<usize>,
    is_verbatim: bool,
}

impl Line {
    /// Shows `line` of `text`, which is the file `source`, cut around `labels` if it is wider
    /// than the screen, and with stars for `masks`. `labels` lie inside of `line`.
    pub(crate) fn new(
        (source, text): (SourceId, &str),
        line: Range<u32>,
        labels: &[Range<u32>],
        masks: &Masks,
        Screen { columns, unicode }: Screen,
    ) -> Self {
        let ellipsis = if unicode { "…" } else { "..." };
        let kept = if fits(slice(text, &line), columns) {
            vec![line.clone()]
        } else {
            cut(text, &line, labels, columns, width(ellipsis))
        };
        let is_minified = line.len() > MINIFIED * columns;
        let mut shown = Self { text: String::new(), is_minified, pieces: Vec::new() };
        let mut at = line.start;
        for range in kept {
            shown.skip(at..range.start, ellipsis);
            at = range.end;
            let hidden = masks.overlapping(Span::new(source, range.start, range.end));
            shown.keep(text, range, hidden);
        }
        shown.skip(at..line.end, ellipsis);
        shown
    }

    /// Where in [`Line::text`] a range of the source is shown.
    pub(crate) fn find(&self, range: &Range<u32>) -> Range<usize> {
        let start = self.pieces.iter().find(|piece| range.start < piece.source.end);
        let start = start.map_or(self.text.len(), |piece| piece.offset(range.start, false));
        if range.is_empty() {
            return start..start;
        }
        let end = self.pieces.iter().find(|piece| range.end <= piece.source.end);
        let end = end.map_or(self.text.len(), |piece| piece.offset(range.end, true));
        start..end.max(start)
    }

    fn push(&mut self, source: Range<u32>, shown: &str, is_verbatim: bool) {
        let start = self.text.len();
        self.text.push_str(shown);
        self.pieces.push(Piece { source, shown: start..self.text.len(), is_verbatim });
    }

    fn skip(&mut self, source: Range<u32>, ellipsis: &str) {
        if !source.is_empty() {
            self.push(source, ellipsis, false);
        }
    }

    fn keep(&mut self, text: &str, range: Range<u32>, secrets: impl Iterator<Item = Range<u32>>) {
        let mut at = range.start;
        for secret in secrets {
            let start = text.floor_char_boundary(secret.start as usize) as u32;
            let end = text.ceil_char_boundary((secret.end as usize).min(text.len())) as u32;
            let hidden = start.max(at)..end.min(range.end);
            if hidden.is_empty() {
                continue;
            }
            self.keep_open(text, at..hidden.start);
            let count = slice(text, &hidden).chars().take(MOST_STARS).count();
            at = hidden.end;
            self.push(hidden, &"*".repeat(count), false);
        }
        self.keep_open(text, at..range.end);
    }

    /// Shows text that is no secret, with unsafe characters replaced.
    fn keep_open(&mut self, text: &str, range: Range<u32>) {
        let open = slice(text, &range);
        let mut run = 0;
        for (at, character) in open.char_indices().filter(|(_, c)| is_unsafe(*c)) {
            let end = at + character.len_utf8();
            self.push_verbatim(open, range.start, run..at);
            let source = range.start + at as u32..range.start + end as u32;
            self.push(source, REPLACEMENT.encode_utf8(&mut [0; 4]), false);
            run = end;
        }
        self.push_verbatim(open, range.start, run..open.len());
    }

    fn push_verbatim(&mut self, open: &str, offset: u32, run: Range<usize>) {
        if !run.is_empty() {
            let source = offset + run.start as u32..offset + run.end as u32;
            self.push(source, &open[run], true);
        }
    }
}

impl Piece {
    /// Where `offset`, which lies in this piece, is shown. A piece that is not shown as written
    /// counts as a whole: as its end if `is_end`, else as its start.
    fn offset(&self, offset: u32, is_end: bool) -> usize {
        let into = offset.saturating_sub(self.source.start) as usize;
        match (self.is_verbatim, is_end) {
            (true, _) => self.shown.start + into,
            (false, true) => self.shown.end,
            (false, false) => self.shown.start,
        }
    }
}

fn slice<'t>(text: &'t str, range: &Range<u32>) -> &'t str {
    &text[range.start as usize..range.end as usize]
}

fn fits(line: &str, columns: usize) -> bool {
    // A tab takes more columns than bytes; no other character does.
    line.len() * TAB_WIDTH <= columns || (line.len() <= 4 * columns && width(line) <= columns)
}

/// The parts of a line to show: in order, and no two touch. `gap` is what an ellipsis takes.
fn cut(
    text: &str,
    line: &Range<u32>,
    labels: &[Range<u32>],
    columns: usize,
    gap: usize,
) -> Vec<Range<u32>> {
    let start = line.start..line.start;
    let labels = if labels.is_empty() { std::slice::from_ref(&start) } else { labels };
    let each = (columns / labels.len()).max(NARROWEST) - 2 * gap;
    let minified = line.len() > MINIFIED * columns;
    let mut parts: Vec<Range<u32>> = labels
        .iter()
        .map(|label| match member(text, line, label, each) {
            Some(part) if minified => part,
            _ => surroundings(text, line, label, each),
        })
        .collect();
    parts.sort_unstable_by_key(|part| (part.start, part.end));
    parts.dedup_by(|later, earlier| {
        let touch = later.start <= earlier.end;
        if touch {
            earlier.end = earlier.end.max(later.end);
        }
        touch
    });
    parts
}

/// `label` with as much on both sides as fits: from the start of the line if that can be, else
/// twice as much after it as before it, if there is as much.
fn surroundings(text: &str, line: &Range<u32>, label: &Range<u32>, columns: usize) -> Range<u32> {
    if forward(text, line.start, label.end, columns) == label.end {
        return line.start..forward(text, line.start, line.end, columns);
    }
    let shown = label.start..forward(text, label.start, label.end, columns);
    let left = columns.saturating_sub(width(slice(text, &shown)));
    let end = forward(text, shown.end, line.end, left - left / 3);
    let left = left.saturating_sub(width(slice(text, &(shown.end..end))));
    backward(text, label.start, line.start, left)..end
}

/// The JSON member that `label` is the value of, or lies in the list of: `"Action":["*"]`.
fn member(text: &str, line: &Range<u32>, label: &Range<u32>, columns: usize) -> Option<Range<u32>> {
    let reach = text
        .floor_char_boundary((label.start - (label.start - line.start).min(KEY_REACH)) as usize);
    let before = &text[reach..label.start as usize];
    let colon = before.rfind("\":").map(|quote| quote + 1)?;
    let between = before[colon + 1..].trim_start();
    if !between.is_empty() && !between.starts_with(['[', '"', '\\']) {
        return None;
    }
    let name = before[..colon - 1].trim_end_matches('\\').rfind('"')?;
    let start = (reach + name) as u32;
    let closers = |c: &char| matches!(c, '"' | ']' | '\\');
    let after = &text[label.end as usize..line.end as usize];
    let tail: usize = after.chars().take(4).take_while(closers).map(char::len_utf8).sum();
    let end = label.end + tail as u32;
    (forward(text, start, end, columns) == end).then_some(start..end)
}

/// The end of what fits in `columns` from `start` on, at most `limit`.
fn forward(text: &str, start: u32, limit: u32, columns: usize) -> u32 {
    let mut left = columns;
    for (at, character) in text[start as usize..limit as usize].char_indices() {
        match left.checked_sub(char_width(character)) {
            Some(rest) => left = rest,
            None => return start + at as u32,
        }
    }
    limit
}

/// The start of what fits in `columns` before `end`, at least `limit`.
fn backward(text: &str, end: u32, limit: u32, columns: usize) -> u32 {
    let mut left = columns;
    let mut start = end;
    for character in text[limit as usize..end as usize].chars().rev() {
        match left.checked_sub(char_width(character)) {
            Some(rest) => left = rest,
            None => break,
        }
        start -= character.len_utf8() as u32;
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, labels: &[&str], masks: &[&str], columns: usize) -> (String, Vec<String>) {
        let range = |part: &&str| {
            let start = text.find(*part).unwrap() as u32;
            start..start + part.len() as u32
        };
        let labels: Vec<_> = labels.iter().map(range).collect();
        let id = SourceId(0);
        let masks: Vec<_> =
            masks.iter().map(range).map(|m| Span::new(id, m.start, m.end)).collect();
        let masks = Masks::new(&masks);
        let screen = Screen { columns, unicode: true };
        let line = Line::new((id, text), 0..text.len() as u32, &labels, &masks, screen);
        let found = labels.iter().map(|label| line.text[line.find(label)].to_owned()).collect();
        (line.text, found)
    }

    #[test]
    fn a_line_that_fits_is_shown_whole() {
        let (text, found) = shown("cidr: 0.0.0.0/0 # ä", &["0.0.0.0/0"], &[], 40);
        assert_eq!(text, "cidr: 0.0.0.0/0 # ä");
        assert_eq!(found, ["0.0.0.0/0"]);
    }

    #[test]
    fn a_long_line_is_cut_around_its_label() {
        let line = format!("{} cidr: 0.0.0.0/0 {}", "a".repeat(50), "z".repeat(50));
        let (text, found) = shown(&line, &["0.0.0.0/0"], &[], 40);
        assert_eq!(text, "…aa cidr: 0.0.0.0/0 zzzzzzzzzzzzzzzzzzz…");
        assert_eq!(found, ["0.0.0.0/0"]);
        let (text, _) = shown("cidr: 0.0.0.0/0 and a few more words", &["cidr"], &[], 30);
        assert_eq!(text, "cidr: 0.0.0.0/0 and a few mo…");
        let (text, found) = shown(&"x".repeat(90), &[&"x".repeat(80)], &[], 30);
        assert_eq!(text, format!("{}…", "x".repeat(28)));
        assert_eq!(found, [text]);
    }

    #[test]
    fn of_a_minified_document_only_the_member_is_shown() {
        let (a, z) = (r#"{"a":1},"#.repeat(90), r#",{"z":1}"#.repeat(90));
        let line = format!(r#"[{a}{{"cidr_blocks": ["10.0.0.0/8","0.0.0.0/0"]}}{z}]"#);
        let (text, found) = shown(&line, &["\"0.0.0.0/0\""], &[], 60);
        assert_eq!(text, r#"…"cidr_blocks": ["10.0.0.0/8","0.0.0.0/0"]…"#);
        assert_eq!(found, ["\"0.0.0.0/0\""]);
        let line = format!(r#"[{a}"{{\"Action\":\"*\"}}"{z}]"#);
        let (text, _) = shown(&line, &["*"], &[], 60);
        assert_eq!(text, r#"…"Action\":\"*\"…"#);
    }

    #[test]
    fn two_labels_on_a_long_line_are_both_shown() {
        let line = format!("one {} two {}", "a".repeat(80), "z".repeat(80));
        let (text, found) = shown(&line, &["one", "two"], &[], 60);
        assert_eq!(found, ["one", "two"]);
        assert!(width(&text) <= 60, "{text}");
    }

    #[test]
    fn secrets_become_stars() {
        let (text, found) = shown("pw: hunter2hunter2, x: y", &["y"], &["hunter2hunter2"], 60);
        assert_eq!((text.as_str(), found), ("pw: ********, x: y", vec!["y".to_owned()]));
        let (text, found) = shown("pw: äö", &["äö"], &["äö"], 60);
        assert_eq!((text.as_str(), found), ("pw: **", vec!["**".to_owned()]));
    }

    #[test]
    fn escape_sequences_are_defused() {
        let (text, found) = shown("a\u{1b}[31m: b", &["b"], &[], 60);
        assert_eq!((text.as_str(), found), ("a\u{fffd}[31m: b", vec!["b".to_owned()]));
    }

    #[test]
    fn wide_characters_count_twice() {
        let (text, _) = shown(&"好".repeat(60), &[], &[], 31);
        assert_eq!(text, format!("{}…", "好".repeat(14)));
    }
}

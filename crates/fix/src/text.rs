//! Changes to texts.

use std::ops::Range;

use similar::{Algorithm, ChangeTag, TextDiff};

/// A piece of a text replaced by another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// First byte that is replaced.
    pub start: usize,
    /// Byte after the last one that is replaced.
    pub end: usize,
    /// What comes in its place.
    pub text: String,
}

impl Change {
    /// A piece replaced.
    pub fn new(range: Range<usize>, text: impl Into<String>) -> Self {
        Self { start: range.start, end: range.end, text: text.into() }
    }

    /// Something put in.
    pub fn insert(at: usize, text: impl Into<String>) -> Self {
        Self::new(at..at, text)
    }

    /// Whether both touch the same bytes, or one place.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.start <= other.end && other.start <= self.end
    }
}

/// The text with changes made. `None` if two of them touch each other or lie outside.
pub fn apply(text: &str, changes: &[Change]) -> Option<String> {
    let mut sorted: Vec<&Change> = changes.iter().collect();
    sorted.sort();
    let mut done = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for change in sorted {
        if change.start < at || change.end < change.start {
            return None;
        }
        done.push_str(text.get(at..change.start)?);
        done.push_str(&change.text);
        at = change.end;
    }
    done.push_str(text.get(at..)?);
    Some(done)
}

/// The fewest lines that differ, each stretch cut down to the words that do.
pub fn difference(before: &str, after: &str) -> Vec<Change> {
    let diff = TextDiff::configure().algorithm(Algorithm::Myers).diff_lines(before, after);
    let mut changes: Vec<Change> = Vec::new();
    let mut at = 0;
    let mut open: Option<Change> = None;
    for line in diff.iter_all_changes() {
        let text = line.value();
        match line.tag() {
            ChangeTag::Equal => {
                changes.extend(open.take());
                at += text.len();
            }
            ChangeTag::Delete => {
                let change = open.get_or_insert_with(|| Change::insert(at, ""));
                at += text.len();
                change.end = at;
            }
            ChangeTag::Insert => {
                open.get_or_insert_with(|| Change::insert(at, "")).text.push_str(text);
            }
        }
    }
    changes.extend(open);
    changes.into_iter().map(|change| trimmed(before, change)).collect()
}

/// The change without what both texts have at its ends. Words are not cut.
fn trimmed(before: &str, change: Change) -> Change {
    let old = &before[change.start..change.end];
    let new = change.text.as_str();
    if old.is_empty() || new.is_empty() {
        return change;
    }
    let same = |(a, b): &(char, char)| a == b;
    let common = old.chars().zip(new.chars()).take_while(same);
    let mut start: usize = common.map(|(a, _)| a.len_utf8()).sum();
    while start > 0 && !(is_edge(old, start) && is_edge(new, start)) {
        start = before_char(old, start);
    }
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let common = old_rest.chars().rev().zip(new_rest.chars().rev()).take_while(same);
    let mut end: usize = common.map(|(a, _)| a.len_utf8()).sum();
    while end > 0
        && !(is_edge(old_rest, old_rest.len() - end) && is_edge(new_rest, new_rest.len() - end))
    {
        end -= old_rest[old_rest.len() - end..].chars().next().map_or(1, char::len_utf8);
    }
    Change {
        start: change.start + start,
        end: change.end - end,
        text: new_rest[..new_rest.len() - end].to_owned(),
    }
}

fn before_char(text: &str, at: usize) -> usize {
    text[..at].char_indices().next_back().map_or(0, |(at, _)| at)
}

/// Whether no word goes on over a place.
fn is_edge(text: &str, at: usize) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || "_-.\"'".contains(c));
    !(is_word(text[..at].chars().next_back()) && is_word(text[at..].chars().next()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_makes_one_text_the_other() {
        for (before, after, changes) in [
            ("a: false\nb: 1\n", "a: true\nb: 1\n", 1),
            ("a: 1\n", "a: 1\nb: 2\n", 1),
            ("a: 1", "a: 1\nb: 2", 1),
            ("a\r\nb\r\n", "a\r\nc\r\nb\r\n", 1),
            ("a\nb\nc\nd\n", "x\nb\nc\ny\n", 2),
            ("ä: ö\n", "ä: ü\n", 1),
            ("same\n", "same\n", 0),
        ] {
            let found = difference(before, after);
            assert_eq!(found.len(), changes, "{found:?}");
            assert_eq!(apply(before, &found).as_deref(), Some(after));
        }
        let found = difference("k: \"false\" # keep\n", "k: \"true\" # keep\n");
        assert_eq!(found, [Change::new(3..10, "\"true\"")]);
    }

    #[test]
    fn what_touches_is_refused() {
        let twice = [Change::new(0..2, "x"), Change::new(1..3, "y")];
        assert_eq!(apply("abcd", &twice), None);
        assert_eq!(apply("ab", &[Change::new(1..9, "x")]), None);
        assert!(twice[0].overlaps(&twice[1]));
    }
}

//! Patches that make broken YAML text readable without moving a byte.
//!
//! INVARIANT: a patch replaces ASCII bytes by as many others, so every span of the patched text
//! is a span of the text itself.

use std::borrow::Cow;
use std::ops::Range;

use super::SyntaxError;

/// One change of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Patch {
    /// The character at this offset begins plain text, although YAML forbids it: `*`, `@`.
    Character(usize),
    /// The lines in this range are left out.
    Lines(Range<usize>),
    /// The white space in this range becomes blanks.
    Blanks(Range<usize>),
    /// Every tab in the indentation of a line becomes a blank.
    Tabs,
    /// The lines of a quoted text that begin at `column` or further out go on with the line before:
    /// in quotes a line break is a blank.
    Joined { text: Range<usize>, column: usize },
}

/// All changes of a text.
#[derive(Debug)]
pub(super) struct Patches {
    list: Vec<Patch>,
    errors: Vec<SyntaxError>,
    limit: usize,
}

impl Patches {
    /// No patches for a text of `length` bytes.
    pub(super) fn new(length: usize) -> Self {
        // Every patch costs one more reading: at most 32, and fewer where that would be slow.
        let limit = (16_000_000 / length.max(1)).clamp(1, 32);
        Self { list: Vec::new(), errors: Vec::new(), limit }
    }

    /// Takes a patch and the error that it mends; false if there are too many already or the
    /// place has been patched before.
    pub(super) fn add(&mut self, patch: Patch, error: SyntaxError) -> bool {
        let overlaps = |other: &Patch| {
            let (one, other) = (patch.range(), other.range());
            one.start < other.end && other.start < one.end
        };
        if self.list.len() >= self.limit
            || self.list.iter().any(overlaps)
            || self.list.contains(&patch)
        {
            return false;
        }
        // Where others read the text without a word, so is it here.
        if !matches!(patch, Patch::Joined { .. }) {
            self.errors.push(error);
        }
        self.list.push(patch);
        true
    }

    /// The text with all changes.
    pub(super) fn apply<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.list.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut patched = text.to_owned();
        for patch in &self.list {
            if *patch == Patch::Tabs {
                patched = without_tabs(&patched);
                continue;
            }
            let range = patch.range();
            let Some(old) = text.get(range.clone()) else { continue };
            let new: String = match patch {
                Patch::Character(_) => "_".into(),
                Patch::Joined { column, .. } => joined(old, *column),
                // Characters of several bytes become as many blanks.
                _ => old.bytes().map(blank).collect(),
            };
            patched.replace_range(range, &new);
        }
        Cow::Owned(patched)
    }

    /// The character that was replaced at an offset.
    pub(super) fn first_character(&self, at: u32, text: &str) -> Option<char> {
        let is_here = |patch: &Patch| *patch == Patch::Character(at as usize);
        let found = self.list.iter().any(is_here);
        found.then(|| text.get(at as usize..)?.chars().next()).flatten()
    }

    /// Where lines are left out, in order.
    pub(super) fn gaps(&self) -> Vec<u32> {
        let mut gaps: Vec<u32> = self
            .list
            .iter()
            .filter(|patch| matches!(patch, Patch::Lines(_)))
            .map(|patch| patch.range().start as u32)
            .collect();
        gaps.sort_unstable();
        gaps
    }

    /// The errors that the patches mend.
    pub(super) fn into_errors(self) -> Vec<SyntaxError> {
        self.errors
    }
}

impl Patch {
    fn range(&self) -> Range<usize> {
        match self {
            Self::Character(at) => *at..at + 1,
            Self::Lines(range) | Self::Blanks(range) => range.clone(),
            Self::Joined { text, .. } => text.clone(),
            Self::Tabs => 0..0,
        }
    }
}

/// A text with a blank for each tab in the indentation of its lines.
fn without_tabs(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let rest = line.trim_start_matches([' ', '\t']);
        format!("{}{rest}", " ".repeat(line.len() - rest.len()))
    });
    lines.collect()
}

/// A text in which lines that begin at a column or further out go on with the line before.
fn joined(text: &str, column: usize) -> String {
    let mut lines = text.split_inclusive('\n').peekable();
    let mut joined = String::with_capacity(text.len());
    while let Some(line) = lines.next() {
        let goes_on = lines.peek().is_some_and(|next| {
            let said = next.trim_start();
            !said.is_empty() && next.len() - said.len() <= column
        });
        let end = line.trim_end_matches(['\r', '\n']).len();
        joined.push_str(&line[..end]);
        if goes_on {
            joined.extend(line[end..].chars().map(|_| ' '));
        } else {
            joined.push_str(&line[end..]);
        }
    }
    joined
}

const fn blank(byte: u8) -> char {
    match byte {
        b'\n' => '\n',
        b'\r' => '\r',
        _ => ' ',
    }
}

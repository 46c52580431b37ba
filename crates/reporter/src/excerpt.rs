//! A few lines of one file with their labels, for miette to draw.

use std::fmt;
use std::ops::Range;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use trilith_graph::{SourceFile, SourceId, Span};

use crate::locate::Locator;
use crate::mask::Masks;
use crate::text::one_line;
use crate::window::{Line, Screen};

/// Lines between two labels at most, for both to stand in one excerpt.
const NEAR: usize = 3;

/// Lines of an excerpt at most.
const TALLEST: usize = 12;

/// Labels of an excerpt at most.
const MOST_MARKS: usize = 8;

/// A label of an excerpt.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark<'d> {
    /// The place; one line.
    pub(crate) span: Span,
    /// What to say there; may be empty.
    pub(crate) message: &'d str,
    /// Whether it is the place to change.
    pub(crate) is_primary: bool,
}

/// Which labels to show together: neighbours in one file.
#[derive(Debug)]
pub(crate) struct Group<'d> {
    source: SourceId,
    /// First and last line, from 0.
    lines: (usize, usize),
    /// Sorted by place; none overlap.
    pub(crate) marks: Vec<Mark<'d>>,
}

impl<'d> Group<'d> {
    pub(crate) fn new(locator: &Locator<'_>, mark: Mark<'d>) -> Self {
        let line = locator.file(mark.span.source).line_index(mark.span.start);
        Self { source: mark.span.source, lines: (line, line), marks: vec![mark] }
    }

    /// Takes a mark in if it is near and overlaps no other; says whether it did.
    pub(crate) fn add(&mut self, locator: &Locator<'_>, mark: Mark<'d>) -> bool {
        if mark.span.source != self.source || self.marks.len() >= MOST_MARKS {
            return false;
        }
        let line = locator.file(self.source).line_index(mark.span.start);
        let (first, last) = (self.lines.0.min(line), self.lines.1.max(line));
        let is_near = line + NEAR >= self.lines.0 && line <= self.lines.1 + NEAR;
        if !is_near || last - first >= TALLEST || self.overlaps(mark.span) {
            return false;
        }
        self.lines = (first, last);
        let at = self.marks.partition_point(|other| other.span <= mark.span);
        self.marks.insert(at, mark);
        true
    }

    /// The place to change, if it is here.
    pub(crate) fn primary(&self) -> Option<Span> {
        self.marks.iter().find(|mark| mark.is_primary).map(|mark| mark.span)
    }

    /// Whether a span shares text with one of the marks: two underlines cannot be drawn there.
    pub(crate) fn overlaps(&self, span: Span) -> bool {
        self.marks.iter().any(|Mark { span: other, .. }| {
            let touch = span.start < other.end.max(other.start + 1)
                && other.start < span.end.max(span.start + 1);
            span.source == other.source && touch
        })
    }

    /// Whether no other mark stands on the line of `mark`.
    pub(crate) fn is_alone(&self, locator: &Locator<'_>, mark: &Mark<'_>) -> bool {
        let file = locator.file(self.source);
        let line = |mark: &Mark<'_>| file.line_index(mark.span.start);
        self.marks.iter().filter(|other| line(other) == line(mark)).count() == 1
    }

    /// Whether a line, from 0, of a file is drawn.
    pub(crate) fn draws(&self, source: SourceId, line: usize) -> bool {
        source == self.source && (self.lines.0..=self.lines.1).contains(&line)
    }

    /// Number of the first line, from 1.
    pub(crate) fn first_line(&self) -> usize {
        self.lines.0 + 1
    }

    /// Number of the last line, from 1; decides how wide the margin is.
    pub(crate) fn last_line(&self) -> usize {
        self.lines.1 + 1
    }
}

/// Lines of a file as miette sees them: a text of their own, whose first line has a number.
///
/// miette's own sources count lines from the first byte of the file for every label (9 ms each
/// in a file of 5 MB), know no secrets and print a line of 17 MB whole.
#[derive(Debug)]
pub(crate) struct Excerpt {
    name: String,
    text: String,
    /// Line of the first line in its file, from 0.
    first_line: usize,
    /// What the heading says: line and column in the file, from 0.
    place: (usize, usize),
    labels: Vec<LabeledSpan>,
    /// Whether the place to change lies in a minified document.
    pub(crate) is_minified: bool,
}

impl Excerpt {
    /// The lines of `group` as the screen shows them. `label` says what to write at a mark, given
    /// where in the text of the line it begins and ends; an empty text for nothing.
    pub(crate) fn new<'d>(
        group: &Group<'d>,
        locator: &Locator<'_>,
        masks: &Masks,
        screen: Screen,
        mut label: impl FnMut(&Mark<'d>, &str, Range<usize>) -> String,
    ) -> Self {
        let file = locator.file(group.source);
        let chosen = group.marks.iter().find(|mark| mark.is_primary).unwrap_or(&group.marks[0]);
        let region = locator.region(chosen.span);
        let mut excerpt = Self {
            name: one_line(file.name()).into_owned(),
            text: String::new(),
            first_line: group.lines.0,
            place: (region.line as usize - 1, region.column.characters as usize - 1),
            labels: Vec::with_capacity(group.marks.len()),
            is_minified: false,
        };
        for index in group.lines.0..=group.lines.1 {
            let range = visible_range(file, index);
            let here = |mark: &&Mark<'d>| file.line_index(mark.span.start) == index;
            let own: Vec<&Mark<'d>> = group.marks.iter().filter(here).collect();
            let places: Vec<Range<u32>> =
                own.iter().map(|mark| within(mark.span, &range)).collect();
            let text = (group.source, file.text());
            let line = Line::new(text, range, &places, masks, screen);
            excerpt.is_minified |= line.is_minified && own.iter().any(|mark| mark.is_primary);
            for (mark, place) in own.iter().zip(&places) {
                let found = line.find(place);
                let text = label(mark, &line.text, found.clone());
                excerpt.push_label(mark.is_primary, &found, text);
            }
            excerpt.text.push_str(&line.text);
            // Always ended, so that a label at the end of the file has a character to stand on.
            excerpt.text.push('\n');
        }
        excerpt
    }

    /// Whether there is nothing to see.
    pub(crate) fn is_blank(&self) -> bool {
        self.text.trim().is_empty() && self.labels.iter().all(|label| label.label().is_none())
    }

    fn push_label(&mut self, is_primary: bool, place: &Range<usize>, text: String) {
        let text = (!text.is_empty()).then_some(text);
        let span = SourceSpan::from((self.text.len() + place.start, place.len()));
        self.labels.push(if is_primary {
            LabeledSpan::new_primary_with_span(text, span)
        } else {
            LabeledSpan::new_with_span(text, span)
        });
    }
}

/// The line on which `span` starts, by itself.
pub(crate) fn single_line(
    locator: &Locator<'_>,
    span: Span,
    masks: &Masks,
    screen: Screen,
) -> String {
    let file = locator.file(span.source);
    let range = visible_range(file, locator.line_index(span));
    let label = within(span, &range);
    Line::new((span.source, file.text()), range, &[label], masks, screen).text
}

/// A line, from 0, without its line break and without the mark of byte order.
fn visible_range(file: &SourceFile, index: usize) -> Range<u32> {
    let mut range = file.line_range(index);
    if range.start == 0 && file.text().starts_with('\u{feff}') {
        range.start = 3;
    }
    range
}

fn within(span: Span, line: &Range<u32>) -> Range<u32> {
    let start = span.start.clamp(line.start, line.end.max(line.start));
    start..span.end.clamp(start, line.end.max(start))
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        _span: &SourceSpan,
        context_lines_before: usize,
        _context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // miette asks with context for what to draw, and without for what to put in the heading.
        let (line, column) =
            if context_lines_before > 0 { (self.first_line, 0) } else { self.place };
        let text = self.text.as_bytes();
        let whole = SourceSpan::from((0, text.len()));
        let name = self.name.clone();
        Ok(Box::new(MietteSpanContents::new_named(name, text, whole, line, column, 0)))
    }
}

impl fmt::Display for Excerpt {
    /// Nothing: the message stands in the heading that we print ourselves.
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Excerpt {}

impl miette::Diagnostic for Excerpt {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

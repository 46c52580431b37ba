//! Text that must not be shown.

use std::borrow::Cow;
use std::ops::Range;

use trilith_graph::{Diagnostic, Label, SourceMap, Span};

/// What stands for a secret in a message. A fixed width, so that it tells no length.
const STARS: &str = "********";

/// Secrets shorter than this are not searched for in messages: they would be found inside of
/// ordinary words.
const SHORTEST_SEARCHED: usize = 4;

/// Diagnostics without the words of `sources` that lie under `masks`: for whoever shows them
/// elsewhere than in a report.
pub fn scrubbed(
    diagnostics: Vec<Diagnostic>,
    masks: &[Span],
    sources: &SourceMap,
) -> Vec<Diagnostic> {
    match Masks::new(masks).scrub(&diagnostics, sources) {
        Cow::Owned(scrubbed) => scrubbed,
        Cow::Borrowed(_) => diagnostics,
    }
}

/// The masked parts of all files.
#[derive(Debug)]
pub(crate) struct Masks {
    /// INVARIANT: sorted, and no two overlap or touch, so that binary search finds them.
    spans: Vec<Span>,
}

impl Masks {
    pub(crate) fn new(spans: &[Span]) -> Self {
        let mut sorted: Vec<Span> = spans.iter().copied().filter(|s| !s.is_empty()).collect();
        sorted.sort_unstable();
        let mut merged: Vec<Span> = Vec::with_capacity(sorted.len());
        for span in sorted {
            match merged.last_mut() {
                Some(last) if last.source == span.source && span.start <= last.end => {
                    last.end = last.end.max(span.end);
                }
                _ => merged.push(span),
            }
        }
        Self { spans: merged }
    }

    /// The masked parts that overlap `within`, in order.
    pub(crate) fn overlapping(&self, within: Span) -> impl Iterator<Item = Range<u32>> {
        let from = self
            .spans
            .partition_point(|mask| (mask.source, mask.end) <= (within.source, within.start));
        self.spans[from..]
            .iter()
            .take_while(move |mask| mask.source == within.source && mask.start < within.end)
            .map(|mask| mask.start..mask.end)
    }

    /// The diagnostics, with what is masked at their own places removed from their words.
    ///
    /// Whoever writes a message must not quote a secret; this is the second lock on that door.
    pub(crate) fn scrub<'d>(
        &self,
        diagnostics: &'d [Diagnostic],
        sources: &SourceMap,
    ) -> Cow<'d, [Diagnostic]> {
        if self.spans.is_empty() {
            return Cow::Borrowed(diagnostics);
        }
        let files = sources.files().count();
        let mut scrubbed = Cow::Borrowed(diagnostics);
        for (at, diagnostic) in diagnostics.iter().enumerate() {
            let mut secrets = Vec::new();
            for label in std::iter::once(&diagnostic.primary).chain(&diagnostic.related) {
                if (label.span.source.0 as usize) < files {
                    self.secrets(label.span, sources, &mut secrets);
                }
            }
            secrets.retain(|secret| !is_named_like_it(diagnostic, secret));
            if words(diagnostic).any(|text| secrets.iter().any(|secret| text.contains(secret))) {
                replace(&mut scrubbed.to_mut()[at], &secrets);
            }
        }
        scrubbed
    }

    fn secrets<'s>(&self, span: Span, sources: &'s SourceMap, found: &mut Vec<&'s str>) {
        for range in self.overlapping(span) {
            let text = sources.text(Span::new(span.source, range.start, range.end));
            let text = text.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'');
            if text.len() >= SHORTEST_SEARCHED {
                found.push(text);
            }
        }
    }
}

/// Whether a text is but a name, or a part of it, of the property that a diagnostic is about:
/// `password = "password"`. Hiding that would hide what is spoken of.
fn is_named_like_it(diagnostic: &Diagnostic, secret: &str) -> bool {
    let plain = |text: &str| text.replace('_', "").to_ascii_lowercase();
    let path = diagnostic.subject.as_ref().map(|subject| plain(&subject.path.to_string()));
    path.is_some_and(|path| path.contains(&plain(secret)))
}

/// Every text of a diagnostic that a rule wrote.
fn words(diagnostic: &Diagnostic) -> impl Iterator<Item = &str> {
    let labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.related);
    std::iter::once(diagnostic.message.as_str())
        .chain(labels.map(|label| label.message.as_str()))
        .chain(diagnostic.help.as_deref())
        .chain(diagnostic.only_when.as_deref())
        .chain(diagnostic.notes.iter().map(String::as_str))
}

fn replace(diagnostic: &mut Diagnostic, secrets: &[&str]) {
    let Diagnostic { message, primary, related, help, only_when, notes, .. } = diagnostic;
    let labels = std::iter::once(primary).chain(related);
    let texts = std::iter::once(message)
        .chain(labels.map(|Label { message, .. }| message))
        .chain(help)
        .chain(only_when)
        .chain(notes);
    for text in texts {
        for secret in secrets {
            if text.contains(secret) {
                *text = text.replace(secret, STARS);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use trilith_graph::{RootId, Severity, SourceFile, SourceId, Subject};

    use super::*;

    #[test]
    fn overlapping_masks_are_merged_and_found() {
        let (a, b) = (SourceId(0), SourceId(1));
        let span = Span::new;
        let masks = Masks::new(&[span(b, 5, 9), span(a, 4, 8), span(a, 1, 5), span(a, 20, 22)]);
        let found = |s| masks.overlapping(s).map(|mask| (mask.start, mask.end)).collect::<Vec<_>>();
        assert_eq!(found(span(a, 0, 30)), [(1, 8), (20, 22)]);
        assert_eq!(found(span(a, 8, 20)), []);
        assert_eq!(found(span(a, 7, 8)), [(1, 8)]);
        assert_eq!(found(span(b, 0, 6)), [(5, 9)]);
    }

    #[test]
    fn a_message_that_quotes_a_secret_is_scrubbed() {
        let mut sources = SourceMap::new();
        let id = sources.add(SourceFile::new("t", "pw: \"hunter2\" # x"));
        let secret = Span::new(id, 4, 13);
        let diagnostics = [
            Diagnostic::new("r", Severity::High, secret, "`hunter2` is a password").help("not x"),
            Diagnostic::new("r", Severity::High, Span::new(id, 14, 15), "untouched"),
        ];
        let scrubbed = Masks::new(&[secret]).scrub(&diagnostics, &sources);
        assert_eq!(scrubbed[0].message, "`********` is a password");
        assert_eq!(scrubbed[0].help.as_deref(), Some("not x"));
        assert_eq!(scrubbed[1], diagnostics[1]);
    }

    #[test]
    fn the_name_of_a_property_is_no_secret() {
        let mut sources = SourceMap::new();
        let id = sources.add(SourceFile::new("t", "db_password = \"password\""));
        let secret = Span::new(id, 14, 24);
        let message = "`db_password` is written in plain text";
        let mut diagnostic = Diagnostic::new("r", Severity::High, secret, message);
        diagnostic.subject = Some(Subject {
            root: RootId(0),
            address: "d".into(),
            declared: secret,
            construct: None,
            resource_type: "AWS::RDS::DBInstance".into(),
            source_type: "aws_db_instance".into(),
            path: "MasterUserPassword".into(),
            instances: Vec::new(),
            enclosed: Vec::new(),
        });
        let diagnostics = [diagnostic];
        let scrubbed = Masks::new(&[secret]).scrub(&diagnostics, &sources);
        assert_eq!(scrubbed[0].message, message);
    }
}

//! What is shown of a finding: its words, and places that outlive the analysis that found it.

use std::sync::Arc;

use trilith_graph::{Diagnostic, SourceMap, Span};
use trilith_reporter::{RenderOptions, Report, Summary};

use super::document::Edit;
use crate::check::{Examined, root_prefix};
use crate::files;

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// The name of the file.
    pub(super) file: Arc<str>,
    /// Offset of the first byte.
    pub(super) start: u32,
    /// Offset after the last byte.
    pub(super) end: u32,
}

/// A finding that is shown.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    /// Its words. The spans in it belong to the analysis that found it.
    pub(super) diagnostic: Diagnostic,
    /// What outlives whatever moves lines.
    pub(super) fingerprint: u64,
    /// The place to change.
    pub(super) place: Place,
    /// Where its resource is declared.
    pub(super) declared: Option<Place>,
    /// Further places, each with its remark.
    pub(super) related: Vec<(Place, String)>,
}

impl Place {
    /// The place of a span.
    pub(super) fn of(span: Span, sources: &SourceMap) -> Option<Self> {
        let mut files = sources.files();
        let (_, file) = files.nth(span.source.0 as usize)?;
        let len = file.text().len() as u32;
        let start = span.start.min(len);
        Some(Self { file: file.name().into(), start, end: span.end.clamp(start, len) })
    }

    /// Where it is after edits of its file; `None` if it was touched.
    fn shifted(&self, edits: &[Edit]) -> Option<Self> {
        let mut at = (self.start, self.end);
        for edit in edits {
            at = edit.shifted(at.0, at.1)?;
        }
        Some(Self { file: self.file.clone(), start: at.0, end: at.1 })
    }
}

impl Shown {
    /// What is shown of findings, secrets removed from their words.
    pub(super) fn all(findings: Vec<Diagnostic>, examined: &Examined) -> Vec<Self> {
        let sources = &examined.analysis.sources;
        let masks: Vec<Span> =
            examined.analysis.masks.iter().chain(&examined.outcome.masks).copied().collect();
        let findings = trilith_reporter::scrubbed(findings, &masks, sources);
        let fingerprints = fingerprints(&findings, sources);
        let shown = findings.into_iter().zip(fingerprints);
        shown.filter_map(|(one, fingerprint)| Self::new(one, fingerprint, sources)).collect()
    }

    fn new(diagnostic: Diagnostic, fingerprint: u64, sources: &SourceMap) -> Option<Self> {
        // One line is what an editor underlines well.
        let place = Place::of(sources.first_line(diagnostic.primary.span), sources)?;
        let subject = diagnostic.subject.as_ref();
        let declared = subject.and_then(|subject| Place::of(subject.declared, sources));
        let related = diagnostic.related.iter().filter_map(|label| {
            Some((Place::of(sources.first_line(label.span), sources)?, label.message.clone()))
        });
        let related = related.collect();
        Some(Self { diagnostic, fingerprint, place, declared, related })
    }

    /// The finding after edits; `None` if its place was touched. `edits` gives those of a file.
    pub(super) fn shifted(&self, edits: &impl Fn(&str) -> Vec<Edit>) -> Option<Self> {
        let shift = |place: &Place| place.shifted(&edits(&place.file));
        let related = self
            .related
            .iter()
            .filter_map(|(place, remark)| shift(place).map(|place| (place, remark.clone())));
        Some(Self {
            diagnostic: self.diagnostic.clone(),
            fingerprint: self.fingerprint,
            place: shift(&self.place)?,
            declared: self.declared.as_ref().and_then(shift),
            related: related.collect(),
        })
    }
}

fn fingerprints(findings: &[Diagnostic], sources: &SourceMap) -> Vec<u64> {
    let report = Report {
        sources,
        diagnostics: findings,
        waived: &[],
        rules: &[],
        masks: &[],
        summary: Summary::default(),
        root_prefix: &root_prefix(),
    };
    let source_root = files::repository().map(|root| files::display(&root));
    trilith_reporter::fingerprints(&report, &RenderOptions { source_root, ..Default::default() })
}

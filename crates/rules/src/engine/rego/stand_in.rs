//! Stand-ins for what a resource is called, in policies that only print it.
//!
//! What such a policy finds in one resource it finds in every other that is alike in what it
//! reads; only the name in its message differs, and is put in afterwards.

use trilith_graph::{Finding, Place, ResourceId, Segment};

use crate::view::View;

/// Stands for `input.name`: a character for private use, which no text has of itself.
pub(crate) const NAME: char = '\u{f5e0}';
/// Stands for `input.address`.
pub(crate) const ADDRESS: char = '\u{f5e1}';

/// Findings of a resource with stand-ins, as those of another that is like it.
pub(crate) fn named(findings: &[Finding], view: &View<'_>) -> Vec<Finding> {
    findings.iter().map(|finding| named_one(finding, view)).collect()
}

fn named_one(finding: &Finding, view: &View<'_>) -> Finding {
    let say = |text: &String| said(text, view);
    Finding {
        resource: view.id(),
        path: finding.path.clone(),
        message: say(&finding.message),
        label: finding.label.as_ref().map(say),
        help: finding.help.as_ref().map(say),
        severity: finding.severity,
        related: named_places(&finding.related, view),
        rests_on: named_places(&finding.rests_on, view),
        edits: finding.edits.clone(),
    }
}

fn named_places(places: &[Place], view: &View<'_>) -> Vec<Place> {
    let one = |place: &Place| Place {
        resource: view.id(),
        path: place.path.clone(),
        message: said(&place.message, view),
    };
    places.iter().map(one).collect()
}

fn said(text: &str, view: &View<'_>) -> String {
    let mut said = String::with_capacity(text.len() + view.name().len());
    for c in text.chars() {
        match c {
            NAME => said.push_str(view.name()),
            ADDRESS => said.push_str(&view.resource().address),
            _ => said.push(c),
        }
    }
    said
}

/// Whether findings are about one resource only and have no stand-in where it could not be
/// replaced, so that they can be those of another.
pub(crate) fn are_general(findings: &[Finding], of: ResourceId) -> bool {
    findings.iter().all(|finding| {
        let places = || finding.related.iter().chain(&finding.rests_on);
        let mut paths = std::iter::once(&finding.path).chain(places().map(|place| &place.path));
        finding.resource == of
            && finding.edits.is_empty()
            && places().all(|place| place.resource == of)
            && paths.all(|path| !path.segments().iter().any(is_stand_in))
    })
}

fn is_stand_in(segment: &Segment) -> bool {
    matches!(segment, Segment::Key(key) if key.contains([NAME, ADDRESS]))
}

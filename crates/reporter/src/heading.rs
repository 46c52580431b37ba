//! The line that tells what encloses the place to change: which list, which policy, which block.

use trilith_graph::{Diagnostic, Within};

use crate::locate::Locator;

/// Lines from a heading down to the place, at least. Nobody loses sight of one that is nearer.
const FAR: usize = 2;

/// What encloses the place to change, if that is said far enough above it.
pub(crate) fn heading<'d>(locator: &Locator<'_>, diagnostic: &'d Diagnostic) -> Option<&'d Within> {
    let within = diagnostic.within.as_ref()?;
    let place = diagnostic.primary.span;
    let is_far = within.span.source == place.source
        && locator.line_index(within.span) + FAR <= locator.line_index(place);
    is_far.then_some(within)
}

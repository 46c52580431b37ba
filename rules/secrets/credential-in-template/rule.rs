//! A text that gives a credential away.

use trilith_rules::prelude::*;
use trilith_rules::query::leaks::leaks;

pub(crate) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for leak in leaks(view) {
        findings.when(leak.truth, || leak.finding(view));
    }
}

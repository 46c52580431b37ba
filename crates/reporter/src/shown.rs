//! Findings made ready for a report that another crate writes: placed, told apart, and without
//! secrets.

use trilith_graph::Diagnostic;

use crate::format::{Context, RenderOptions};
use crate::html;
use crate::report::Report;

/// A finding as a report may show it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The finding; what is secret at its places is gone from its words.
    pub diagnostic: Diagnostic,
    /// What tells it from others, whatever line it is on.
    pub fingerprint: u64,
    /// Its file.
    pub file: String,
    /// Its line, from 1.
    pub line: u32,
    /// Its column, from 1.
    pub column: u32,
    /// The lines around it in HTML; empty if nobody asked for them.
    pub snippet: String,
}

/// The findings of a report in their order, and then those that are waived.
pub fn shown(report: &Report<'_>, snippets: bool) -> (Vec<Shown>, Vec<Shown>) {
    let options = RenderOptions::default();
    let context = Context::new(report, &options);
    let one = |diagnostic: &Diagnostic, fingerprint: u64| {
        let region = context.locator.region(diagnostic.primary.span);
        let mut snippet = String::new();
        if snippets {
            html::snippet::write(&context, diagnostic, &mut snippet);
        }
        Shown {
            diagnostic: diagnostic.clone(),
            fingerprint,
            file: context.locator.file(diagnostic.primary.span.source).name().to_owned(),
            line: region.line,
            column: region.column.characters,
            snippet,
        }
    };
    let found = context.diagnostics.iter().zip(context.fingerprints());
    let open = found.map(|(diagnostic, fingerprint)| one(diagnostic, *fingerprint)).collect();
    let waived = context.waived().map(|(diagnostic, fingerprint, _)| one(diagnostic, fingerprint));
    let waived = waived.collect();
    (open, waived)
}

/// What pages in HTML are made of.
pub mod page {
    pub use crate::html::{begin, inline, link, text as escape};
}

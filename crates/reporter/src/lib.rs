//! Diagnostics to bytes.
//!
//! A [`Report`] borrows what a run found; [`render`] writes it in one of the [`Format`]s. Nothing
//! here knows where findings come from, and nothing here reads a file, the clock or the
//! environment: what a terminal can do is said in [`RenderOptions`].
//!
//! Two promises hold for every format:
//!
//! - The same report gives the same bytes.
//! - Source text under one of [`Report::masks`] is never written.

mod azure;
mod checkstyle;
mod concise;
mod csv;
mod excerpt;
mod fingerprint;
mod format;
mod github;
mod gitlab;
mod heading;
mod html;
mod instances;
mod json;
mod junit;
mod line_hash;
mod locate;
mod markdown;
mod mask;
mod paint;
mod path;
mod pen;
mod pretty;
mod rdjson;
mod report;
mod sarif;
mod shown;
mod summary;
mod text;
mod window;

pub use csv::csv_cell;
pub use format::{Format, RenderOptions, fingerprints, render, render_diagnostics};
pub use line_hash::line_hashes;
pub use mask::scrubbed;
pub use report::{Confidence, PracticeRef, Report, RuleCard, Summary, WaivedFinding};
pub use shown::{Shown, page, shown};
pub use summary::summary_line;
pub use text::{counted, one_line};

//! Reviews to bytes. The same review gives the same bytes.

mod csv;
mod html;
mod inventory;
mod markdown;
mod terminal;

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use trilith_reporter::page;

use crate::model::Review;

pub use inventory::{InventoryFormat, inventory};

/// A format of a review.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Pretty,
    /// Markdown.
    Markdown,
    /// JSON: see `docs/review.schema.json`.
    Json,
    /// Comma-separated values.
    Csv,
    /// One HTML file that needs nothing else.
    Html,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 5] = [Self::Pretty, Self::Markdown, Self::Json, Self::Csv, Self::Html];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pretty => "pretty",
            Self::Markdown => "markdown",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Html => "html",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|format| format.name() == text);
        found.ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("`{text}` is no format of a review; one of {names}")
        })
    }
}

/// How to write a review.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Whether to use colours.
    pub color: bool,
    /// Whether to list what each practice rests on.
    pub evidence: bool,
    /// Days within which what runs out is listed.
    pub expiring: Option<u32>,
    /// Whether to list the controls of the frameworks.
    pub frameworks: bool,
}

/// Writes a review. Fails only where `out` does.
pub fn render(
    review: &Review,
    format: Format,
    options: Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let text = match format {
        Format::Pretty => terminal::page(review, options),
        Format::Markdown => markdown::page(review, options),
        Format::Csv => csv::page(review),
        Format::Html => html::page(review, options),
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, review).map_err(io::Error::from)?;
            "\n".to_owned()
        }
    };
    out.write_all(text.as_bytes())
}

/// Days left, in words.
fn days(left: i64) -> String {
    match left {
        0 => "today is the last day".into(),
        1 => "1 day left".into(),
        left if left > 0 => format!("{left} days left"),
        -1 => "expired yesterday".into(),
        left => format!("expired {} days ago", -left),
    }
}

/// The paths of a review, in one line.
fn scope(review: &Review) -> String {
    review.scope.paths.join(", ")
}

/// Text for HTML.
fn text(words: &str) -> String {
    page::escape(words)
}

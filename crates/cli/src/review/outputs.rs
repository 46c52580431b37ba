//! Where a review goes: one form to standard output, any number to files.

use std::io::Write;
use std::path::PathBuf;

use trilith_review::Review;
use trilith_review::render::{Format, Options, render};

use crate::args::ReviewArgs;
use crate::failure::Failure;
use crate::{destinations, files};

/// The forms of a review.
pub(super) struct Outputs {
    standard: Format,
    files: Vec<(Format, PathBuf)>,
}

impl Outputs {
    pub(super) fn parse(args: &ReviewArgs) -> Result<Self, Failure> {
        let files = destinations::parse(&args.output)?;
        Ok(Self { standard: args.format.parse().map_err(Failure::new)?, files })
    }

    /// Whether a form shows the lines around a finding.
    pub(super) fn want_snippets(&self) -> bool {
        self.standard == Format::Html
            || self.files.iter().any(|(format, _)| *format == Format::Html)
    }

    pub(super) fn write(
        &self,
        review: &Review,
        options: Options,
        out: &mut dyn Write,
    ) -> Result<(), Failure> {
        render(review, self.standard, options, out)?;
        for (format, path) in &self.files {
            let mut file = files::create(path)?;
            render(review, *format, Options { color: false, ..options }, &mut file)?;
            file.flush()?;
        }
        Ok(())
    }
}

//! Where a review goes: one form to standard output, any number to files.

use std::io::Write;
use std::path::PathBuf;

use trilith_review::Review;
use trilith_review::render::{Format, Options, render};

use crate::args::ReviewArgs;
use crate::failure::Failure;
use crate::files;

/// The forms of a review.
pub(super) struct Outputs {
    standard: Format,
    files: Vec<(Format, PathBuf)>,
}

impl Outputs {
    pub(super) fn parse(args: &ReviewArgs) -> Result<Self, Failure> {
        let format = |name: &str| name.parse::<Format>().map_err(Failure::new);
        let mut files = Vec::new();
        for output in &args.output {
            let (name, path) = output.split_once('=').ok_or_else(|| {
                Failure::new(format!("--output `{output}`: write it as FORMAT=FILE"))
            })?;
            if path.is_empty() {
                return Err(Failure::new(format!("--output `{output}`: the file has no name")));
            }
            files.push((format(name)?, PathBuf::from(path)));
        }
        Ok(Self { standard: format(&args.format)?, files })
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

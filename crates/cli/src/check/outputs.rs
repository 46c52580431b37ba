//! Step 8: where reports go: one to standard output, any number to files.

use std::io::Write;
use std::path::PathBuf;

use trilith_reporter::{Format, RenderOptions, Report, summary_line};

use crate::args::CheckArgs;
use crate::failure::Failure;
use crate::{destinations, files};

/// The reports of a run.
pub(crate) struct Outputs {
    pub(crate) standard: Format,
    files: Vec<(Format, PathBuf)>,
    options: RenderOptions,
    quiet: bool,
    statistics: bool,
}

impl Outputs {
    pub(crate) fn parse(args: &CheckArgs, color: bool) -> Result<Self, Failure> {
        let files = destinations::parse(&args.output)?;
        let options = RenderOptions {
            color,
            tool_version: env!("CARGO_PKG_VERSION").into(),
            max_findings: args.max_findings,
            source_root: files::repository().map(|root| files::display(&root)),
            category: args.category.clone(),
            waived_in_sarif: args.sarif_waived,
            ..RenderOptions::default()
        };
        let standard = args.format.parse().map_err(Failure::new)?;
        Ok(Self { standard, files, options, quiet: args.quiet, statistics: args.statistics })
    }

    /// Whether one of the reports is for a tool that applies fixes.
    pub(crate) fn are_for_fixes(&self) -> bool {
        let formats = self.files.iter().map(|(format, _)| *format).chain([self.standard]);
        let mut formats = formats.filter(|_| !self.statistics);
        formats.any(|format| matches!(format, Format::Sarif | Format::Rdjson | Format::RdjsonLines))
    }

    /// Writes every report.
    pub(crate) fn write(&self, report: &Report<'_>, out: &mut dyn Write) -> Result<(), Failure> {
        if self.statistics {
            super::show::statistics(report, out)?;
        } else {
            trilith_reporter::render(report, self.standard, &self.options, out)?;
        }
        if !self.quiet && (self.standard == Format::Concise || self.statistics) {
            let _ = writeln!(std::io::stderr(), "{}", summary_line(report));
        }
        let options = RenderOptions { color: false, ..self.options.clone() };
        for (format, path) in &self.files {
            let mut file = files::create(path)?;
            trilith_reporter::render(report, *format, &options, &mut file)?;
            file.flush()?;
        }
        Ok(())
    }
}

/// Path from the root of the repository to the current directory: `infra/prod`, or nothing.
pub(crate) fn root_prefix() -> String {
    let here = files::current_directory();
    let root = files::repository();
    let below = root.as_ref().and_then(|root| here.strip_prefix(root).ok());
    match below {
        Some(below) if !below.as_os_str().is_empty() => files::display(below),
        _ => String::new(),
    }
}

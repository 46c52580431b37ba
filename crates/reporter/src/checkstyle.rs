//! Checkstyle XML, which Jenkins' Warnings plugin, reviewdog and others read.
//!
//! Source: the XML logger of Checkstyle, and its severities `error`, `warning`, `info`, `ignore`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use trilith_graph::{Diagnostic, SourceId};

use crate::format::{Context, Level};
use crate::junit::escape;

pub(crate) fn write(context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut files: BTreeMap<SourceId, Vec<&Diagnostic>> = BTreeMap::new();
    for diagnostic in context.diagnostics.iter() {
        files.entry(diagnostic.primary.span.source).or_default().push(diagnostic);
    }
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">")?;
    for (source, found) in files {
        writeln!(out, "  <file name=\"{}\">", escape(context.path(source)))?;
        for diagnostic in found {
            let region = context.locator.region(diagnostic.primary.span);
            let severity = match Level::of(diagnostic.severity) {
                Level::Error => "error",
                Level::Warning => "warning",
                Level::Note => "info",
            };
            writeln!(
                out,
                "    <error line=\"{}\" column=\"{}\" severity=\"{severity}\" message=\"{}\" \
                 source=\"trilith.{}\"/>",
                region.line,
                region.column.characters,
                escape(&message(diagnostic)),
                escape(&diagnostic.rule),
            )?;
        }
        writeln!(out, "  </file>")?;
    }
    writeln!(out, "</checkstyle>")
}

/// The message with the resource, and what to do.
pub(crate) fn message(diagnostic: &Diagnostic) -> String {
    let mut parts = vec![diagnostic.message.clone()];
    parts.extend(diagnostic.subject.as_ref().map(|subject| format!(" ({})", subject.address)));
    parts.extend(diagnostic.only_when.as_ref().map(|scenario| format!("; only when {scenario}")));
    parts.extend(diagnostic.help.as_ref().map(|help| format!("; help: {help}")));
    parts.concat()
}

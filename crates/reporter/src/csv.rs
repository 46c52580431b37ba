//! Comma-separated values (RFC 4180) for spreadsheets.

use std::io::{self, Write};

use trilith_graph::Diagnostic;

use crate::format::Context;
use crate::report::WaivedFinding;
use crate::text::one_line;

const HEADINGS: [&str; 16] = [
    "rule",
    "severity",
    "message",
    "file",
    "line",
    "column",
    "address",
    "type",
    "property",
    "practices",
    "help",
    "fingerprint",
    "waived by",
    "waived until",
    "reason",
    "ticket",
];

pub(crate) fn write(context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{}\r\n", HEADINGS.join(","))?;
    for (diagnostic, fingerprint) in context.diagnostics.iter().zip(context.fingerprints()) {
        row(context, diagnostic, *fingerprint, None, out)?;
    }
    for (diagnostic, fingerprint, waived) in context.waived() {
        row(context, diagnostic, fingerprint, Some(waived), out)?;
    }
    Ok(())
}

fn row(
    context: &Context<'_>,
    diagnostic: &Diagnostic,
    fingerprint: u64,
    waived: Option<&WaivedFinding>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let region = context.locator.region(diagnostic.primary.span);
    let subject = diagnostic.subject.as_ref();
    let practices: Vec<&str> = context.practices(&diagnostic.rule).collect();
    let owner = waived.map(|waived| match waived.owner.as_str() {
        "" => waived.origin,
        owner => owner,
    });
    let cells = [
        diagnostic.rule.to_string(),
        diagnostic.severity.to_string(),
        diagnostic.message.clone(),
        context.path(diagnostic.primary.span.source).to_owned(),
        region.line.to_string(),
        region.column.characters.to_string(),
        subject.map_or(String::new(), |subject| subject.address.to_string()),
        subject.map_or(String::new(), |subject| subject.source_type.to_string()),
        subject.map_or(String::new(), |subject| subject.path.to_string()),
        practices.join(" "),
        diagnostic.help.clone().unwrap_or_default(),
        format!("{fingerprint:016x}"),
        owner.unwrap_or_default().to_owned(),
        waived.map_or(String::new(), |waived| waived.expires.clone()),
        waived.map_or(String::new(), |waived| waived.reason.clone()),
        waived.map_or(String::new(), |waived| waived.ticket.clone()),
    ];
    write!(out, "{}\r\n", cells.map(|cell| csv_cell(&cell)).join(","))
}

/// A cell of comma-separated values. One that a spreadsheet would take for a formula is made
/// text: names and reasons are written by others.
pub fn csv_cell(text: &str) -> String {
    let text = one_line(text);
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula { format!("'{text}") } else { text.into_owned() };
    if text.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        assert_eq!(csv_cell("a, \"b\""), "\"a, \"\"b\"\"\"");
        assert_eq!(csv_cell("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(csv_cell("@team"), "'@team");
        assert_eq!(csv_cell("plain"), "plain");
    }
}

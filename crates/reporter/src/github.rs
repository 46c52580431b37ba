//! Workflow commands of GitHub Actions, which it shows as annotations on the changed lines.
//!
//! Source: GitHub's documentation, "Workflow commands", and actions/toolkit for the escaping.

use std::io::{self, Write};

use trilith_graph::{Diagnostic, Severity};

use crate::format::{Context, Level};
use crate::instances::instances;
use crate::text::counted;

/// GitHub hides what a step says beyond this, for each level.
const MOST_OF_A_LEVEL: usize = 10;

/// Writes the worst findings first, since the rest may not be shown.
pub(crate) fn write(context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut worst_first: Vec<&Diagnostic> = context.diagnostics.iter().collect();
    worst_first.sort_by_key(|diagnostic| std::cmp::Reverse(diagnostic.severity));
    let shown = shown(&worst_first, context.left_out > 0);
    for diagnostic in &shown {
        annotation(context, diagnostic, out)?;
    }
    let more = context.report.diagnostics.len() - shown.len();
    if more > 0 {
        let findings = counted(more, "more finding", "more findings");
        writeln!(out, "::notice title=Trilith::and {findings}")?;
    }
    Ok(())
}

/// What GitHub will show, with room for the sentence about the rest.
fn shown<'d>(worst_first: &[&'d Diagnostic], has_more: bool) -> Vec<&'d Diagnostic> {
    let at_most = |notes| {
        let mut counts = [0; 3];
        let room = |diagnostic: &&&'d Diagnostic| {
            let level = Level::of(diagnostic.severity);
            let count = &mut counts[level as usize];
            *count += 1;
            *count <= if level == Level::Note { notes } else { MOST_OF_A_LEVEL }
        };
        worst_first.iter().filter(room).copied().collect::<Vec<_>>()
    };
    let all = at_most(MOST_OF_A_LEVEL);
    if all.len() < worst_first.len() || has_more { at_most(MOST_OF_A_LEVEL - 1) } else { all }
}

fn annotation(
    context: &Context<'_>,
    diagnostic: &Diagnostic,
    out: &mut dyn Write,
) -> io::Result<()> {
    let command = match diagnostic.severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "notice",
    };
    let span = diagnostic.primary.span;
    let region = context.locator.region(span);
    // Columns are allowed only because our regions have one line.
    writeln!(
        out,
        "::{command} title={},file={},line={line},endLine={line},col={},endColumn={}::{}",
        property(&diagnostic.rule),
        property(context.path(span.source)),
        region.column.characters,
        region.end_column.characters,
        data(&message(diagnostic)),
        line = region.line,
    )
}

fn message(diagnostic: &Diagnostic) -> String {
    let mut lines = vec![diagnostic.message.clone()];
    let label = diagnostic.primary.message.as_str();
    match &diagnostic.subject {
        Some(subject) if label.is_empty() => lines.push(subject.address.to_string()),
        Some(subject) => lines.push(format!("{}: {label}", subject.address)),
        None if label.is_empty() => {}
        None => lines.push(label.to_owned()),
    }
    lines.extend(diagnostic.only_when.iter().map(|scenario| format!("only when {scenario}")));
    lines.extend(diagnostic.subject.as_ref().and_then(instances));
    lines.extend(diagnostic.notes.iter().map(|note| format!("note: {note}")));
    lines.extend(diagnostic.help.iter().map(|help| format!("help: {help}")));
    lines.join("\n")
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use trilith_graph::{SourceId, Span};

    use super::*;

    #[test]
    fn what_ends_a_command_is_escaped() {
        assert_eq!(data("50 %\r\nx: y"), "50 %25%0D%0Ax: y");
        assert_eq!(property("a,b:c%"), "a%2Cb%3Ac%25");
    }

    #[test]
    fn ten_of_a_level_are_shown_and_a_place_is_kept_for_the_rest() {
        let of = |severity| Diagnostic::new("r", severity, Span::at(SourceId(0), 0), "m");
        let many: Vec<Diagnostic> = (0..30)
            .map(|n| of([Severity::Critical, Severity::Medium, Severity::Low][n / 10]))
            .collect();
        let many: Vec<&Diagnostic> = many.iter().collect();
        assert_eq!(shown(&many, false).len(), 30);
        assert_eq!(shown(&many, true).len(), 29);
        let more: Vec<&Diagnostic> = many.iter().chain(&many[..1]).copied().collect();
        assert_eq!(shown(&more, false).len(), 29);
    }
}

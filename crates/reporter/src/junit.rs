//! `JUnit` XML: a suite for every file with findings, a case for every finding.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use trilith_graph::{Diagnostic, Severity, SourceId};

use crate::format::Context;
use crate::instances::instances;
use crate::report::WaivedFinding;

pub(crate) fn write(context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut files: BTreeMap<SourceId, Vec<&Diagnostic>> = BTreeMap::new();
    for diagnostic in context.diagnostics.iter() {
        files.entry(diagnostic.primary.span.source).or_default().push(diagnostic);
    }
    let mut waived: BTreeMap<SourceId, Vec<Accepted<'_>>> = BTreeMap::new();
    for (diagnostic, _, by) in context.waived() {
        let source = diagnostic.primary.span.source;
        files.entry(source).or_default();
        waived.entry(source).or_default().push((diagnostic, by));
    }
    let none = Vec::new();
    let suites: Vec<Suite> = files
        .iter()
        .map(|(source, found)| {
            Suite::new(context, *source, found, waived.get(source).unwrap_or(&none))
        })
        .collect();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    if suites.is_empty() {
        return write_empty(context, out);
    }
    let sum = |count: fn(&Suite) -> usize| suites.iter().map(count).sum::<usize>();
    writeln!(
        out,
        r#"<testsuites name="trilith" tests="{}" failures="{}" errors="{}">"#,
        sum(|suite| suite.tests),
        sum(|suite| suite.failures),
        sum(|suite| suite.errors),
    )?;
    for suite in &suites {
        out.write_all(suite.text.as_bytes())?;
    }
    writeln!(out, "</testsuites>")
}

/// A report without a case counts as broken in many readers, so a clean one has a case that
/// passes; if nothing was checked, one that was skipped.
fn write_empty(context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let summary = &context.report.summary;
    let (skipped, case) = if summary.files_checked == 0 {
        (1, r#"<testcase name="nothing was checked" classname="trilith"><skipped/></testcase>"#)
    } else {
        (0, r#"<testcase name="nothing to report" classname="trilith"/>"#)
    };
    writeln!(out, r#"<testsuites name="trilith" tests="1" failures="0" errors="0">"#)?;
    writeln!(
        out,
        r#"  <testsuite name="trilith" tests="1" failures="0" errors="0" skipped="{skipped}">"#
    )?;
    writeln!(out, "    {case}\n  </testsuite>\n</testsuites>")
}

/// A finding and who accepts it.
type Accepted<'c> = (&'c Diagnostic, &'c WaivedFinding);

struct Suite {
    tests: usize,
    failures: usize,
    errors: usize,
    text: String,
}

impl Suite {
    fn new(
        context: &Context<'_>,
        source: SourceId,
        found: &[&Diagnostic],
        waived: &[Accepted<'_>],
    ) -> Self {
        let path = escape(context.path(source));
        let outcomes: Vec<&str> = found.iter().map(|d| outcome(context, d)).collect();
        let count = |name| outcomes.iter().filter(|outcome| **outcome == name).count();
        let (failures, errors, skipped) =
            (count("failure"), count("error"), count("skipped") + waived.len());
        let tests = found.len() + waived.len();
        let mut text = String::new();
        // A case has no attributes for its place in the schema of Jenkins; its suite has one.
        let _ = writeln!(
            text,
            "  <testsuite name=\"{path}\" file=\"{path}\" tests=\"{tests}\" failures=\"{failures}\" \
             errors=\"{errors}\" skipped=\"{skipped}\">"
        );
        for (diagnostic, outcome) in found.iter().zip(outcomes) {
            case(&mut text, context, diagnostic, &path, outcome);
        }
        for accepted in waived {
            skipped_case(&mut text, context, *accepted, &path);
        }
        text.push_str("  </testsuite>\n");
        Self { tests, failures, errors, text }
    }
}

/// A finding that somebody accepts is a case that was skipped, with the reason.
fn skipped_case(
    text: &mut String,
    context: &Context<'_>,
    (diagnostic, by): Accepted<'_>,
    path: &str,
) {
    let line = context.locator.region(diagnostic.primary.span).line;
    let address = diagnostic.subject.as_ref().map_or("", |subject| &*subject.address);
    let owner = if by.owner.is_empty() { by.origin } else { &by.owner };
    let until =
        if by.expires.is_empty() { String::new() } else { format!(", until {}", by.expires) };
    let reason = if by.reason.is_empty() { "waived" } else { &by.reason };
    let _ = writeln!(
        text,
        "    <testcase name=\"{} ({}) at line {line}\" classname=\"{path}\">\n      \
         <skipped message=\"{} ({}{until})\"/>\n    </testcase>",
        escape(&diagnostic.rule),
        escape(address),
        escape(reason),
        escape(owner),
    );
}

/// Element for a finding: advice is no failure, and a file that was not checked is an error.
fn outcome(context: &Context<'_>, diagnostic: &Diagnostic) -> &'static str {
    if context.is_unreadable(diagnostic) {
        "error"
    } else if diagnostic.severity == Severity::Info {
        "skipped"
    } else {
        "failure"
    }
}

fn case(
    text: &mut String,
    context: &Context<'_>,
    diagnostic: &Diagnostic,
    path: &str,
    outcome: &str,
) {
    let rule = escape(&diagnostic.rule);
    let address = diagnostic
        .subject
        .as_ref()
        .map_or(String::new(), |subject| format!(" ({})", escape(&subject.address)));
    let line = context.locator.region(diagnostic.primary.span).line;
    let message = escape(&diagnostic.message);
    let _ = write!(
        text,
        "    <testcase name=\"{rule}{address}\" classname=\"{path}\">\n      \
         <{outcome} message=\"{message}\""
    );
    if outcome == "skipped" {
        text.push_str("/>\n    </testcase>\n");
        return;
    }
    let _ = write!(text, " type=\"{}\">{path}:{line}: {message}", diagnostic.severity);
    let label = &diagnostic.primary.message;
    let instances = diagnostic.subject.as_ref().and_then(instances);
    for (title, line) in std::iter::once(("", label))
        .chain(diagnostic.only_when.iter().map(|scenario| ("only when ", scenario)))
        .chain(instances.iter().map(|instances| ("", instances)))
        .chain(diagnostic.notes.iter().map(|note| ("note: ", note)))
        .chain(diagnostic.help.iter().map(|help| ("help: ", help)))
        .filter(|(_, line)| !line.is_empty())
    {
        let _ = write!(text, "\n{title}{}", escape(line));
    }
    let _ = writeln!(text, "</{outcome}>\n    </testcase>");
}

/// Text for an attribute or an element. XML 1.0 has no way to write most control characters.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(' '),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_control_characters_are_escaped() {
        assert_eq!(escape("a<b>&\"c\"\u{0}\n"), "a&lt;b&gt;&amp;&quot;c&quot;\u{fffd} ");
    }
}

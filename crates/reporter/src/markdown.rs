//! Markdown for a comment on a pull request or a job summary.

use std::io::{self, Write};

use trilith_graph::Diagnostic;

use crate::format::{Context, Level};
use crate::summary::summary_line;
use crate::text::{counted, one_line};

/// A comment on GitHub holds 65,536 characters.
const LONGEST: usize = 60_000;

pub(crate) fn write(context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    // Lets a workflow find its earlier comment and edit it.
    let key = context.options.category.as_deref().unwrap_or("report");
    let key: String =
        key.chars().filter(|c| c.is_ascii_alphanumeric() || "_./".contains(*c)).collect();
    let summary = summary_line(context.report);
    let mut text = format!("<!-- trilith:{key} -->\n**Trilith**: {}\n", inline(&summary));
    if context.diagnostics.is_empty() {
        return out.write_all(text.as_bytes());
    }
    text.push_str("\n| | Finding | Where | What to do |\n|---|---|---|---|\n");
    let mut shown = 0;
    for diagnostic in context.diagnostics.iter() {
        let row = row(context, diagnostic);
        if text.len() + row.len() > LONGEST {
            break;
        }
        text.push_str(&row);
        shown += 1;
    }
    let more = context.report.diagnostics.len() - shown;
    if more > 0 {
        text.push_str("\nand ");
        text.push_str(&counted(more, "more finding", "more findings"));
        text.push('\n');
    }
    out.write_all(text.as_bytes())
}

fn row(context: &Context<'_>, diagnostic: &Diagnostic) -> String {
    let span = diagnostic.primary.span;
    let line = context.locator.region(span).line;
    let place = code(&format!("{}:{line}", context.path(span.source)));
    let address =
        diagnostic.subject.as_ref().map(|subject| format!("<br>{}", code(&subject.address)));
    let page = context.card(&diagnostic.rule).map_or("", |card| card.help_uri.as_ref());
    let rule = if page.is_empty() || page.contains(['(', ')', ' ', '<', '>', '|', '\n']) {
        code(&diagnostic.rule)
    } else {
        format!("[{}]({page})", code(&diagnostic.rule))
    };
    let scenario = diagnostic.only_when.as_ref();
    let scenario = scenario.map(|when| format!("<br>only when {}", inline(when)));
    format!(
        "| {} | {}{}<br>{rule} | {place}{} | {} |\n",
        Level::of(diagnostic.severity).name(),
        inline(&diagnostic.message),
        scenario.unwrap_or_default(),
        address.unwrap_or_default(),
        inline(diagnostic.help.as_deref().unwrap_or_default()),
    )
}

/// A code span in a cell of a table.
fn code(text: &str) -> String {
    let text = one_line(text).replace('`', "'").replace('|', "\\|");
    if text.trim().is_empty() { String::new() } else { format!("`{text}`") }
}

/// Text in a cell of a table: code in back-ticks stays, nothing else is markup, and nobody is
/// mentioned.
fn inline(text: &str) -> String {
    let text = one_line(text);
    let parts: Vec<&str> = text.split('`').collect();
    // An odd number of back-ticks closes no span, so none of them opens one.
    let is_balanced = parts.len() % 2 == 1;
    let parts = parts.iter().enumerate().map(|(at, part)| match at % 2 {
        1 if is_balanced => code(part),
        _ => plain(part),
    });
    parts.collect::<Vec<_>>().join(if is_balanced { "" } else { "\\`" })
}

fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '@' => escaped.push_str("&#64;"),
            '\\' | '|' | '*' | '_' | '[' | ']' | '#' | '~' => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_code_is_markup() {
        assert_eq!(inline("`a|b*` is <b> @me | _x_"), r"`a\|b*` is &lt;b&gt; &#64;me \| \_x\_");
        assert_eq!(inline("a ` b"), r"a \` b");
        assert_eq!(code("a`|b"), r"`a'\|b`");
    }
}

//! One HTML file that needs nothing else: no network, no font, no library.

pub(crate) mod snippet;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use trilith_graph::{Diagnostic, Severity, SourceId};

use crate::format::Context;
use crate::instances::instances;
use crate::report::WaivedFinding;
use crate::summary::summary_line;
use crate::text::{counted, one_line};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The beginning of a page, which nothing from elsewhere is loaded into. `style` is what it has
/// besides the style of all pages.
pub fn begin(title: &str, style: &str, page: &mut String) {
    let _ = write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n\
         <title>{}</title>\n<style>\n{STYLE}{style}</style>\n</head>\n<body>\n",
        text(title)
    );
}

pub(crate) fn write(context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut page = String::new();
    begin("Trilith report", "", &mut page);
    header(context, &mut page);
    if !context.diagnostics.is_empty() {
        filters(context, &mut page);
        practices(context, &mut page);
        findings(context, &mut page);
    }
    waived(context, &mut page);
    footer(context, &mut page);
    let _ = write!(page, "<script>\n{SCRIPT}</script>\n</body>\n</html>\n");
    out.write_all(page.as_bytes())
}

fn header(context: &Context<'_>, page: &mut String) {
    let summary = &context.report.summary;
    let _ = write!(
        page,
        "<header>\n<h1>Trilith</h1>\n<p class=\"line\">{}</p>\n<ul class=\"tiles\">\n",
        text(&summary_line(context.report))
    );
    for severity in Severity::ALL.into_iter().rev() {
        let count =
            context.report.diagnostics.iter().filter(|one| one.severity == severity).count();
        let _ = writeln!(
            page,
            "<li class=\"tile {severity}{}\"><b>{count}</b> {severity}</li>",
            if count == 0 { " none" } else { "" }
        );
    }
    for (count, name) in [
        (summary.findings_waived, "waived"),
        (summary.findings_known, "known"),
        (summary.unknowns, "not decided"),
        (summary.files_unreadable, "files not read"),
    ] {
        if count > 0 {
            let _ = writeln!(page, "<li class=\"tile other\"><b>{count}</b> {name}</li>");
        }
    }
    page.push_str("</ul>\n</header>\n<main>\n");
}

fn filters(context: &Context<'_>, page: &mut String) {
    page.push_str(
        "<form id=\"filters\" class=\"filters\">\n<input id=\"search\" type=\"search\" \
         placeholder=\"Search rule, file, resource, text\" aria-label=\"Search\">\n",
    );
    for severity in Severity::ALL.into_iter().rev() {
        if context.diagnostics.iter().any(|one| one.severity == severity) {
            let _ = writeln!(
                page,
                "<label class=\"{severity}\"><input type=\"checkbox\" name=\"severity\" \
                 value=\"{severity}\" checked> {severity}</label>"
            );
        }
    }
    page.push_str("<span id=\"shown\" aria-live=\"polite\"></span>\n</form>\n");
}

/// How many findings each best practice has.
fn practices(context: &Context<'_>, page: &mut String) {
    let mut counts: BTreeMap<&str, (&str, &str, usize, Severity)> = BTreeMap::new();
    for diagnostic in context.diagnostics.iter() {
        let card = context.card(&diagnostic.rule);
        for practice in card.map_or(&[][..], |card| &card.practices) {
            let entry = counts.entry(&practice.id).or_insert((
                &practice.title,
                &practice.url,
                0,
                Severity::Info,
            ));
            entry.2 += 1;
            entry.3 = entry.3.max(diagnostic.severity);
        }
    }
    if counts.is_empty() {
        return;
    }
    page.push_str(
        "<details class=\"practices\" open>\n<summary>Best practices</summary>\n<table>\n",
    );
    for (id, (title, url, count, worst)) in counts {
        let _ = writeln!(
            page,
            "<tr><td><button type=\"button\" class=\"practice\" data-practice=\"{id}\">{id}</button>\
             </td><td>{}</td><td class=\"{worst} count\">{}</td></tr>",
            link(url, &text(title)),
            counted(count, "finding", "findings"),
            id = text(id),
        );
    }
    page.push_str("</table>\n</details>\n");
}

fn findings(context: &Context<'_>, page: &mut String) {
    let mut files: BTreeMap<SourceId, Vec<(&Diagnostic, u64)>> = BTreeMap::new();
    for (diagnostic, fingerprint) in context.diagnostics.iter().zip(context.fingerprints()) {
        let own = files.entry(diagnostic.primary.span.source).or_default();
        own.push((diagnostic, *fingerprint));
    }
    for (source, mut found) in files {
        found.sort_by_key(|(diagnostic, _)| std::cmp::Reverse(diagnostic.severity));
        let _ = writeln!(
            page,
            "<section class=\"file\">\n<h2>{} <small>{}</small></h2>",
            text(context.path(source)),
            counted(found.len(), "finding", "findings")
        );
        for (diagnostic, fingerprint) in found {
            finding(context, diagnostic, fingerprint, page);
        }
        page.push_str("</section>\n");
    }
    if context.left_out > 0 {
        let more = counted(context.left_out, "more finding is", "more findings are");
        let _ = writeln!(page, "<p>{more} left out.</p>");
    }
}

fn finding(context: &Context<'_>, diagnostic: &Diagnostic, fingerprint: u64, page: &mut String) {
    let card = context.card(&diagnostic.rule);
    let severity = diagnostic.severity;
    let practices: Vec<&str> = context.practices(&diagnostic.rule).collect();
    let region = context.locator.region(diagnostic.primary.span);
    let _ = writeln!(
        page,
        "<article class=\"finding {severity}\" id=\"f{fingerprint:016x}\" \
         data-severity=\"{severity}\" data-practices=\"{}\">\n<h3><span class=\"badge \
         {severity}\">{severity}</span> {}</h3>",
        text(&practices.join(" ")),
        inline(&diagnostic.message)
    );
    let uri = card.map_or("", |card| card.help_uri.as_ref());
    let mut facts = vec![link(uri, &format!("<code>{}</code>", text(&diagnostic.rule)))];
    facts.push(format!("line {}", region.line));
    if let Some(subject) = &diagnostic.subject {
        facts.push(format!("<code>{}</code>", text(&subject.address)));
        facts.push(text(&subject.source_type));
        facts.extend(instances(subject).map(|instances| text(&instances)));
    }
    facts.extend(practices.iter().map(|id| text(id)));
    let _ = writeln!(page, "<p class=\"facts\">{}</p>", facts.join(" &middot; "));
    snippet::write(context, diagnostic, page);
    if let Some(scenario) = &diagnostic.only_when {
        let _ = writeln!(page, "<p class=\"when\">Only when {}</p>", inline(scenario));
    }
    for note in &diagnostic.notes {
        let _ = writeln!(page, "<p class=\"note\">{}</p>", inline(note));
    }
    if let Some(help) = &diagnostic.help {
        let _ = writeln!(page, "<p class=\"help\"><b>Help:</b> {}</p>", inline(help));
    }
    page.push_str("</article>\n");
}

fn waived(context: &Context<'_>, page: &mut String) {
    let all: Vec<(&Diagnostic, u64, &WaivedFinding)> = context.waived().collect();
    if all.is_empty() {
        return;
    }
    let _ = writeln!(
        page,
        "<details class=\"waived\">\n<summary>Accepted risk: {}</summary>\n<table>\n<tr>\
         <th>rule</th><th>where</th><th>reason</th><th>owner</th><th>until</th></tr>",
        counted(all.len(), "finding", "findings")
    );
    for (diagnostic, _, waived) in all {
        let line = context.locator.region(diagnostic.primary.span).line;
        let address = diagnostic.subject.as_ref().map_or("", |subject| &*subject.address);
        let owner = if waived.owner.is_empty() { waived.origin } else { &waived.owner };
        let _ = writeln!(
            page,
            "<tr><td><code>{}</code></td><td>{}:{line}<br><code>{}</code></td><td>{}{}</td>\
             <td>{}</td><td>{}</td></tr>",
            text(&diagnostic.rule),
            text(context.path(diagnostic.primary.span.source)),
            text(address),
            text(&waived.reason),
            if waived.ticket.is_empty() {
                String::new()
            } else {
                format!(" ({})", text(&waived.ticket))
            },
            text(owner),
            text(&waived.expires),
        );
    }
    page.push_str("</table>\n</details>\n");
}

fn footer(context: &Context<'_>, page: &mut String) {
    page.push_str("</main>\n<footer>\n");
    let skipped = &context.report.summary.files_skipped;
    if !skipped.is_empty() {
        page.push_str("<details>\n<summary>Files passed over</summary>\n<ul>\n");
        for (reason, count) in skipped {
            let files = counted(*count, "file", "files");
            let _ = writeln!(page, "<li>{files}: {}</li>", text(reason));
        }
        page.push_str("</ul>\n</details>\n");
    }
    let version = text(&context.options.tool_version);
    let _ = writeln!(page, "<p>Trilith {version}</p>\n</footer>");
}

/// A link to a page of the web; to nothing else.
pub fn link(url: &str, label: &str) -> String {
    if url.starts_with("https://") {
        format!("<a href=\"{}\" rel=\"noreferrer\">{label}</a>", text(url))
    } else {
        label.to_owned()
    }
}

/// Text for an element or an attribute.
pub fn text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in one_line(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Text in which back-ticks mark code.
pub fn inline(words: &str) -> String {
    let parts: Vec<&str> = words.split('`').collect();
    // An odd number of back-ticks closes no span, so none of them opens one.
    if parts.len().is_multiple_of(2) {
        return text(words);
    }
    let parts = parts.iter().enumerate().map(|(at, part)| match at % 2 {
        1 => format!("<code>{}</code>", text(part)),
        _ => text(part),
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_others_wrote_is_markup() {
        assert_eq!(inline("`a<b>` & <script>"), "<code>a&lt;b&gt;</code> &amp; &lt;script&gt;");
        assert_eq!(inline("a ` b"), "a ` b");
        assert_eq!(link("javascript:alert(1)", "x"), "x");
        assert_eq!(
            link("https://e.x/\"", "x"),
            "<a href=\"https://e.x/&quot;\" rel=\"noreferrer\">x</a>"
        );
    }
}

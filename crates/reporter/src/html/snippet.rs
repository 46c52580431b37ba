//! The lines around a place, with the value marked and secrets masked.

use std::fmt::Write as _;
use std::ops::Range;

use trilith_graph::{Diagnostic, Span};

use super::text;
use crate::format::Context;
use crate::heading::heading;

/// Lines before and after the one with the value.
const AROUND: usize = 2;
/// Bytes of a line to show at most, around the value if it is there.
const LONGEST: usize = 220;
/// What stands for a secret.
const STARS: &str = "********";

/// Writes the lines around the place of a finding.
pub(crate) fn write(context: &Context<'_>, diagnostic: &Diagnostic, page: &mut String) {
    let span = context.locator.first_line(diagnostic.primary.span);
    let file = context.locator.file(span.source);
    if file.text().is_empty() {
        return;
    }
    let line = file.line_index(span.start);
    let last = file.line_starts().len().saturating_sub(1).min(line + AROUND);
    page.push_str("<pre class=\"code\">");
    let first = line.saturating_sub(AROUND);
    let around = heading(&context.locator, diagnostic).map(|within| within.span);
    let around = around.map(|around| context.locator.line_index(around));
    for index in around.into_iter().filter(|around| *around < first).chain(first..=last) {
        let range = file.line_range(index);
        let class = match index {
            _ if index == line => " here",
            _ if index < first => " around",
            _ => "",
        };
        let _ =
            write!(page, "<span class=\"line{class}\"><span class=\"number\">{}</span>", index + 1);
        if index == line {
            marked(context, span, range, page);
        } else {
            let end = range.start + (range.end - range.start).min(LONGEST as u32);
            part(context, span, range.start..end, page);
            if end < range.end {
                page.push('…');
            }
        }
        page.push_str("</span>");
    }
    page.push_str("</pre>\n");
    if !diagnostic.primary.message.is_empty() {
        let _ =
            writeln!(page, "<p class=\"label\">{}</p>", super::inline(&diagnostic.primary.message));
    }
}

/// The line with the value, cut around it if it is long.
fn marked(context: &Context<'_>, span: Span, line: Range<u32>, page: &mut String) {
    let (start, end) = (span.start.max(line.start), span.end.min(line.end).max(span.start));
    let room = (LONGEST as u32).saturating_sub(end - start) / 2;
    let from = if line.end - line.start <= LONGEST as u32 {
        line.start
    } else {
        start.saturating_sub(room).max(line.start)
    };
    let to = if line.end - line.start <= LONGEST as u32 {
        line.end
    } else {
        end.saturating_add(room).min(line.end)
    };
    if from > line.start {
        page.push('…');
    }
    part(context, span, from..start, page);
    page.push_str("<mark>");
    let shown = end.min(start.saturating_add(LONGEST as u32));
    part(context, span, start..shown, page);
    page.push_str("</mark>");
    part(context, span, end..to.max(end), page);
    if to < line.end || shown < end {
        page.push('…');
    }
}

/// A part of a line without what is secret in it.
fn part(context: &Context<'_>, span: Span, range: Range<u32>, page: &mut String) {
    let file = context.locator.file(span.source);
    let plain = |from: u32, to: u32| {
        let end = file.text().ceil_char_boundary((to as usize).min(file.text().len()));
        let start = file.text().floor_char_boundary((from as usize).min(end));
        text(&file.text()[start..end])
    };
    let mut at = range.start;
    let within = Span::new(span.source, range.start, range.end);
    for secret in context.masks.overlapping(within) {
        if secret.start > at {
            page.push_str(&plain(at, secret.start));
        }
        page.push_str(STARS);
        at = secret.end.max(at);
    }
    if at < range.end {
        page.push_str(&plain(at, range.end));
    }
}

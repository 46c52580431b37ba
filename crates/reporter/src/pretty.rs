//! For people: what is wrong, where exactly, and what to type.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::Range;

use trilith_graph::{Diagnostic, Label, Span, Subject};

use crate::excerpt::{Excerpt, Group, Mark, single_line};
use crate::format::{Context, Level};
use crate::heading::heading;
use crate::instances::instances;
use crate::paint::Ink;
use crate::pen::Pen;
use crate::summary::summary_line;
use crate::text::{MARK, counted, one_line, width, without_tabs, wrap};
use crate::window::Screen;

/// Snippets for one finding at most; further places are named in a line each.
const MOST_SNIPPETS: usize = 4;

/// Further places to name at most.
const MOST_PLACES: usize = 8;

/// No terminal is narrower.
const NARROWEST: usize = 40;

/// Text wider than this is tiring to read.
const WIDEST_TEXT: usize = 100;

pub(crate) fn write(context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_findings(context, out)?;
    writeln!(out, "{}", summary_line(context.report))
}

/// The findings without the summary.
pub(crate) fn write_findings(context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let pen = Pen::new(context.options);
    let mut text = String::new();
    for diagnostic in context.diagnostics.iter() {
        text.clear();
        Drawing::new(context, &pen, diagnostic).draw(&mut text);
        text.push('\n');
        out.write_all(text.as_bytes())?;
    }
    if context.left_out > 0 {
        let findings = counted(context.left_out, "finding is", "findings are");
        writeln!(out, "{findings} not shown\n")?;
    }
    Ok(())
}

/// One finding to draw.
struct Drawing<'a> {
    context: &'a Context<'a>,
    pen: &'a Pen,
    diagnostic: &'a Diagnostic,
    level: Level,
    /// Snippets; the first holds the place to change.
    groups: Vec<Group<'a>>,
    /// What encloses the place to change, if no snippet holds its line.
    around: Option<Span>,
    /// Further places without a snippet.
    places: Vec<Mark<'a>>,
    /// Columns of the widest line number.
    digits: usize,
}

impl<'a> Drawing<'a> {
    fn new(context: &'a Context<'a>, pen: &'a Pen, diagnostic: &'a Diagnostic) -> Self {
        let (groups, places) = grouped(context, diagnostic);
        let last_line = groups.iter().map(Group::last_line).max().unwrap_or(1);
        let level = Level::of(diagnostic.severity);
        let around = heading(&context.locator, diagnostic);
        let around = around.map(|within| context.locator.first_line(within.span));
        let is_drawn = |span: Span| {
            let line = context.locator.line_index(span);
            groups.iter().any(|group| group.draws(span.source, line))
        };
        let around = around.filter(|span| !is_drawn(*span));
        let digits = digits(last_line);
        Self { context, pen, diagnostic, level, groups, around, places, digits }
    }

    fn draw(&self, out: &mut String) {
        self.heading(out);
        let mut is_named = false;
        for (at, group) in self.groups.iter().enumerate() {
            is_named |= self.snippet(out, group, at == 0);
        }
        self.closing(out, is_named);
        self.remarks(out);
    }

    fn heading(&self, out: &mut String) {
        let rule = one_line(&self.diagnostic.rule);
        let card = self.context.card(&self.diagnostic.rule);
        let page = card.map_or("", |card| card.help_uri.as_ref());
        let link = if self.context.options.hyperlinks && !page.is_empty() {
            let page = one_line(page);
            Cow::Owned(format!("\u{1b}]8;;{page}\u{1b}\\{rule}\u{1b}]8;;\u{1b}\\"))
        } else {
            rule
        };
        let heading = self.pen.paint(self.level(), format!("{}[{link}]", self.level.name()));
        let message = one_line(&self.diagnostic.message);
        let _ = writeln!(out, "{heading}: {}", self.pen.paint(Ink::Bold, message));
    }

    /// Draws a snippet but for its last line. Says whether the resource is named in it.
    fn snippet(&self, out: &mut String, group: &Group<'_>, is_first: bool) -> bool {
        let locator = &self.context.locator;
        let mut moved = Vec::new();
        let screen = Screen { columns: self.columns(), unicode: self.context.options.unicode };
        let excerpt =
            Excerpt::new(group, locator, &self.context.masks, screen, |mark, line, at| {
                self.label(group, mark, line, at, &mut moved)
            });
        // miette draws the lines in the same order.
        let mut moved = moved.into_iter();
        let subject = self.diagnostic.subject.as_ref();
        let subject = subject.filter(|_| is_first && excerpt.is_minified);
        let characters = &self.pen.characters;
        let corner = characters.ltop;
        // A margin as wide as the widest of all snippets, without miette's empty first column.
        let indent = " ".repeat(self.digits - digits(group.last_line()));
        for line in self.pen.draw(&excerpt, self.level, &group.marks).lines().skip(1) {
            let line = line.strip_prefix(' ').unwrap_or(line).trim_end();
            if line.trim_start().starts_with(corner) {
                let joint = if is_first { corner } else { characters.lcross };
                let _ = writeln!(out, "{indent}{}", line.replacen(corner, &joint.to_string(), 1));
                if let Some(subject) = subject {
                    let address = one_line(&subject.address);
                    self.margin(out, &format!("{}\n", self.pen.paint(Ink::Dim, address)));
                }
                if excerpt.is_blank() {
                    break;
                }
                if let Some(around) = self.around.filter(|_| is_first && !excerpt.is_minified) {
                    self.line_around(out, around, screen, group);
                }
            } else if line.trim_start().starts_with(characters.lbot) {
                break;
            } else if line.contains(MARK) {
                self.moved_label(out, moved.next());
            } else {
                let _ = writeln!(out, "{indent}{line}");
            }
        }
        subject.is_some()
    }

    /// The line that heads what the place to change is in.
    fn line_around(&self, out: &mut String, around: Span, screen: Screen, group: &Group<'_>) {
        let Context { locator, masks, .. } = self.context;
        let number = locator.line_index(around) + 1;
        let is_next = group.first_line() == number + 1;
        let bar = if is_next { self.pen.characters.vbar } else { self.pen.gap };
        let number = self.pen.paint(Ink::Dim, format!("{number:0$}", self.digits));
        let text = single_line(locator, around, masks, screen);
        let text = self.pen.paint(Ink::Dim, without_tabs(text.trim_end()));
        let _ = writeln!(out, "{number} {bar} {text}");
    }

    /// What miette is to write at a mark: its words, unless they run off the screen.
    fn label<'m>(
        &self,
        group: &Group<'_>,
        mark: &Mark<'m>,
        line: &str,
        at: Range<usize>,
        moved: &mut Vec<Moved<'m>>,
    ) -> String {
        let message = one_line(mark.message);
        if message.is_empty() {
            return String::new();
        }
        let start = width(&line[..at.start]);
        let end = start + width(&line[at]).max(1);
        let overflows = usize::midpoint(start, end) + 4 + width(&message) > self.columns();
        if !overflows || !group.is_alone(&self.context.locator, mark) {
            return message.into_owned();
        }
        moved.push(Moved { message, end, is_primary: mark.is_primary });
        MARK.to_string()
    }

    /// A label that has no room to the right of its underline: flush right below it.
    fn moved_label(&self, out: &mut String, moved: Option<Moved<'_>>) {
        let Some(Moved { message, end, is_primary }) = moved else { return };
        let ink = if is_primary { self.level() } else { Ink::Help };
        for line in wrap(&message, self.columns()) {
            let used = width(&line);
            let indent = end.max(used).min(self.columns()).saturating_sub(used);
            self.margin(out, &format!("{}{}\n", " ".repeat(indent), self.pen.paint(ink, line)));
        }
    }

    /// A line below a line of source.
    fn margin(&self, out: &mut String, text: &str) {
        let _ = write!(out, "{:1$} {2} {text}", "", self.digits, self.pen.characters.vbar_break);
    }

    /// The last line of the last snippet: the resource and the best practice.
    fn closing(&self, out: &mut String, is_named: bool) {
        let (lbot, hbar) = (self.pen.characters.lbot, self.pen.characters.hbar);
        let subject = self.diagnostic.subject.as_ref();
        let subject = subject.map_or(String::new(), |subject| resource(subject, is_named));
        let left = format!("{:1$} {lbot}{hbar} {subject}", "", self.digits);
        let practices: Vec<&str> = self.context.practices(&self.diagnostic.rule).collect();
        let practices = one_line(&practices.join(", ")).into_owned();
        if practices.is_empty() {
            let _ = writeln!(out, "{}", left.trim_end());
            return;
        }
        let room = self.width().saturating_sub(width(&practices) + width(&left)).max(2);
        let _ = writeln!(out, "{left}{:room$}{}", "", self.pen.paint(Ink::Dim, practices));
    }

    /// What is to say below the snippets.
    fn remarks(&self, out: &mut String) {
        let diagnostic = self.diagnostic;
        if let Some(scenario) = &diagnostic.only_when {
            self.remark(out, None, &format!("only when {scenario}"));
        }
        if let Some(instances) = diagnostic.subject.as_ref().and_then(instances) {
            self.remark(out, None, &instances);
        }
        for Mark { span, message, .. } in self.places.iter().take(MOST_PLACES) {
            let region = self.context.locator.region(*span);
            let name = self.context.locator.file(span.source).name();
            let place = format!("{name}:{}:{}", region.line, region.column.characters);
            let colon = if message.is_empty() { "" } else { ": " };
            self.remark(out, Some(("note", Ink::Note)), &format!("{place}{colon}{message}"));
        }
        if let Some(more) = self.places.len().checked_sub(MOST_PLACES).filter(|more| *more > 0) {
            let more = format!("and {}", counted(more, "more place", "more places"));
            self.remark(out, Some(("note", Ink::Note)), &more);
        }
        for note in &diagnostic.notes {
            self.remark(out, Some(("note", Ink::Note)), note);
        }
        if let Some(help) = &diagnostic.help {
            self.remark(out, Some(("help", Ink::Help)), help);
        }
        if let Some(fix) = &diagnostic.fix {
            let unsafe_one = fix.caution.as_ref();
            let option = unsafe_one.map_or("", |_| " --unsafe-fixes");
            let caution = unsafe_one.map_or(String::new(), |caution| format!("; {caution}"));
            let text = format!("proved, `trilith fix{option}`: {}{caution}", fix.title);
            self.remark(out, Some(("fix", Ink::Help)), &text);
        }
    }

    fn remark(&self, out: &mut String, title: Option<(&str, Ink)>, text: &str) {
        let indent = title.map_or(0, |(title, _)| title.len() + 2);
        let lines = wrap(text, self.width().saturating_sub(2 + indent));
        for (at, line) in lines.iter().enumerate() {
            let _ = match title {
                Some((title, ink)) if at == 0 => {
                    writeln!(out, "  {} {line}", self.pen.paint(ink, format!("{title}:")))
                }
                _ => writeln!(out, "  {:indent$}{line}", ""),
            };
        }
    }

    /// Columns for a line of source, right of the margin.
    fn columns(&self) -> usize {
        let width = self.context.options.width.max(NARROWEST);
        width.saturating_sub(self.digits + 3).max(NARROWEST / 2)
    }

    /// Columns for a line of our own.
    fn width(&self) -> usize {
        self.context.options.width.clamp(NARROWEST, WIDEST_TEXT)
    }

    const fn level(&self) -> Ink {
        Ink::of(self.level)
    }
}

/// A label that stands on a line of its own.
struct Moved<'m> {
    message: Cow<'m, str>,
    /// Column after the underline.
    end: usize,
    is_primary: bool,
}

/// Sorts the places of a diagnostic into snippets and a rest that has none.
fn grouped<'a>(
    context: &'a Context<'a>,
    diagnostic: &'a Diagnostic,
) -> (Vec<Group<'a>>, Vec<Mark<'a>>) {
    let locator = &context.locator;
    let mark = |label: &'a Label, is_primary| Mark {
        span: locator.first_line(label.span),
        message: label.message.as_str(),
        is_primary,
    };
    let mut groups = vec![Group::new(locator, mark(&diagnostic.primary, true))];
    let mut places = Vec::new();
    for label in &diagnostic.related {
        let related = mark(label, false);
        if label.is_step && is_seen(groups[0].primary(), label.span, diagnostic.primary.span) {
            continue;
        }
        if groups.iter().any(|group| group.overlaps(related.span)) {
            places.push(related);
        } else if groups.iter_mut().any(|group| group.add(locator, related)) {
        } else if groups.len() < MOST_SNIPPETS {
            groups.push(Group::new(locator, related));
        } else {
            places.push(related);
        }
    }
    (groups, places)
}

/// Whether a step can be seen where the place to change is drawn: it lies in the text that is
/// underlined, or around it.
fn is_seen(drawn: Option<Span>, step: Span, primary: Span) -> bool {
    drawn.is_some_and(|drawn| holds(drawn, step)) || holds(step, primary)
}

const fn holds(outer: Span, inner: Span) -> bool {
    outer.source.0 == inner.source.0 && outer.start <= inner.start && inner.end <= outer.end
}

/// `Sg (AWS::EC2::SecurityGroup)`; without the type where the address says it, and with the
/// construct that made it.
fn resource(subject: &Subject, is_named: bool) -> String {
    let named = named(subject, is_named);
    match &subject.construct {
        Some(construct) => format!("{named}, construct {}", one_line(construct)),
        None => named,
    }
}

fn named(subject: &Subject, is_named: bool) -> String {
    let kind = if subject.source_type.is_empty() {
        one_line(&subject.resource_type)
    } else {
        one_line(&subject.source_type)
    };
    let address = one_line(&subject.address);
    match (is_named, kind.is_empty() || address.contains(kind.as_ref())) {
        (true, _) => kind.into_owned(),
        (false, true) => address.into_owned(),
        (false, false) => format!("{address} ({kind})"),
    }
}

fn digits(number: usize) -> usize {
    number.checked_ilog10().unwrap_or(0) as usize + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(addresses: &[&str]) -> Subject {
        Subject {
            root: trilith_graph::RootId(0),
            enclosed: Vec::new(),
            address: addresses[0].into(),
            declared: Span::at(trilith_graph::SourceId(0), 0),
            construct: None,
            resource_type: "AWS::S3::Bucket".into(),
            source_type: "aws_s3_bucket".into(),
            path: "".into(),
            instances: addresses[1..].iter().map(|address| (*address).into()).collect(),
        }
    }

    #[test]
    fn a_resource_is_named_with_its_type_once() {
        assert_eq!(resource(&subject(&["aws_s3_bucket.b"]), false), "aws_s3_bucket.b");
        assert_eq!(resource(&subject(&["Bucket"]), false), "Bucket (aws_s3_bucket)");
        assert_eq!(resource(&subject(&["Bucket"]), true), "aws_s3_bucket");
    }
}

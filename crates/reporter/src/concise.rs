//! One line for every finding, as compilers write it: editors and `grep` understand it.

use std::io::{self, Write};

use crate::format::{Context, Level};
use crate::paint::{Ink, Painted};
use crate::text::one_line;

pub(crate) fn write(context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let color = context.options.color;
    for diagnostic in context.diagnostics.iter() {
        let span = diagnostic.primary.span;
        let name = one_line(context.locator.file(span.source).name());
        let region = context.locator.region(span);
        let level = Level::of(diagnostic.severity);
        let heading = format!("{}[{}]", level.name(), one_line(&diagnostic.rule));
        write!(
            out,
            "{name}:{}:{}: {} {}",
            region.line,
            region.column.characters,
            Painted(heading, color.then_some(Ink::of(level))),
            one_line(&diagnostic.message),
        )?;
        match &diagnostic.subject {
            Some(subject) => writeln!(out, " ({})", one_line(&subject.address))?,
            None => writeln!(out)?,
        }
    }
    if context.left_out > 0 {
        writeln!(out, "and {} more", context.left_out)?;
    }
    Ok(())
}

//! Logging commands of Azure Pipelines.
//!
//! Source: Microsoft's documentation, "Logging commands", `task.logissue`, and the agent's
//! escaping of `%`, `;`, `]`, CR and LF.

use std::io::{self, Write};

use crate::checkstyle::message;
use crate::format::{Context, Level};

pub(crate) fn write(context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    for diagnostic in context.diagnostics.iter() {
        // There are two types only; what is less than a warning is one all the same.
        let kind = match Level::of(diagnostic.severity) {
            Level::Error => "error",
            Level::Warning | Level::Note => "warning",
        };
        let region = context.locator.region(diagnostic.primary.span);
        writeln!(
            out,
            "##vso[task.logissue type={kind};sourcepath={};linenumber={};columnnumber={};code={};]{}",
            property(context.path(diagnostic.primary.span.source)),
            region.line,
            region.column.characters,
            property(&diagnostic.rule),
            data(&message(diagnostic)),
        )?;
    }
    Ok(())
}

fn data(text: &str) -> String {
    text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(';', "%3B").replace(']', "%5D")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_a_command_is_escaped() {
        assert_eq!(property("a;b]c%d\n"), "a%3Bb%5Dc%AZP25d%0A");
        assert_eq!(data("a;b]c"), "a;b]c");
    }
}

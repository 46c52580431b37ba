//! What is wrong with a policy, and where.

use std::fmt;

use regorus::unstable::Span;

use super::adapt;

/// Something that keeps a policy from being compiled or evaluated.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The policy's file, as printed.
    pub file: String,
    /// Line, from 1; 0 if the problem has no place.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What is wrong, in one line.
    pub message: String,
}

impl Problem {
    /// A problem of a whole file.
    pub fn of_file(file: &str, message: impl Into<String>) -> Self {
        Self { file: file.into(), line: 0, column: 0, message: message.into() }
    }

    /// A problem at a line.
    pub(crate) fn at_line(file: &str, line: u32, message: impl Into<String>) -> Self {
        Self { file: file.into(), line, column: 1, message: message.into() }
    }

    /// A problem at something that regorus has parsed.
    pub(crate) fn at(span: &Span, message: impl Into<String>) -> Self {
        let line = span.source.line(span.line.saturating_sub(1));
        let column = adapt::column_as_written(line, in_characters(line, span.col));
        let file = span.source.file().clone();
        Self { file, line: span.line, column, message: message.into() }
    }

    /// Reads what the parser of Guard says: `line 3, column 7: MESSAGE`.
    pub(crate) fn of_guard(file: &str, text: &str) -> Self {
        let place = || {
            let (line, rest) = text.strip_prefix("line ")?.split_once(", column ")?;
            let (column, message) = rest.split_once(": ")?;
            Some((line.parse().ok()?, column.parse().ok()?, message))
        };
        match place() {
            Some((line, column, message)) => {
                Self { file: file.into(), line, column, message: message.into() }
            }
            None => Self::of_file(file, text),
        }
    }

    /// Reads what regorus says: `\n--> FILE:LINE:COLUMN\n`, an excerpt, `error: MESSAGE`. Where
    /// one error is inside another, the innermost is what is wrong.
    pub(crate) fn of_regorus(file: &str, text: &str) -> Self {
        let problem = match text.rsplit_once("--> ") {
            Some((_, last)) => Self::of_block(last),
            None => Self::of_line(text),
        };
        problem.unwrap_or_else(|| Self::of_file(file, plain(text)))
    }

    /// Reads `FILE:LINE:COLUMN error: MESSAGE`, as the parser of regorus says some errors.
    fn of_line(text: &str) -> Option<Self> {
        let (place, message) = text.split_once(" error: ")?;
        let mut parts = place.trim().rsplitn(3, ':');
        let column = parts.next()?.parse().ok()?;
        let line = parts.next()?.parse().ok()?;
        let file = parts.next()?.to_owned();
        Some(Self { file, line, column, message: plain(message) })
    }

    fn of_block(block: &str) -> Option<Self> {
        let (place, rest) = block.split_once('\n')?;
        let mut parts = place.trim().rsplitn(3, ':');
        let column = parts.next()?.parse().ok()?;
        let line = parts.next()?.parse().ok()?;
        let file = parts.next()?.to_owned();
        let message = rest.split_once("error: ").map_or(rest, |(_, message)| message);
        let number = format!("{line} | ");
        let shown = rest.split_once(&number).and_then(|(_, text)| text.lines().next());
        let shown = shown.unwrap_or_default();
        let column = adapt::column_as_written(shown, in_characters(shown, column));
        Some(Self { file, line, column, message: plain(message) })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.message),
            line => write!(f, "{}:{line}:{}: {}", self.file, self.column, self.message),
        }
    }
}

/// One line without what is of no use to an author.
fn plain(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.contains("time limit") {
        return "stopped: the policy runs longer than it may; a loop over everything in a loop \
                over everything does"
            .into();
    }
    line.replace("could not find function data.", "there is no function `data.")
        .replace("could not find function ", "there is no function `")
        + if line.starts_with("could not find function ") { "`" } else { "" }
}

/// The column in characters for one of regorus, to which a tab is four columns wide.
fn in_characters(line: &str, column: u32) -> u32 {
    let mut at = 1;
    let mut characters = 1;
    for c in line.chars() {
        if at >= column {
            break;
        }
        at += if c == '\t' { 4 } else { 1 };
        characters += 1;
    }
    // Behind the end of the line, each column is a character.
    characters + column.saturating_sub(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_error_counts() {
        let text = "\n--> a/b.rego:3:7\n  |\n3 | x := f(1)\n  |      ^\nerror: \n--> l.rego:9:2\n  |\n\
                    9 | y\n  | ^\nerror: use of undefined variable `y` is unsafe";
        let problem = Problem::of_regorus("a/b.rego", text);
        assert_eq!(problem.to_string(), "l.rego:9:2: use of undefined variable `y` is unsafe");
        assert_eq!(Problem::of_regorus("c.rego", "odd").to_string(), "c.rego: odd");
        let text = "a/b.rego:3:7 error: encountered `1` while expecting identifier";
        assert_eq!(
            Problem::of_regorus("c.rego", text).to_string(),
            "a/b.rego:3:7: encountered `1` while expecting identifier"
        );
    }

    #[test]
    fn a_missing_function_is_named() {
        let text = "\n--> a.rego:1:1\n |\n1 | f\n | ^\nerror: could not find function data.l.f";
        assert_eq!(Problem::of_regorus("a", text).message, "there is no function `data.l.f`");
    }

    #[test]
    fn a_tab_is_one_character() {
        assert_eq!(in_characters("\t\tx := 1", 9), 3);
        assert_eq!(in_characters("\tx\t", 10), 4);
        assert_eq!(in_characters("x := 1", 3), 3);
        assert_eq!(in_characters("x", 5), 5);
    }
}

//! What is wrong with broken YAML, in words, and the patch that lets the rest be read.
//!
//! The parser says where it gave up. People want to know what they mistyped, which is often
//! somewhat earlier; so each case here looks at the text around the place again.

use granit_parser::{ErrorKind, ScanError};
use trilith_graph::{SourceId, Span};

use super::SyntaxError;
use super::lines::{Lines, first_word};
use super::yaml_patch::Patch;

/// Where and why reading stopped.
pub(super) struct Failure<'f> {
    pub source: SourceId,
    pub text: &'f str,
    pub error: &'f ScanError,
    /// Where the last thing that could be read ended.
    pub last_end: usize,
}

/// What to say, and how to go on.
pub(super) struct Repair {
    pub error: SyntaxError,
    pub patch: Option<Patch>,
}

/// How the rest of the text can be read.
enum Remedy {
    /// The character at this offset becomes text.
    Character(usize),
    /// The line of this offset and the deeper ones that follow are left out.
    Entry(usize),
    /// The line of this offset and everything that may belong to it is left out.
    Block(usize),
    /// A text is changed, or left out, as the patch says.
    Patch(Patch),
    /// Nothing more can be read of this document.
    Stop,
}

type Explained = (SyntaxError, Remedy);

/// Explains a failure and proposes a patch.
pub(super) fn repair(failure: &Failure<'_>) -> Repair {
    let place = Site::new(failure);
    let (error, remedy) = place.explain(failure.error.kind());
    let patch = match remedy {
        Remedy::Character(at) => Some(Patch::Character(at)),
        Remedy::Entry(at) => Some(Patch::Lines(place.lines.entry(at))),
        Remedy::Block(at) => Some(Patch::Lines(place.lines.block(at))),
        Remedy::Patch(patch) => Some(patch),
        Remedy::Stop => None,
    };
    Repair { error, patch }
}

struct Site<'f> {
    source: SourceId,
    text: &'f str,
    lines: Lines<'f>,
    /// Where the parser gave up.
    at: usize,
    last_end: usize,
    message: String,
}

impl<'f> Site<'f> {
    fn new(failure: &Failure<'f>) -> Self {
        let text = failure.text;
        let mut at = failure.error.marker().byte_offset().unwrap_or(0).min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        Self {
            source: failure.source,
            text,
            lines: Lines(text),
            at,
            last_end: failure.last_end,
            message: failure.error.kind().to_string(),
        }
    }

    fn fatal(&self, start: usize, end: usize, message: impl Into<String>) -> SyntaxError {
        SyntaxError::fatal(Span::new(self.source, start as u32, end as u32), message)
    }

    fn rest_of_line(&self, at: usize) -> &'f str {
        self.text[at..self.lines.range(at).end].trim_end()
    }

    /// An error over the rest of the line of `at`.
    fn line_error(&self, at: usize, message: impl Into<String>) -> SyntaxError {
        self.fatal(at, at + self.rest_of_line(at).len(), message)
    }

    /// An error over the word at `at`.
    fn word_error(&self, at: usize, message: impl Into<String>) -> SyntaxError {
        self.fatal(at, at + first_word(&self.text[at..]).len(), message)
    }

    fn explain(&self, kind: &ErrorKind) -> Explained {
        use ErrorKind as E;
        if let Some(explained) = self.foreign_text() {
            return explained;
        }
        match kind {
            E::MissingAnchorOrAliasName => self.mark_without_name(),
            E::UnexpectedCharacter { character } => self.reserved_character(*character),
            E::TabInBlockIndentation
            | E::TabInIndentation
            | E::TabInPlainScalar
            | E::TabNotAllowed
            | E::TabAtBlockScalarStart
            | E::InvalidBlockEntryWhitespace
            | E::InvalidMappingValueWhitespace => self.tab(),
            E::InvalidQuotedScalarIndent => {
                self.outdented_text().unwrap_or_else(|| self.unclosed_quote())
            }
            E::UnclosedQuotedScalar | E::DocumentIndicatorInQuotedScalar => self.unclosed_quote(),
            E::InvalidTrailingSingleQuotedScalar | E::InvalidTrailingDoubleQuotedScalar => {
                self.text_after_quote(kind == &E::InvalidTrailingSingleQuotedScalar)
            }
            E::UnknownQuotedScalarEscape => self.unknown_escape(),
            E::UnclosedFlowCollection { .. }
            | E::InvalidColonPlacement
            | E::ExpectedFlowMappingSeparator
            | E::ExpectedFlowSequenceSeparator
            | E::UnexpectedEofFlowMapping
            | E::UnexpectedEofFlowSequence
            | E::UnexpectedEofImplicitFlowMapping
            | E::BlockEntryInFlowCollection
            | E::InvalidFlowScalarIndent => self.unclosed_bracket(),
            E::MismatchedFlowCollectionEnd { open, close } => {
                let error =
                    self.fatal(self.at, self.at + 1, format!("a `{close}` closes `{open}`"));
                (error.help("close every bracket with its own kind"), Remedy::Block(self.at))
            }
            E::MisplacedFlowCollectionEnd => self.unopened_bracket(),
            E::MappingValueNotAllowed => self.unexpected_colon(),
            E::ExpectedBlockMappingKey | E::ExpectedBlockSequenceEntry | E::InvalidIndentation => {
                self.wrong_column()
            }
            E::SimpleKeyExpected | E::InvalidSimpleKey => self.half_typed_key(),
            E::BlockSequenceEntryNotAllowed => {
                let error = self.line_error(self.at, "a list begins on the line of its key");
                (error.help("put the first `- ` on a line of its own"), Remedy::Block(self.at))
            }
            E::InvalidBlockScalarHeader => {
                let error = self.line_error(self.at, "there is text on the line of `|` or `>`");
                (error.help("begin the text on the next line"), Remedy::Block(self.at))
            }
            E::CommentInterceptedScalar => {
                let error = self.line_error(self.at, "a comment divides this text");
                (
                    error.help("move the comment, or put the text in a block (`|`)"),
                    Remedy::Block(self.at),
                )
            }
            E::ExpectedDocumentStart => {
                let error =
                    self.line_error(self.at, "there is more text after the end of the document");
                (error.help("begin another document with `---`"), Remedy::Entry(self.at))
            }
            E::RecursionLimitExceeded => {
                let error = self.fatal(self.at, self.at, "collections are nested too deep");
                (error, Remedy::Stop)
            }
            _ => (self.line_error(self.at, self.message.clone()), Remedy::Block(self.at)),
        }
    }

    /// Template languages and merge conflicts: YAML once they are gone, not before.
    fn foreign_text(&self) -> Option<Explained> {
        let around = self.lines.around(self.at);
        let here = &self.text[around.clone()];
        let find = |mark: &str| here.find(mark).map(|offset| around.start + offset);
        if let Some(at) = find("{%") {
            let error = self.fatal(at, at + 2, "`{% ... %}` is a template language, not YAML");
            return Some((error.help("render the file before it is checked"), Remedy::Stop));
        }
        let conflict = ["<<<<<<< ", "=======\n", ">>>>>>> "].into_iter().find_map(find)?;
        if !self.lines.is_start(conflict) {
            return None;
        }
        let error = self.line_error(conflict, "a merge conflict is not resolved");
        Some((error.help("resolve it and remove the markers"), Remedy::Stop))
    }

    fn mark_without_name(&self) -> Explained {
        let word = first_word(&self.text[self.at..]);
        let message = if word.starts_with('*') {
            "`*` without quotes is a YAML alias"
        } else {
            "`&` without quotes is a YAML anchor"
        };
        let mut error = self.word_error(self.at, message).help(format!("write `\"{word}\"`"));
        error.kind = super::SyntaxErrorKind::Recovered;
        (error, Remedy::Character(self.at))
    }

    fn reserved_character(&self, character: char) -> Explained {
        let shown = character.escape_debug();
        let end = self.at + character.len_utf8();
        match character {
            '@' | '`' | '%' => {
                let message = format!("text cannot begin with `{shown}`");
                let mut error = self.word_error(self.at, message);
                error.kind = super::SyntaxErrorKind::Recovered;
                (error.help("put the text in quotes"), Remedy::Character(self.at))
            }
            '\0' => {
                let error = self.fatal(self.at, end, "a NUL character: this is not text");
                (error, Remedy::Stop)
            }
            '\t' => self.tab(),
            _ => {
                let error = self.fatal(self.at, end, format!("`{shown}` is not allowed here"));
                (error, Remedy::Block(self.at))
            }
        }
    }

    /// The tab is on the line of the failure, or on the next.
    fn tab(&self) -> Explained {
        let rest = &self.text[self.lines.range(self.at).start..];
        let tab = rest.find('\t').map(|offset| self.lines.range(self.at).start + offset);
        let at = tab.unwrap_or(self.at);
        let length = self.text[at..].len() - self.text[at..].trim_start_matches('\t').len();
        let mut error = self.fatal(at, at + length, "a tab in the indentation");
        let patch = if self.lines.are_indented_by_tabs() {
            Patch::Tabs
        } else if self.lines.is_indentation(at) {
            Patch::Lines(self.lines.damaged_by_tab(at))
        } else {
            Patch::Blanks(at..at + length)
        };
        if !matches!(patch, Patch::Lines(_)) {
            error.kind = super::SyntaxErrorKind::Recovered;
        }
        let help = "YAML is indented with blanks only: replace the tab";
        (error.help(help), Remedy::Patch(patch))
    }

    /// Quoted text that goes on further out than its key. YAML forbids it, and the parsers that
    /// AWS and most tools use do not mind; policies are often written so.
    fn outdented_text(&self) -> Option<Explained> {
        let opening = self.lines.unclosed_quote(self.last_end)?;
        let closing = self.lines.closing_quote(opening)?;
        let column = self.lines.indent(self.lines.range(opening).start);
        let failing = self.lines.indent(self.lines.range(self.at).start);
        let patch = Patch::Joined { text: opening..closing + 1, column: column.max(failing) };
        let error = self.line_error(opening, "quoted text goes on further out than its key");
        Some((error, Remedy::Patch(patch)))
    }

    fn unclosed_quote(&self) -> Explained {
        let at = self.lines.unclosed_quote(self.last_end).unwrap_or(self.at);
        let quote = self.text[at..].chars().next().unwrap_or('"');
        let error = self.line_error(at, format!("this `{quote}` is never closed"));
        (error.help(format!("put a `{quote}` at the end of the text")), Remedy::Block(at))
    }

    fn text_after_quote(&self, is_single: bool) -> Explained {
        let quote = if is_single { '\'' } else { '"' };
        let line = self.lines.range(self.at);
        // The quote that closes here may have been meant to open.
        if let Some(opening) = self.lines.unclosed_quote(self.last_end)
            && opening < line.start
        {
            let error = self.line_error(opening, format!("this `{quote}` is never closed"));
            return (
                error.help(format!("put a `{quote}` at the end of the text")),
                Remedy::Block(opening),
            );
        }
        let error = self.line_error(self.at, "there is text after the closing quote");
        let help = if is_single {
            "write `''` for a quote inside the text"
        } else {
            "write `\\\"` for a quote inside the text"
        };
        (error.help(help), Remedy::Block(self.at))
    }

    fn unknown_escape(&self) -> Explained {
        let known = |c: char| "0abtnvfre \"/\\N_LPxuU\t\n\r".contains(c);
        let bytes = self.text[self.at..].char_indices();
        let mut escaped = false;
        for (offset, character) in bytes {
            if escaped && !known(character) {
                let at = self.at + offset - 1;
                let end = self.at + offset + character.len_utf8();
                let written = &self.text[at..end];
                let error = self.fatal(at, end, format!("`{written}` is no escape"));
                let help = format!("write `\\{written}`, or put the text in single quotes");
                return (error.help(help), Remedy::Block(self.at));
            }
            escaped = character == '\\' && !escaped;
        }
        (self.line_error(self.at, self.message.clone()), Remedy::Block(self.at))
    }

    fn unclosed_bracket(&self) -> Explained {
        let Some(at) = self.lines.unclosed_bracket(self.at) else {
            let error = self.line_error(self.at, "a `,` or a closing bracket is missing");
            return (error, Remedy::Block(self.at));
        };
        let (opening, closing) =
            if self.text[at..].starts_with('{') { ('{', '}') } else { ('[', ']') };
        if self.lines.range(at).contains(&self.at)
            && !self.rest_of_line(self.at).is_empty()
            && self.at > at
        {
            let message = format!("a `,` or `{closing}` is missing before this");
            return (self.word_error(self.at, message), Remedy::Block(at));
        }
        let error = self.line_error(at, format!("this `{opening}` is never closed"));
        (error.help(format!("put a `{closing}` after the last element")), Remedy::Block(at))
    }

    fn unopened_bracket(&self) -> Explained {
        let bracket = self.text[self.at..].chars().next().unwrap_or(']');
        let message = format!("this `{bracket}` closes nothing");
        let error = self.fatal(self.at, self.at + bracket.len_utf8(), message);
        (error.help("remove it, or put the text in quotes"), Remedy::Block(self.at))
    }

    /// A `: ` where the parser is not ready for a key.
    fn unexpected_colon(&self) -> Explained {
        let line = self.lines.range(self.at);
        let indent = line.start + self.lines.indent(line.start);
        let before = &self.text[indent..self.at];
        if let Some(colon) = before.find(": ") {
            let value = indent + colon + 2;
            let value = value + self.text[value..].len() - self.text[value..].trim_start().len();
            let error = self.line_error(value, "there is a second `: ` on this line");
            return (error.help("put quotes around the value"), Remedy::Entry(self.at));
        }
        if let Some(previous) = self.lines.previous(self.at) {
            if let Some(glued) = self.lines.glued_colon(previous) {
                return self.blank_is_missing(glued);
            }
            let column = previous - self.lines.range(previous).start;
            let is_word = self.rest_of_line(previous).bytes().all(|b| b.is_ascii_alphanumeric());
            if is_word && column < self.lines.indent(line.start) {
                return self.missing_colon(previous);
            }
        }
        self.wrong_column()
    }

    fn blank_is_missing(&self, colon: usize) -> Explained {
        let error = self.fatal(colon, colon + 1, "a blank is missing after this `:`");
        (error.help("write `: ` between key and value"), Remedy::Entry(colon))
    }

    /// A line that begins at a column of no collection, or with the wrong kind of entry.
    fn wrong_column(&self) -> Explained {
        let line = self.lines.range(self.at);
        let column = self.lines.indent(line.start);
        let start = line.start + column;
        let word = first_word(&self.text[start..]).trim_end_matches(':');
        let columns = self.lines.columns_above(line.start);
        let remedy = Remedy::Block(start);
        if columns.contains(&column) {
            let error = self.word_error(
                start,
                if word == "-" {
                    "a list entry among the keys of a map".to_owned()
                } else {
                    format!("`{word}` is no entry of the list above")
                },
            );
            let help = if word == "-" {
                "indent the list under its key, or remove the `-`"
            } else {
                "begin it with `- `, or indent it like the key of the list"
            };
            return (error.help(help), remedy);
        }
        let nearest = columns
            .iter()
            .copied()
            .min_by_key(|other| (other.abs_diff(column), usize::MAX - other));
        let Some(sibling) = nearest else {
            return (self.line_error(start, self.message.clone()), remedy);
        };
        let (here, there) = (column + 1, sibling + 1);
        let message = format!("`{word}` is at column {here}, its siblings at {there}");
        let error = self.fatal(line.start, start + word.len(), message);
        (error.help(format!("indent it by {sibling} blanks")), remedy)
    }

    fn half_typed_key(&self) -> Explained {
        let line = self.lines.range(self.at);
        let start = line.start + self.lines.indent(line.start);
        if let Some(colon) = self.lines.glued_colon(start) {
            return self.blank_is_missing(colon);
        }
        self.missing_colon(start)
    }

    fn missing_colon(&self, start: usize) -> Explained {
        let key = self.rest_of_line(start);
        let error = self.line_error(start, format!("`{key}` is a key without a `:`"));
        (error.help(format!("write `{key}: ` and a value")), Remedy::Entry(start))
    }
}

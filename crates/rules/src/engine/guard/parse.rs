//! Guard text to a [`RuleFile`].
//!
//! A recursive descent without backtracking over more than one token: the time is linear in
//! the text, and the depth of nesting is limited. What the reference parser accepts means the
//! same here. In a few places that it rejects for want of a space or a line break, this parser
//! is content; a word such as `in` or `when` is a keyword only if a name does not go on.

mod block;
mod clause;
mod cursor;
mod literal;
mod query;

use std::fmt;
use std::sync::Arc;

use super::constant::select_by_constants;
use super::ir::{Block, Clause, Let, ParameterisedRule, Rule, RuleFile, TextRange};
use cursor::{Cursor, Parsed};

/// Why a rules file cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Offset in bytes.
    pub offset: usize,
    /// What is wrong, in one line without a full stop.
    pub message: String,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for SyntaxError {}

/// Reads a rules file and checks its regular expressions.
///
/// # Errors
/// The first syntax error.
pub fn parse(text: &str) -> Result<RuleFile, SyntaxError> {
    parse_with(text, true)
}

/// Reads a rules file that is known to be valid, such as a built-in rule: regular expressions
/// are compiled when they are first used, and one that is broken matches nothing.
///
/// # Errors
/// The first syntax error outside a regular expression.
pub fn parse_trusted(text: &str) -> Result<RuleFile, SyntaxError> {
    parse_with(text, false)
}

fn parse_with(text: &str, check_patterns: bool) -> Result<RuleFile, SyntaxError> {
    let mut cursor = Cursor::new(text, check_patterns);
    file(&mut cursor).map_err(|failure| cursor.describe(*failure))
}

fn file(cursor: &mut Cursor<'_>) -> Parsed<RuleFile> {
    let mut file = RuleFile {
        text: Arc::from(cursor.text()),
        lets: Vec::new(),
        rules: Vec::new(),
        parameterised: Vec::new(),
        captures: false,
    };
    let mut outside: Vec<Vec<Clause>> = Vec::new();
    let mut first_outside = 0;
    loop {
        cursor.space();
        let start = cursor.at();
        if cursor.is_at_end() {
            break;
        }
        if cursor.keyword_before_space("let") {
            file.lets.push(cursor.assignment()?);
        } else if cursor.keyword_before_space("rule") {
            rule(cursor, start, &mut file)?;
        } else {
            if outside.is_empty() {
                first_outside = start;
            }
            outside.push(cursor.outside_clauses()?);
        }
    }
    if !outside.is_empty() {
        let block = Block { lets: Vec::new(), clauses: outside };
        let name = Arc::from(RuleFile::DEFAULT_RULE);
        let at = TextRange { start: first_outside as u32, end: cursor.text().len() as u32 };
        file.rules.insert(0, Rule { name, conditions: None, block, at });
    }
    file.captures = cursor.captures();
    select_by_constants(&mut file);
    Ok(file)
}

/// A rule, behind the word `rule` that starts at `start`.
fn rule(cursor: &mut Cursor<'_>, start: usize, file: &mut RuleFile) -> Parsed<()> {
    cursor.space();
    let name: Arc<str> = match cursor.name() {
        Some(name) => name.into(),
        None => return cursor.fail("expected the name of the rule"),
    };
    if cursor.take("(") {
        let parameters = parameters(cursor)?;
        let block = cursor.rule_block()?;
        let at = cursor.range_from(start);
        let rule = Rule { name, conditions: None, block, at };
        file.parameterised.push(ParameterisedRule { parameters, rule });
        return Ok(());
    }
    let conditions = cursor.when_conditions()?;
    let block = cursor.rule_block()?;
    let at = cursor.range_from(start);
    file.rules.push(Rule { name, conditions, block, at });
    Ok(())
}

fn parameters(cursor: &mut Cursor<'_>) -> Parsed<Vec<Arc<str>>> {
    let mut parameters: Vec<Arc<str>> = Vec::new();
    loop {
        cursor.space();
        let Some(name) = cursor.name() else {
            return cursor.fail("expected the name of a parameter");
        };
        if !parameters.iter().any(|known| **known == *name) {
            parameters.push(name.into());
        }
        cursor.space();
        if cursor.take(")") {
            return Ok(parameters);
        }
        if !cursor.take(",") {
            return cursor.fail("expected `,` or `)` behind a parameter");
        }
    }
}

/// The kinds of clause that a block may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// Outside any rule: no references to rules.
    File,
    /// Directly in a rule: everything.
    Rule,
    /// In a `when` block of a rule: no types.
    When,
    /// In the conditions of `when`: comparisons, references and calls.
    Condition,
    /// In any other block and in filters: no types and no references to rules.
    Block,
}

impl Scope {
    const fn allows_types(self) -> bool {
        matches!(self, Self::File | Self::Rule)
    }

    const fn allows_references(self) -> bool {
        matches!(self, Self::Rule | Self::When | Self::Condition)
    }

    const fn allows_blocks(self) -> bool {
        !matches!(self, Self::Condition)
    }

    /// What the block behind a `when` of this scope allows.
    const fn of_when_block(self) -> Self {
        match self {
            Self::File | Self::Rule => Self::When,
            _ => Self::Block,
        }
    }
}

impl Let {
    fn new(name: &str, value: super::ir::Operand) -> Self {
        Self { name: name.into(), value }
    }
}

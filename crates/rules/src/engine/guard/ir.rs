//! A parsed rules file: what the evaluator walks.
//!
//! Names follow the Guard language: a rule is a block in conjunctive normal form, whose lines
//! all have to hold and whose `or` alternatives need one.

use std::sync::{Arc, OnceLock};

use super::case;
use super::pattern::Pattern;
use super::selection::TypeSelection;

/// A rules file, ready to be evaluated any number of times, from any thread.
#[derive(Debug)]
pub struct RuleFile {
    /// The text that was parsed; clauses refer to it for messages.
    pub(super) text: Arc<str>,
    /// Variables of the file.
    pub(super) lets: Vec<Let>,
    /// Rules in order; the clauses outside any rule come first, as the rule `default`.
    pub(super) rules: Vec<Rule>,
    /// Rules with parameters, which run only where they are called.
    pub(super) parameterised: Vec<ParameterisedRule>,
    /// Whether a query captures keys in a variable. Captures outlive the rule that makes them,
    /// so results must not be shared between rules then.
    pub(super) captures: bool,
}

impl RuleFile {
    /// Name of the rule that holds the clauses written outside any rule.
    pub const DEFAULT_RULE: &'static str = "default";

    /// The rules in order; a name may occur more than once.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &str> {
        self.rules.iter().map(|rule| &*rule.name)
    }

    /// The names of the rules, as [`RuleFile::rules`].
    pub(crate) fn rule_names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.rules.iter().map(|rule| &rule.name)
    }

    /// The text that was parsed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a clause on one line, as its author wrote it.
    pub(super) fn excerpt(&self, at: TextRange) -> String {
        let text = self.text.get(at.start as usize..at.end as usize).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Places of the rules of a name.
    pub fn rules_called(&self, name: &str) -> Vec<usize> {
        let rules = self.rules.iter().enumerate();
        rules.filter(|(_, rule)| *rule.name == *name).map(|(at, _)| at).collect()
    }

    /// The text of a rule, from the word `rule` on.
    pub fn rule_text(&self, rule: usize) -> &str {
        let at = self.rules.get(rule).map(|rule| rule.at);
        let range = at.map(|at| at.start as usize..at.end as usize);
        range.and_then(|range| self.text.get(range)).unwrap_or_default()
    }

    /// Whether a query captures keys in a variable, so that rules have to be evaluated together
    /// and in order.
    pub fn captures(&self) -> bool {
        self.captures
    }

    /// The line of an offset, from 1.
    pub(super) fn line(&self, offset: u32) -> u32 {
        let before = self.text.as_bytes().iter().take(offset as usize);
        before.filter(|byte| **byte == b'\n').count() as u32 + 1
    }
}

/// A range of bytes of the rules file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TextRange {
    pub(super) start: u32,
    pub(super) end: u32,
}

/// `rule name when .. { .. }`.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) name: Arc<str>,
    pub(super) conditions: Option<Conjunction>,
    pub(super) block: Block,
    /// From the word `rule` to the end of the block.
    pub(super) at: TextRange,
}

/// `rule name(parameter, ..) { .. }`.
#[derive(Debug)]
pub(super) struct ParameterisedRule {
    pub(super) parameters: Vec<Arc<str>>,
    pub(super) rule: Rule,
}

/// Lines that all have to hold, each a list of alternatives.
pub(super) type Conjunction = Vec<Vec<Clause>>;

/// Variables and clauses between braces.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) lets: Vec<Let>,
    pub(super) clauses: Conjunction,
}

/// `let name = ..`.
#[derive(Debug)]
pub(super) struct Let {
    pub(super) name: Arc<str>,
    pub(super) value: Operand,
}

/// What may stand on the right of a comparison, after `let` and as an argument.
#[derive(Debug)]
pub(super) enum Operand {
    Literal(Literal),
    Query(Query),
    Call(FunctionCall),
}

/// One alternative of a line.
#[derive(Debug)]
pub(super) enum Clause {
    /// `Properties.Size > 10`.
    Comparison(Comparison),
    /// The name of another rule.
    Reference(RuleReference),
    /// `name(argument, ..)`.
    Call(RuleCall),
    /// `query { .. }`.
    Block(BlockClause),
    /// `when .. { .. }`.
    When(WhenClause),
    /// `AWS::S3::Bucket when .. { .. }`.
    Type(TypeClause),
}

/// A check of the values of a query.
#[derive(Debug)]
pub(super) struct Comparison {
    pub(super) query: Query,
    pub(super) operator: Operator,
    /// Whether the check is inverted; `not` before the query and in the operator cancel out.
    pub(super) negated: bool,
    /// What is compared with; none for a check of one value.
    pub(super) right: Option<Operand>,
    pub(super) message: Option<Arc<str>>,
    pub(super) at: TextRange,
}

/// `rule_name`, `not rule_name`.
#[derive(Debug)]
pub(super) struct RuleReference {
    pub(super) name: Arc<str>,
    pub(super) negated: bool,
    pub(super) message: Option<Arc<str>>,
    pub(super) at: TextRange,
}

/// `rule_name(argument, ..)`.
#[derive(Debug)]
pub(super) struct RuleCall {
    pub(super) name: Arc<str>,
    pub(super) negated: bool,
    pub(super) arguments: Vec<Operand>,
    pub(super) message: Option<Arc<str>>,
    pub(super) at: TextRange,
}

/// `query { .. }` and `query !empty { .. }`.
#[derive(Debug)]
pub(super) struct BlockClause {
    pub(super) query: Query,
    /// Whether a query without values fails instead of being skipped.
    pub(super) not_empty: bool,
    pub(super) block: Block,
    pub(super) at: TextRange,
}

/// `when conditions { .. }`.
#[derive(Debug)]
pub(super) struct WhenClause {
    pub(super) conditions: Conjunction,
    pub(super) block: Block,
}

/// `AWS::S3::Bucket when conditions { .. }`.
#[derive(Debug)]
pub(super) struct TypeClause {
    pub(super) query: Query,
    pub(super) conditions: Option<Conjunction>,
    pub(super) block: Block,
}

/// The operators. The first six compare with something, the others look at one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    In,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Exists,
    Empty,
    IsString,
    IsList,
    IsStruct,
    IsBool,
    IsInt,
    IsFloat,
    IsNull,
}

impl Operator {
    /// Whether the operator compares with something.
    pub(super) const fn is_binary(self) -> bool {
        matches!(
            self,
            Self::Equal
                | Self::In
                | Self::Less
                | Self::LessOrEqual
                | Self::Greater
                | Self::GreaterOrEqual
        )
    }
}

/// A path into the document, such as `some Resources.*[ Type == 'T' ].Properties.Tags[*]`.
#[derive(Debug)]
pub(super) struct Query {
    pub(super) parts: Vec<Part>,
    /// Whether every value has to satisfy a clause; false after `some`.
    pub(super) match_all: bool,
    /// What the first three parts select, if they select resources by their type.
    pub(super) selection: Option<TypeSelection>,
    pub(super) at: TextRange,
}

impl Query {
    /// The variable, if the query is nothing else.
    pub(super) fn is_lone_variable(&self) -> bool {
        matches!(self.parts.as_slice(), [Part::Variable(_)])
    }

    /// Whether the query ends in a filter, so that it selects values instead of naming them.
    pub(super) fn ends_in_filter(&self) -> bool {
        matches!(self.parts.last(), Some(Part::Filter { .. } | Part::KeyFilter { .. }))
    }
}

/// A step of a [`Query`].
#[derive(Debug)]
pub(super) enum Part {
    /// `this`.
    This,
    /// `%name`: a variable at the start, the keys to follow anywhere else.
    Variable(Arc<str>),
    /// A member.
    Key(Key),
    /// `*`, or `[ name ]` to capture the keys.
    Values(Option<Arc<str>>),
    /// `[*]`, or `[name]` to capture the keys.
    Indices(Option<Arc<str>>),
    /// `[0]`, `.0`; from the end if negative.
    Index(i64),
    /// `[ clauses ]`.
    Filter { capture: Option<Arc<str>>, clauses: Conjunction },
    /// `[ keys == .. ]`.
    KeyFilter { comparator: KeyComparator, right: Box<Operand> },
}

/// How [`Part::KeyFilter`] compares keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KeyComparator {
    /// `in` instead of `==`.
    pub(super) membership: bool,
    pub(super) negated: bool,
}

/// The name of a member in a query.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: Arc<str>,
    /// The number that the name spells: such a key is an index into a list.
    pub(super) index: Option<i64>,
    spellings: OnceLock<[Box<str>; case::CASES]>,
}

impl Key {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.into(), index: name.parse().ok(), spellings: OnceLock::new() }
    }

    /// The name in the other spellings under which a missing member is looked for.
    pub(super) fn spellings(&self) -> &[Box<str>; case::CASES] {
        self.spellings.get_or_init(|| case::spellings(&self.name))
    }
}

/// A constant.
#[derive(Debug)]
pub(super) enum Literal {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    String(Arc<str>),
    Regex(Pattern),
    List(Vec<Literal>),
    Map(Vec<(Arc<str>, Literal)>),
    IntRange(Range<i64>),
    FloatRange(Range<f64>),
    CharRange(Range<char>),
}

/// `r[lower, upper)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Range<T> {
    pub(super) lower: T,
    pub(super) upper: T,
    pub(super) includes_lower: bool,
    pub(super) includes_upper: bool,
}

/// `name(argument, ..)` as a value.
#[derive(Debug)]
pub(super) struct FunctionCall {
    pub(super) function: Function,
    pub(super) arguments: Vec<Operand>,
}

/// The functions of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Count,
    Join,
    JsonParse,
    Now,
    ParseBoolean,
    ParseChar,
    ParseEpoch,
    ParseFloat,
    ParseInt,
    ParseString,
    RegexReplace,
    Substring,
    ToLower,
    ToUpper,
    UrlDecode,
}

impl Function {
    /// Every function with its name and number of arguments.
    const ALL: [(Self, &'static str, usize); 15] = [
        (Self::Count, "count", 1),
        (Self::Join, "join", 2),
        (Self::JsonParse, "json_parse", 1),
        (Self::Now, "now", 0),
        (Self::ParseBoolean, "parse_boolean", 1),
        (Self::ParseChar, "parse_char", 1),
        (Self::ParseEpoch, "parse_epoch", 1),
        (Self::ParseFloat, "parse_float", 1),
        (Self::ParseInt, "parse_int", 1),
        (Self::ParseString, "parse_string", 1),
        (Self::RegexReplace, "regex_replace", 3),
        (Self::Substring, "substring", 3),
        (Self::ToLower, "to_lower", 1),
        (Self::ToUpper, "to_upper", 1),
        (Self::UrlDecode, "url_decode", 1),
    ];

    /// The function of a name and its number of arguments.
    pub(super) fn find(name: &str) -> Option<(Self, usize)> {
        let found = Self::ALL.iter().find(|(_, known, _)| *known == name);
        found.map(|(function, _, arguments)| (*function, *arguments))
    }

    /// The function's name.
    pub(super) fn name(self) -> &'static str {
        let found = Self::ALL.iter().find(|(function, _, _)| *function == self);
        found.map_or("", |(_, name, _)| name)
    }
}

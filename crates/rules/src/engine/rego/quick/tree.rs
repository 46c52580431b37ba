//! The parts of a policy that was read.

use regorus::Value;

use super::super::builtins;
use super::functions::Careful;

/// All that defines one name.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) name: String,
    pub(super) kind: RuleKind,
    /// Definitions that hold side by side.
    pub(super) definitions: Vec<Definition>,
    /// The value if no definition gives one.
    pub(super) default: Option<Value>,
}

/// What a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RuleKind {
    /// One value.
    Value,
    /// A set of what the definitions give.
    Set,
    /// An object of what the definitions give.
    Object,
    /// A function of so many arguments.
    Function(usize),
}

/// One definition of a rule.
#[derive(Debug)]
pub(super) struct Definition {
    /// What the arguments of a function must be.
    pub(super) parameters: Vec<Pattern>,
    /// What it stands for, with what follows each `else`: the first whose body holds counts.
    pub(super) clauses: Vec<Clause>,
    /// Variables that it needs.
    pub(super) variables: usize,
}

/// A value and when it counts.
#[derive(Debug)]
pub(super) struct Clause {
    /// The key in an object.
    pub(super) key: Option<Expr>,
    pub(super) value: Expr,
    pub(super) body: Vec<Statement>,
}

/// A step of a body.
#[derive(Debug)]
pub(super) enum Statement {
    /// The expression is defined and not false.
    Holds(Expr),
    /// It is not.
    Fails(Expr),
    /// `x := 1`.
    Is(Pattern, Expr),
    /// `some key, value in collection`.
    Some { key: Pattern, value: Pattern, collection: Expr },
    /// `every key, value in collection { body }`.
    Every { key: Pattern, value: Pattern, collection: Expr, body: Vec<Statement> },
}

/// What a value is taken apart into.
#[derive(Debug)]
pub(super) enum Pattern {
    /// Anything: `_`.
    Any,
    /// A variable.
    Variable(usize),
    /// An array of as many elements.
    Array(Vec<Pattern>),
    /// This value.
    Equal(Value),
}

/// What has a value.
#[derive(Debug)]
pub(super) enum Expr {
    Constant(Value),
    Variable(usize),
    Input,
    /// The rule at an index.
    Rule(usize),
    Array(Vec<Expr>),
    Set(Vec<Expr>),
    Object(Vec<(Expr, Expr)>),
    ArrayOf(Box<Expr>, Vec<Statement>),
    SetOf(Box<Expr>, Vec<Statement>),
    ObjectOf(Box<(Expr, Expr)>, Vec<Statement>),
    /// A member of something.
    Member(Box<Expr>, Box<Expr>),
    Call(builtins::Function, Vec<Expr>),
    /// A call that may have to be left to regorus.
    CallCarefully(Careful, Vec<Expr>),
    /// A call of the rule at an index.
    CallRule(usize, Vec<Expr>),
    Compare(Comparison, Box<(Expr, Expr)>),
    /// Whether a collection has an element.
    In(Box<(Expr, Expr)>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

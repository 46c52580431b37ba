//! The syntax tree of the Terraform language, with the place of everything.
//!
//! INVARIANT: the tree is at most [`DEPTH_LIMIT`] expressions deep. Chains of operators and of
//! traversal steps are flat, so that a long line does not make a deep tree.

use std::sync::Arc;

use trilith_graph::Span;

use crate::tree::{Comment, SyntaxError};

/// How deep blocks and expressions may be nested.
pub const DEPTH_LIMIT: usize = 128;

/// A file: `.tf`, or `.tfvars`, whose attributes are at the top.
#[derive(Debug, Clone, Default)]
pub struct File {
    /// What the file holds.
    pub body: Body,
    /// The comments, in the order of the source.
    pub comments: Vec<Comment>,
    /// What is wrong with the syntax, in the order of the source.
    pub errors: Vec<SyntaxError>,
}

/// An expression or template that stands alone, and what is wrong with it.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// The expression; of the kind [`ExpressionKind::Malformed`] if it could not be read.
    pub expression: Expression,
    /// What is wrong with the syntax.
    pub errors: Vec<SyntaxError>,
}

/// The inside of a file or block.
#[derive(Debug, Clone, Default)]
pub struct Body {
    /// The attributes, in order. A name should occur once, but that is not checked here.
    pub attributes: Vec<Attribute>,
    /// The blocks, in order.
    pub blocks: Vec<Block>,
    /// Whether something inside could not be read, so that nothing may be called missing.
    pub is_cut: bool,
}

impl Body {
    /// The attribute with a name; the last one if there are several.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().rev().find(|attribute| &*attribute.name == name)
    }

    /// The blocks of a type.
    pub fn blocks_of<'b>(&'b self, type_name: &'b str) -> impl Iterator<Item = &'b Block> {
        self.blocks.iter().filter(move |block| &*block.type_name == type_name)
    }
}

/// A block: `resource "aws_s3_bucket" "logs" { ... }`.
#[derive(Debug, Clone)]
pub struct Block {
    /// Its type: `resource`.
    pub type_name: Arc<str>,
    /// Where the type is written.
    pub type_span: Span,
    /// Its labels without quotes, and where they are written, quotes and all.
    pub labels: Vec<(Arc<str>, Span)>,
    /// What it holds.
    pub body: Body,
    /// From the type to the closing brace.
    pub span: Span,
}

impl Block {
    /// The text of a label, from 0.
    pub fn label(&self, index: usize) -> Option<&Arc<str>> {
        self.labels.get(index).map(|(text, _)| text)
    }

    /// Type and labels: what to mark for the block as a whole.
    pub fn header_span(&self) -> Span {
        self.labels.last().map_or(self.type_span, |(_, span)| self.type_span.to(*span))
    }
}

/// An attribute: `name = value`.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// Its name.
    pub name: Arc<str>,
    /// Where the name is written.
    pub name_span: Span,
    /// Its value; of the kind [`ExpressionKind::Malformed`] if it could not be read.
    pub value: Expression,
}

impl Attribute {
    /// From the name to the end of the value.
    pub fn span(&self) -> Span {
        self.name_span.to(self.value.span)
    }
}

/// A name and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub text: Arc<str>,
    /// Where it is written.
    pub span: Span,
}

/// An expression and where it is written.
#[derive(Debug, Clone)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// From its first to its last byte. A heredoc ends with its end marker.
    pub span: Span,
}

/// The cases of an expression.
#[derive(Debug, Clone)]
pub enum ExpressionKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text without holes: in quotes or as a heredoc. Also a number of too many digits.
    String(Arc<str>),
    /// Text with holes, or text of which the places of the pieces matter.
    Template(Vec<TemplatePart>),
    /// `[a, b]`.
    List(Vec<Expression>),
    /// `{ a = b }`. A key may occur twice; the last one counts.
    Object(Vec<ObjectItem>),
    /// A name that stands for a value: `var`, `aws_s3_bucket`, the variable of a `for`.
    Variable(Arc<str>),
    /// What lies behind a value: `var.tags["a"].b[*].c`.
    Traversal(Box<Traversal>),
    /// `f(a, b...)`.
    Call(Box<Call>),
    /// `!a` or `-a`.
    Unary(UnaryOperator, Box<Expression>),
    /// `a + b - c`: operators of one precedence, from left to right.
    Binary(Box<Binary>),
    /// `a ? b : c`.
    Conditional(Box<Conditional>),
    /// `[for x in xs : x]` or `{for x in xs : k => v}`.
    For(Box<For>),
    /// `(a)`.
    Parenthesis(Box<Expression>),
    /// Something that could not be read; a syntax error says why.
    Malformed,
}

/// A piece of a template.
#[derive(Debug, Clone)]
pub enum TemplatePart {
    /// Literal text. Unless `text` is what is written at `span`, the piece is one escape
    /// sequence, so a place in the text can be traced to the source.
    Literal {
        /// The text that is meant.
        text: Arc<str>,
        /// Where it is written.
        span: Span,
    },
    /// `${a}`. The span of the expression lies within the braces.
    Interpolation(Expression),
    /// `%{ if a }b%{ else }c%{ endif }`.
    If(Box<TemplateIf>),
    /// `%{ for x in a }b%{ endfor }`.
    For(Box<TemplateFor>),
}

/// A choice inside a template.
#[derive(Debug, Clone)]
pub struct TemplateIf {
    /// The condition.
    pub condition: Expression,
    /// The text if it holds.
    pub then: Vec<TemplatePart>,
    /// The text if it does not.
    pub otherwise: Vec<TemplatePart>,
}

/// A repetition inside a template.
#[derive(Debug, Clone)]
pub struct TemplateFor {
    /// The variable that takes the key or index.
    pub key: Option<Name>,
    /// The variable that takes the element.
    pub value: Name,
    /// What to go through.
    pub collection: Expression,
    /// The text for each element.
    pub body: Vec<TemplatePart>,
}

/// A member of an object.
#[derive(Debug, Clone)]
pub struct ObjectItem {
    /// The key.
    pub key: ObjectKey,
    /// The value.
    pub value: Expression,
}

/// The key of an object's member.
#[derive(Debug, Clone)]
pub enum ObjectKey {
    /// A bare name, which stands for itself.
    Name(Name),
    /// Anything else: text, a number, an expression in parentheses.
    Expression(Expression),
}

impl ObjectKey {
    /// Where the key is written.
    pub fn span(&self) -> Span {
        match self {
            Self::Name(name) => name.span,
            Self::Expression(expression) => expression.span,
        }
    }
}

/// A value and the steps from there.
#[derive(Debug, Clone)]
pub struct Traversal {
    /// Where to start.
    pub root: Expression,
    /// The steps, at least one.
    pub steps: Vec<Step>,
}

/// One step of a [`Traversal`].
#[derive(Debug, Clone)]
pub struct Step {
    /// What it does.
    pub kind: StepKind,
    /// From the dot or bracket to the end of the step.
    pub span: Span,
}

/// The cases of a step.
#[derive(Debug, Clone)]
pub enum StepKind {
    /// `.a`, or `.0`, the old way to write `[0]`.
    Attribute(Arc<str>),
    /// `[a]`.
    Index(Expression),
    /// `[*]` and `.*`, with the steps that each element takes.
    Splat(Vec<Step>),
}

/// A call of a function.
#[derive(Debug, Clone)]
pub struct Call {
    /// Name of the function, with its namespace: `merge`, `provider::aws::arn_parse`.
    pub name: Name,
    /// The arguments.
    pub arguments: Vec<Expression>,
    /// Whether the last argument is a list whose elements are the further arguments (`...`).
    pub expands_last: bool,
}

/// Operators of one precedence.
#[derive(Debug, Clone)]
pub struct Binary {
    /// The first operand.
    pub first: Expression,
    /// The operators and their right operands, at least one.
    pub rest: Vec<(BinaryOperator, Expression)>,
}

/// A choice between two expressions.
#[derive(Debug, Clone)]
pub struct Conditional {
    /// The condition.
    pub condition: Expression,
    /// The value if it holds.
    pub then: Expression,
    /// The value if it does not.
    pub otherwise: Expression,
}

/// A list or object made from another collection.
#[derive(Debug, Clone)]
pub struct For {
    /// The variable that takes the key or index.
    pub key_variable: Option<Name>,
    /// The variable that takes the element.
    pub value_variable: Name,
    /// What to go through.
    pub collection: Expression,
    /// The key of each member, if the result is an object.
    pub key: Option<Expression>,
    /// The value of each element or member.
    pub value: Expression,
    /// Whether the values of equal keys are gathered in a list (`...`).
    pub is_grouping: bool,
    /// What must hold for an element to be taken.
    pub condition: Option<Expression>,
}

/// An operator before its operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOperator {
    /// `!`
    Not,
    /// `-`
    Negate,
}

/// An operator between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOperator {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
}

impl BinaryOperator {
    /// How strongly it binds, from 0.
    pub const fn precedence(self) -> u8 {
        match self {
            Self::Or => 0,
            Self::And => 1,
            Self::Equal | Self::NotEqual => 2,
            Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual => 3,
            Self::Add | Self::Subtract => 4,
            Self::Multiply | Self::Divide | Self::Modulo => 5,
        }
    }

    /// How it is written.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
        }
    }
}

//! From words to rules.
//!
//! A head and the term of a comprehension are written before the body that gives their variables
//! a value, and are read after it. A name that has no value where it is read is not understood.

mod body;
mod cursor;
mod expression;

use regorus::Value;

use super::Beyond;
use super::lex::{Kind, Token, tokens};
use super::tree::{Clause, Definition, Expr, Pattern, Rule, RuleKind};

/// How deep expressions may be nested.
const DEPTH_LIMIT: usize = 32;

/// What a policy reads of a resource and not of what is around it.
const OWN: [&str; 7] = ["address", "format", "name", "properties", "terraform", "type", "unknown"];

/// The rules of a policy, and whether it may read what is around the resource.
pub(super) fn rules(text: &str) -> Result<(Vec<Rule>, bool), Beyond> {
    let tokens = tokens(text)?;
    let mut has_library = false;
    let mut chunks = Vec::new();
    for chunk in split(&tokens) {
        match chunk {
            [Token { kind: Kind::Name("package"), .. }, ..] => {}
            [Token { kind: Kind::Name("import"), .. }, path @ ..] => {
                has_library |= is_library(path);
                if !is_library(path) {
                    return Err(Beyond);
                }
            }
            _ => chunks.push(chunk),
        }
    }
    let mut rules: Vec<Rule> = Vec::new();
    for chunk in &chunks {
        declare(chunk, &mut rules)?;
    }
    let names: Vec<(String, RuleKind)> =
        rules.iter().map(|rule| (rule.name.clone(), rule.kind)).collect();
    let mut looks_around = false;
    for chunk in chunks {
        let mut parser = Parser {
            tokens: chunk,
            at: 0,
            rules: &names,
            has_library,
            scope: Vec::new(),
            variables: 0,
            depth: 0,
            looks_around: false,
        };
        match parser.chunk()? {
            (rule, Chunk::Default(value)) => rules[rule].default = Some(value),
            (rule, Chunk::Definition(definition)) => rules[rule].definitions.push(definition),
        }
        looks_around |= parser.looks_around;
    }
    Ok((rules, looks_around))
}

/// The words of each rule: it begins at the beginning of a line, as nothing else does but a
/// bracket that closes and an `else`.
fn split<'a, 't>(tokens: &'a [Token<'t>]) -> Vec<&'a [Token<'t>]> {
    let begins = |token: &Token<'_>| {
        let goes_on =
            matches!(token.kind, Kind::Line | Kind::Sign("}" | "]" | ")") | Kind::Name("else"));
        token.begins_line && !goes_on
    };
    let starts: Vec<usize> = (0..tokens.len()).filter(|at| begins(&tokens[*at])).collect();
    let ends = starts.iter().skip(1).copied().chain([tokens.len()]);
    starts.iter().zip(ends).map(|(start, end)| &tokens[*start..end]).collect()
}

fn is_library(path: &[Token<'_>]) -> bool {
    let mut kinds = path.iter().map(|token| &token.kind).filter(|kind| **kind != Kind::Line);
    let expected = [Kind::Name("data"), Kind::Sign("."), Kind::Name("trilith")];
    expected.iter().all(|kind| kinds.next() == Some(kind)) && kinds.next().is_none()
}

/// Adds the rule that a chunk is about.
fn declare(chunk: &[Token<'_>], rules: &mut Vec<Rule>) -> Result<(), Beyond> {
    let (name, kind) = match chunk {
        [Token { kind: Kind::Name("default"), .. }, Token { kind: Kind::Name(name), .. }, ..] => {
            (name, RuleKind::Value)
        }
        [Token { kind: Kind::Name(name), .. }, next, ..] => match next.kind {
            Kind::Name("contains") => (name, RuleKind::Set),
            Kind::Sign("[") => (name, RuleKind::Object),
            Kind::Sign("(") => (name, RuleKind::Function(arity(&chunk[2..])?)),
            Kind::Sign(":=") | Kind::Name("if") => (name, RuleKind::Value),
            _ => return Err(Beyond),
        },
        _ => return Err(Beyond),
    };
    match rules.iter().find(|rule| rule.name == *name) {
        Some(rule) if rule.kind == kind => Ok(()),
        Some(_) => Err(Beyond),
        None => {
            let name = (*name).to_owned();
            rules.push(Rule { name, kind, definitions: Vec::new(), default: None });
            Ok(())
        }
    }
}

/// How many parameters there are up to the closing bracket.
fn arity(tokens: &[Token<'_>]) -> Result<usize, Beyond> {
    let end = tokens.iter().position(|token| token.kind == Kind::Sign(")")).ok_or(Beyond)?;
    let commas = tokens[..end].iter().filter(|token| token.kind == Kind::Sign(",")).count();
    Ok(if end == 0 { 0 } else { commas + 1 })
}

enum Chunk {
    Default(Value),
    Definition(Definition),
}

struct Parser<'a, 't> {
    tokens: &'a [Token<'t>],
    at: usize,
    rules: &'a [(String, RuleKind)],
    has_library: bool,
    /// The names that have a value.
    scope: Vec<(&'t str, usize)>,
    /// How many variables there are.
    variables: usize,
    depth: usize,
    /// Whether `input` occurs elsewhere than in front of what is the resource's own.
    looks_around: bool,
}

impl Parser<'_, '_> {
    fn chunk(&mut self) -> Result<(usize, Chunk), Beyond> {
        let is_default = self.take(&Kind::Name("default"));
        let name = self.name()?;
        let rule = self.rules.iter().position(|(known, _)| known == name).ok_or(Beyond)?;
        if is_default {
            self.expect_sign(":=")?;
            let Expr::Constant(value) = self.expr()? else { return Err(Beyond) };
            self.lines();
            let is_over = self.at == self.tokens.len();
            return is_over.then_some((rule, Chunk::Default(value))).ok_or(Beyond);
        }
        let parameters = if self.sign("(") { self.parameters()? } else { Vec::new() };
        let mut clauses = vec![self.clause(self.rules[rule].1)?];
        self.lines();
        while self.take(&Kind::Name("else")) {
            clauses.push(self.clause(RuleKind::Value)?);
            self.lines();
        }
        if self.at < self.tokens.len() {
            return Err(Beyond);
        }
        let definition = Definition { parameters, clauses, variables: self.variables };
        Ok((rule, Chunk::Definition(definition)))
    }

    fn parameters(&mut self) -> Result<Vec<Pattern>, Beyond> {
        let mut parameters = Vec::new();
        while !self.sign(")") {
            let parameter = self.pattern()?;
            if !matches!(parameter, Pattern::Any | Pattern::Variable(_)) {
                return Err(Beyond);
            }
            parameters.push(parameter);
            if !self.sign(",") && !self.is_at(&Kind::Sign(")")) {
                return Err(Beyond);
            }
        }
        Ok(parameters)
    }

    /// What stands for a rule, with its body: the body is read first.
    fn clause(&mut self, kind: RuleKind) -> Result<Clause, Beyond> {
        let head = self.at;
        let known = self.scope.len();
        self.at = self.find(head, &[Kind::Name("if"), Kind::Name("else")]);
        let end = self.at;
        let body = if self.take(&Kind::Name("if")) { self.body_of_rule()? } else { Vec::new() };
        let after = std::mem::replace(&mut self.at, head);
        let (key, value) = self.head(kind)?;
        self.lines();
        if self.at != end {
            return Err(Beyond);
        }
        self.at = after;
        self.scope.truncate(known);
        Ok(Clause { key, value, body })
    }

    fn head(&mut self, kind: RuleKind) -> Result<(Option<Expr>, Expr), Beyond> {
        match kind {
            RuleKind::Set => {
                self.expect(&Kind::Name("contains"))?;
                Ok((None, self.expr()?))
            }
            RuleKind::Object => {
                self.expect_sign("[")?;
                let key = self.expr()?;
                self.expect_sign("]")?;
                self.expect_sign(":=")?;
                Ok((Some(key), self.expr()?))
            }
            RuleKind::Value | RuleKind::Function(_) => {
                let value =
                    if self.sign(":=") { self.expr()? } else { Expr::Constant(Value::Bool(true)) };
                Ok((None, value))
            }
        }
    }
}

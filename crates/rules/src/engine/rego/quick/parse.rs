//! From words to rules.
//!
//! A head and the term of a comprehension are written before the body that gives their variables
//! a value, and are read after it. A name that has no value where it is read is not understood.

use std::collections::{BTreeMap, BTreeSet};

use regorus::Value;

use super::Beyond;
use super::functions::{self, Function};
use super::lex::{Kind, Token, tokens};
use super::tree::{Clause, Comparison, Definition, Expr, Pattern, Rule, RuleKind, Statement};

/// How deep expressions may be nested.
const DEPTH_LIMIT: usize = 32;

/// What a policy reads of a resource and not of what is around it.
const OWN: [&str; 7] = ["address", "format", "name", "properties", "terraform", "type", "unknown"];

/// Functions that read only those of the resource that they are given.
const READERS: [&str; 5] = [
    "trilith.known",
    "trilith.may_be",
    "trilith.may_be_false",
    "trilith.may_be_true",
    "trilith.property",
];

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
    let mut looks_around = false;
    for chunk in chunks {
        let names: Vec<(String, RuleKind)> =
            rules.iter().map(|rule| (rule.name.clone(), rule.kind)).collect();
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
    let mut starts: Vec<usize> = Vec::new();
    starts.extend((0..tokens.len()).filter(|at| begins(&tokens[*at])));
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

impl<'t> Parser<'_, 't> {
    fn kind(&self) -> Option<&Kind<'t>> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    fn is_at(&self, kind: &Kind<'_>) -> bool {
        self.kind() == Some(kind)
    }

    fn take(&mut self, kind: &Kind<'_>) -> bool {
        let is = self.is_at(kind);
        self.at += usize::from(is);
        is
    }

    fn expect(&mut self, kind: &Kind<'_>) -> Result<(), Beyond> {
        self.take(kind).then_some(()).ok_or(Beyond)
    }

    fn sign(&mut self, sign: &str) -> bool {
        self.take(&Kind::Sign(sign))
    }

    fn expect_sign(&mut self, sign: &str) -> Result<(), Beyond> {
        self.expect(&Kind::Sign(sign))
    }

    fn name(&mut self) -> Result<&'t str, Beyond> {
        let Some(Kind::Name(name)) = self.kind() else { return Err(Beyond) };
        let name = *name;
        self.at += 1;
        Ok(name)
    }

    fn lines(&mut self) {
        while self.take(&Kind::Line) {}
    }

    /// Where one of some words comes next, outside of the brackets that open on the way; where
    /// those around close, or the end.
    fn find(&self, from: usize, wanted: &[Kind<'_>]) -> usize {
        let mut depth = 0_usize;
        for (at, token) in self.tokens.iter().enumerate().skip(from) {
            match token.kind {
                ref kind if depth == 0 && wanted.contains(kind) => return at,
                Kind::Sign("{" | "[" | "(") => depth += 1,
                Kind::Sign("}" | "]" | ")") if depth == 0 => return at,
                Kind::Sign("}" | "]" | ")") => depth -= 1,
                _ => {}
            }
        }
        self.tokens.len()
    }

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

    fn body_of_rule(&mut self) -> Result<Vec<Statement>, Beyond> {
        if self.sign("{") {
            let body = self.body()?;
            self.expect_sign("}")?;
            return Ok(body);
        }
        Ok(vec![self.statement()?])
    }

    /// Statements up to a bracket that closes.
    fn body(&mut self) -> Result<Vec<Statement>, Beyond> {
        let mut body = Vec::new();
        loop {
            while self.take(&Kind::Line) || self.sign(";") {}
            if matches!(self.kind(), None | Some(Kind::Sign("}" | "]"))) {
                break;
            }
            body.push(self.statement()?);
            if !matches!(self.kind(), Some(Kind::Line | Kind::Sign(";" | "}" | "]"))) {
                return Err(Beyond);
            }
        }
        if body.is_empty() { Err(Beyond) } else { Ok(body) }
    }

    fn statement(&mut self) -> Result<Statement, Beyond> {
        match self.kind() {
            Some(Kind::Name("some")) => {
                self.at += 1;
                let (key, value, collection) = self.members()?;
                Ok(Statement::Some { key, value, collection })
            }
            Some(Kind::Name("every")) => {
                self.at += 1;
                let known = self.scope.len();
                let (key, value, collection) = self.members()?;
                self.expect_sign("{")?;
                let body = self.body()?;
                self.expect_sign("}")?;
                self.scope.truncate(known);
                Ok(Statement::Every { key, value, collection, body })
            }
            Some(Kind::Name("not")) => {
                self.at += 1;
                let expr = self.expr()?;
                // What is undefined in a call makes the whole undefined, except for resources
                // without what is unknown: see `adapt`.
                let is_call =
                    matches!(expr, Expr::Call(..) | Expr::CallCarefully(..) | Expr::CallRule(..));
                if is_call && !self.has_library { Err(Beyond) } else { Ok(Statement::Fails(expr)) }
            }
            _ => self.assignment_or_condition(),
        }
    }

    fn assignment_or_condition(&mut self) -> Result<Statement, Beyond> {
        let start = self.at;
        let ends = [Kind::Sign(":="), Kind::Line, Kind::Sign(";"), Kind::Name("else")];
        let assignment = self.find(start, &ends);
        if self.tokens.get(assignment).is_none_or(|token| token.kind != Kind::Sign(":=")) {
            return Ok(Statement::Holds(self.expr()?));
        }
        self.at = assignment + 1;
        self.lines();
        let value = self.expr()?;
        let after = std::mem::replace(&mut self.at, start);
        let pattern = self.pattern()?;
        if self.at != assignment {
            return Err(Beyond);
        }
        self.at = after;
        Ok(Statement::Is(pattern, value))
    }

    /// `key, value in collection`.
    fn members(&mut self) -> Result<(Pattern, Pattern, Expr), Beyond> {
        let start = self.at;
        let sign = self.find(start, &[Kind::Name("in"), Kind::Line]);
        self.at = sign;
        self.expect(&Kind::Name("in"))?;
        let collection = self.expr()?;
        let after = std::mem::replace(&mut self.at, start);
        let first = self.pattern()?;
        let (key, value) =
            if self.sign(",") { (first, self.pattern()?) } else { (Pattern::Any, first) };
        if self.at != sign {
            return Err(Beyond);
        }
        self.at = after;
        Ok((key, value, collection))
    }

    /// Names that get a value.
    fn pattern(&mut self) -> Result<Pattern, Beyond> {
        match self.kind() {
            Some(Kind::Name("_")) => {
                self.at += 1;
                Ok(Pattern::Any)
            }
            Some(Kind::Name(name)) => {
                let name = *name;
                self.at += 1;
                self.variables += 1;
                self.scope.push((name, self.variables - 1));
                Ok(Pattern::Variable(self.variables - 1))
            }
            Some(Kind::Constant(value)) => {
                let value = value.clone();
                self.at += 1;
                Ok(Pattern::Equal(value))
            }
            Some(Kind::Sign("[")) => {
                self.at += 1;
                let mut items = vec![self.pattern()?];
                while self.sign(",") {
                    items.push(self.pattern()?);
                }
                self.expect_sign("]")?;
                Ok(Pattern::Array(items))
            }
            _ => Err(Beyond),
        }
    }

    fn expr(&mut self) -> Result<Expr, Beyond> {
        self.depth += 1;
        if self.depth > DEPTH_LIMIT {
            return Err(Beyond);
        }
        let first = self.comparison()?;
        let expr = if self.take(&Kind::Name("in")) {
            self.lines();
            Expr::In(Box::new((first, self.comparison()?)))
        } else {
            first
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn comparison(&mut self) -> Result<Expr, Beyond> {
        let first = self.term()?;
        let comparison = match self.kind() {
            Some(Kind::Sign("==")) => Comparison::Equal,
            Some(Kind::Sign("!=")) => Comparison::Unequal,
            Some(Kind::Sign("<")) => Comparison::Less,
            Some(Kind::Sign("<=")) => Comparison::AtMost,
            Some(Kind::Sign(">")) => Comparison::More,
            Some(Kind::Sign(">=")) => Comparison::AtLeast,
            _ => return Ok(first),
        };
        self.at += 1;
        self.lines();
        Ok(Expr::Compare(comparison, Box::new((first, self.term()?))))
    }

    fn term(&mut self) -> Result<Expr, Beyond> {
        let mut term = self.start_of_term()?;
        loop {
            if self.sign(".") {
                let key = Expr::Constant(Value::from(self.name()?));
                term = Expr::Member(Box::new(term), Box::new(key));
            } else if self.sign("[") {
                let key = self.expr()?;
                self.expect_sign("]")?;
                term = Expr::Member(Box::new(term), Box::new(key));
            } else {
                return Ok(term);
            }
        }
    }

    fn start_of_term(&mut self) -> Result<Expr, Beyond> {
        match self.kind().ok_or(Beyond)? {
            Kind::Constant(value) => {
                let value = value.clone();
                self.at += 1;
                Ok(Expr::Constant(value))
            }
            Kind::Name(_) => self.named(),
            Kind::Sign("-") => {
                self.at += 1;
                let Some(Kind::Constant(Value::Number(number))) = self.kind() else {
                    return Err(Beyond);
                };
                let number = number.as_i64().ok_or(Beyond)?;
                self.at += 1;
                Ok(Expr::Constant(Value::from(-number)))
            }
            Kind::Sign("(") => {
                self.at += 1;
                let inner = self.expr()?;
                self.expect_sign(")")?;
                Ok(inner)
            }
            Kind::Sign("[") => self.array(),
            Kind::Sign("{") => self.set_or_object(),
            _ => Err(Beyond),
        }
    }

    /// A variable, a rule, `input`, or a call.
    fn named(&mut self) -> Result<Expr, Beyond> {
        let start = self.at;
        let name = self.name()?;
        let mut path = name.to_owned();
        while self.is_at(&Kind::Sign(".")) {
            self.at += 1;
            let Ok(next) = self.name() else { break };
            path.push('.');
            path.push_str(next);
        }
        if self.sign("(") {
            return self.call(&path);
        }
        self.at = start + 1;
        if let Some((_, variable)) = self.scope.iter().rev().find(|(known, _)| *known == name) {
            return Ok(Expr::Variable(*variable));
        }
        if name == "input" {
            let is_own = self.sign(".")
                && matches!(self.kind(), Some(Kind::Name(name)) if OWN.contains(name));
            self.at = start + 1;
            self.looks_around |= !is_own;
            return Ok(Expr::Input);
        }
        let rule = self
            .rules
            .iter()
            .position(|(known, kind)| known == name && !matches!(kind, RuleKind::Function(_)));
        rule.map(Expr::Rule).ok_or(Beyond)
    }

    fn call(&mut self, path: &str) -> Result<Expr, Beyond> {
        let resource = [Kind::Name("input"), Kind::Sign(",")];
        let is_given = self.tokens[self.at..].iter().map(|token| &token.kind).take(2).eq(&resource);
        let mut arguments = Vec::new();
        if is_given && READERS.contains(&path) {
            arguments.push(Expr::Input);
            self.at += resource.len();
        }
        arguments.extend(self.list(")")?);
        let arity = arguments.len();
        let is_meant =
            |(name, kind): &(String, RuleKind)| name == path && *kind == RuleKind::Function(arity);
        if let Some(rule) = self.rules.iter().position(is_meant) {
            return Ok(Expr::CallRule(rule, arguments));
        }
        if path.starts_with("trilith.") && !self.has_library {
            return Err(Beyond);
        }
        if path == "set" && arity == 0 {
            return Ok(Expr::Constant(Value::new_set()));
        }
        match functions::find(path, arity).ok_or(Beyond)? {
            Function::Plain(function) => Ok(Expr::Call(function, arguments)),
            Function::Careful(function) => Ok(Expr::CallCarefully(function, arguments)),
        }
    }

    /// Expressions up to a bracket, which is passed.
    fn list(&mut self, end: &str) -> Result<Vec<Expr>, Beyond> {
        let mut items = Vec::new();
        loop {
            self.lines();
            if self.sign(end) {
                return Ok(items);
            }
            items.push(self.expr()?);
            self.lines();
            if !self.sign(",") && !self.is_at(&Kind::Sign(end)) {
                return Err(Beyond);
            }
        }
    }

    fn array(&mut self) -> Result<Expr, Beyond> {
        self.at += 1;
        if let Some(bar) = self.bar() {
            let (body, ((), term)) = self.comprehension(bar, |parser| Ok(((), parser.expr()?)))?;
            self.expect_sign("]")?;
            return Ok(Expr::ArrayOf(Box::new(term), body));
        }
        let items = self.list("]")?;
        let constants = items.iter().map(constant).collect::<Option<Vec<_>>>();
        Ok(constants.map_or(Expr::Array(items), |items| Expr::Constant(Value::from(items))))
    }

    fn set_or_object(&mut self) -> Result<Expr, Beyond> {
        self.at += 1;
        if let Some(bar) = self.bar() {
            let (body, (key, value)) = self.comprehension(bar, |parser| {
                let first = parser.expr()?;
                let second = if parser.sign(":") { Some(parser.expr()?) } else { None };
                Ok((first, second))
            })?;
            self.expect_sign("}")?;
            return Ok(match value {
                Some(value) => Expr::ObjectOf(Box::new((key, value)), body),
                None => Expr::SetOf(Box::new(key), body),
            });
        }
        self.lines();
        let is_object = self.is_at(&Kind::Sign("}")) || {
            let next = self.find(self.at, &[Kind::Sign(":"), Kind::Sign(",")]);
            self.tokens.get(next).is_some_and(|token| token.kind == Kind::Sign(":"))
        };
        if is_object {
            return self.object();
        }
        let items = self.list("}")?;
        let constants = items.iter().map(constant).collect::<Option<BTreeSet<_>>>();
        Ok(constants.map_or(Expr::Set(items), |items| Expr::Constant(Value::from(items))))
    }

    fn object(&mut self) -> Result<Expr, Beyond> {
        let mut members = Vec::new();
        loop {
            self.lines();
            if self.sign("}") {
                break;
            }
            let key = self.expr()?;
            self.expect_sign(":")?;
            self.lines();
            members.push((key, self.expr()?));
            self.lines();
            if !self.sign(",") && !self.is_at(&Kind::Sign("}")) {
                return Err(Beyond);
            }
        }
        let constants = members
            .iter()
            .map(|(key, value)| Some((constant(key)?, constant(value)?)))
            .collect::<Option<BTreeMap<_, _>>>();
        Ok(match constants {
            Some(members) => Expr::Constant(Value::from(members)),
            None => Expr::Object(members),
        })
    }

    /// Where the `|` of a comprehension is whose bracket has been passed.
    fn bar(&self) -> Option<usize> {
        let bar = self.find(self.at, &[Kind::Sign("|")]);
        self.tokens.get(bar).is_some_and(|token| token.kind == Kind::Sign("|")).then_some(bar)
    }

    fn comprehension<T>(
        &mut self,
        bar: usize,
        term: impl FnOnce(&mut Self) -> Result<T, Beyond>,
    ) -> Result<(Vec<Statement>, T), Beyond> {
        let start = self.at;
        let known = self.scope.len();
        self.at = bar + 1;
        let body = self.body()?;
        let after = std::mem::replace(&mut self.at, start);
        self.lines();
        let term = term(self)?;
        self.lines();
        if self.at != bar {
            return Err(Beyond);
        }
        self.at = after;
        self.scope.truncate(known);
        Ok((body, term))
    }
}

fn constant(expr: &Expr) -> Option<Value> {
    match expr {
        Expr::Constant(value) => Some(value.clone()),
        _ => None,
    }
}

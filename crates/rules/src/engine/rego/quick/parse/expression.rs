//! Expressions.

use std::collections::{BTreeMap, BTreeSet};

use regorus::Value;

use super::super::super::builtins::PATH_HELPERS;
use super::super::Beyond;
use super::super::functions::{self, Function};
use super::super::lex::Kind;
use super::super::tree::{Comparison, Expr, RuleKind, Statement};
use super::{DEPTH_LIMIT, OWN, Parser};

impl Parser<'_, '_> {
    pub(super) fn expr(&mut self) -> Result<Expr, Beyond> {
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
        if is_given && PATH_HELPERS.contains(&path) {
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
            let (body, term) = self.comprehension(bar, Self::expr)?;
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

//! Bodies: rows of statements, and the names that they give a value.

use super::super::Beyond;
use super::super::lex::Kind;
use super::super::tree::{Expr, Pattern, Statement};
use super::Parser;

impl Parser<'_, '_> {
    pub(super) fn body_of_rule(&mut self) -> Result<Vec<Statement>, Beyond> {
        if self.sign("{") {
            let body = self.body()?;
            self.expect_sign("}")?;
            return Ok(body);
        }
        Ok(vec![self.statement()?])
    }

    /// Statements up to a bracket that closes.
    pub(super) fn body(&mut self) -> Result<Vec<Statement>, Beyond> {
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
    pub(super) fn pattern(&mut self) -> Result<Pattern, Beyond> {
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
}

//! Blocks, `let`, `when` and types.

use super::Scope;
use super::cursor::{Cursor, Parsed};
use crate::engine::guard::ir::{
    Block, Clause, Comparison, Conjunction, Key, Let, Literal, Operand, Operator, Part, Query,
    TextRange, TypeClause, WhenClause,
};
use crate::engine::guard::selection::TypeSelection;

impl Cursor<'_> {
    /// The block of a rule.
    pub(super) fn rule_block(&mut self) -> Parsed<Block> {
        self.nested(|cursor| cursor.block(Scope::Rule))
    }

    /// Variables and clauses in braces.
    pub(super) fn block(&mut self, scope: Scope) -> Parsed<Block> {
        self.space();
        if !self.take("{") {
            return self.expected("`{`");
        }
        let mut block = Block { lets: Vec::new(), clauses: Vec::new() };
        loop {
            self.space();
            if self.keyword_before_space("let") {
                block.lets.push(self.assignment()?);
                continue;
            }
            if self.peek() == Some(b'}') && !(block.lets.is_empty() && block.clauses.is_empty()) {
                self.advance(1);
                return Ok(block);
            }
            match self.alternatives(scope, None)? {
                Some(line) => block.clauses.push(line),
                None => return self.expected("a clause or `}`"),
            }
        }
    }

    /// `name = operand`, behind the word `let`.
    pub(super) fn assignment(&mut self) -> Parsed<Let> {
        self.space();
        let Some(name) = self.name() else {
            return self.expected("the name of the variable behind `let`");
        };
        self.space();
        if !(self.take(":=") || self.take("=")) {
            return self.expected("`=` behind the name of the variable");
        }
        Ok(Let::new(name, self.operand()?))
    }

    /// `when conditions`, if it comes next.
    pub(super) fn when_conditions(&mut self) -> Parsed<Option<Conjunction>> {
        self.space();
        if self.keyword_before_space("when") || self.keyword_before_space("WHEN") {
            return self.conjunction(Scope::Condition, None).map(Some);
        }
        Ok(None)
    }

    /// Conditions and a block, behind the word `when`.
    pub(super) fn when_clause(&mut self, scope: Scope) -> Parsed<Clause> {
        let conditions = self.conjunction(Scope::Condition, None)?;
        let block = self.block(scope.of_when_block())?;
        Ok(Clause::When(WhenClause { conditions, block }))
    }

    /// Conditions and a block or a single clause, behind the name of a type.
    pub(super) fn type_clause(&mut self, name: &str, start: usize) -> Parsed<Clause> {
        let at = self.range_from(start);
        let conditions = self.when_conditions()?;
        self.space();
        let block = if conditions.is_some() || self.peek() == Some(b'{') {
            self.block(Scope::Block)?
        } else {
            let Some(line) = self.single_clause()? else { return self.expected("`{` or a clause") };
            Block { lets: Vec::new(), clauses: vec![line] }
        };
        Ok(Clause::Type(TypeClause { query: resources_of_type(name, at), conditions, block }))
    }

    /// One clause without alternatives: an `or` behind it joins types.
    fn single_clause(&mut self) -> Parsed<Option<Vec<Clause>>> {
        Ok(self.clause(Scope::Block)?.map(|clause| vec![clause]))
    }

    /// Clauses outside any rule.
    pub(super) fn outside_clauses(&mut self) -> Parsed<Vec<Clause>> {
        match self.alternatives(Scope::File, None)? {
            Some(line) => Ok(line),
            None => self.expected("a rule, a clause or `let`"),
        }
    }
}

/// `Resources.*[ Type == 'name' ]`.
fn resources_of_type(name: &str, at: TextRange) -> Query {
    let parts = vec![Part::Key(Key::new("Type"))];
    let comparison = Comparison {
        query: Query { parts, match_all: true, selection: None, at },
        operator: Operator::Equal,
        negated: false,
        right: Some(Operand::Literal(Literal::String(name.into()))),
        message: None,
        at,
    };
    let clauses = vec![vec![Clause::Comparison(comparison)]];
    Query {
        parts: vec![
            Part::Key(Key::new("Resources")),
            Part::Values(None),
            Part::Filter { capture: None, clauses },
        ],
        match_all: true,
        selection: Some(TypeSelection::of_type(name)),
        at,
    }
}

//! Clauses and their alternatives.

use std::sync::Arc;

use super::Scope;
use super::cursor::{Cursor, Parsed};
use crate::engine::guard::ir::{
    BlockClause, Clause, Comparison, Conjunction, Operator, Part, Query, RuleCall, RuleReference,
};

/// Operators that are words, in lower and upper case.
const WORDS: [(&str, &str, Operator); 10] = [
    ("in", "IN", Operator::In),
    ("exists", "EXISTS", Operator::Exists),
    ("empty", "EMPTY", Operator::Empty),
    ("is_string", "IS_STRING", Operator::IsString),
    ("is_list", "IS_LIST", Operator::IsList),
    ("is_struct", "IS_STRUCT", Operator::IsStruct),
    ("is_bool", "IS_BOOL", Operator::IsBool),
    ("is_int", "IS_INT", Operator::IsInt),
    ("is_null", "IS_NULL", Operator::IsNull),
    ("is_float", "IS_FLOAT", Operator::IsFloat),
];

/// Operators that are signs; one that starts like another comes first.
const SIGNS: [(&str, Operator, bool); 6] = [
    ("==", Operator::Equal, false),
    ("!=", Operator::Equal, true),
    (">=", Operator::GreaterOrEqual, false),
    ("<=", Operator::LessOrEqual, false),
    (">", Operator::Greater, false),
    ("<", Operator::Less, false),
];

impl Cursor<'_> {
    /// Lines until something comes that is no clause; the first may have been read already.
    pub(super) fn conjunction(
        &mut self,
        scope: Scope,
        mut first: Option<Clause>,
    ) -> Parsed<Conjunction> {
        let mut lines = Vec::new();
        loop {
            match self.alternatives(scope, first.take())? {
                Some(line) => lines.push(line),
                None if lines.is_empty() => return self.expected("a clause"),
                None => return Ok(lines),
            }
        }
    }

    /// Clauses joined by `or`, if there is one.
    pub(super) fn alternatives(
        &mut self,
        scope: Scope,
        first: Option<Clause>,
    ) -> Parsed<Option<Vec<Clause>>> {
        let first = match first {
            Some(clause) => clause,
            None => match self.clause(scope)? {
                Some(clause) => clause,
                None => return Ok(None),
            },
        };
        let mut any = vec![first];
        while self.or() {
            match self.clause(scope)? {
                Some(clause) => any.push(clause),
                None => return self.expected("a clause behind `or`"),
            }
        }
        Ok(Some(any))
    }

    fn or(&mut self) -> bool {
        let end = self.at();
        self.space();
        let found = ["or", "OR", "|OR|"].iter().any(|word| self.keyword_before_space(word));
        if !found {
            self.reset(end);
        }
        found
    }

    pub(super) fn clause(&mut self, scope: Scope) -> Parsed<Option<Clause>> {
        self.space();
        let start = self.at();
        if scope.allows_blocks()
            && (self.keyword_before_space("when") || self.keyword_before_space("WHEN"))
        {
            return self.nested(|cursor| cursor.when_clause(scope)).map(Some);
        }
        if scope.allows_types()
            && let Some(name) = self.type_name()
        {
            return self.nested(|cursor| cursor.type_clause(&name, start)).map(Some);
        }
        let negated = self.negation();
        if let Some(call) = self.rule_call(negated, start)? {
            return Ok(Some(Clause::Call(call)));
        }
        let Some(query) = self.query()? else {
            return if negated { self.expected("a clause behind `not`") } else { Ok(None) };
        };
        self.behind_query(scope, query, negated, start).map(Some)
    }

    fn behind_query(
        &mut self,
        scope: Scope,
        query: Query,
        negated: bool,
        start: usize,
    ) -> Parsed<Clause> {
        let end = self.at();
        self.space();
        let may_be_block = scope.allows_blocks() && !negated;
        if may_be_block && self.peek() == Some(b'{') {
            return self.block_clause(query, false, start);
        }
        let Some((operator, inverted)) = self.operator() else {
            self.reset(end);
            return self.reference(scope, &query, negated, start);
        };
        if may_be_block && operator == Operator::Empty && inverted {
            let behind = self.at();
            self.space();
            if self.peek() == Some(b'{') {
                return self.block_clause(query, true, start);
            }
            self.reset(behind);
        }
        let right = if operator.is_binary() { Some(self.operand()?) } else { None };
        let at = self.range_from(start);
        let message = self.message()?;
        let negated = negated ^ inverted;
        Ok(Clause::Comparison(Comparison { query, operator, negated, right, message, at }))
    }

    fn block_clause(&mut self, query: Query, not_empty: bool, start: usize) -> Parsed<Clause> {
        let at = self.range_from(start);
        let block = self.nested(|cursor| cursor.block(Scope::Block))?;
        Ok(Clause::Block(BlockClause { query, not_empty, block, at }))
    }

    /// An operator and whether it is negated, if one comes next.
    pub(super) fn operator(&mut self) -> Option<(Operator, bool)> {
        if self.rest().starts_with("<<") {
            return None;
        }
        for (sign, operator, negated) in SIGNS {
            if self.take(sign) {
                return Some((operator, negated));
            }
        }
        let start = self.at();
        let negated = self.negation();
        for (lower, upper, operator) in WORDS {
            if self.keyword_in_both_cases(lower, upper) {
                return Some((operator, negated));
            }
        }
        self.reset(start);
        None
    }

    /// A reference to a rule: a name with nothing behind it but a message.
    fn reference(
        &mut self,
        scope: Scope,
        query: &Query,
        negated: bool,
        start: usize,
    ) -> Parsed<Clause> {
        let [Part::Key(name)] = query.parts.as_slice() else {
            return self.expected_operator();
        };
        let quoted = self.text()[start..].starts_with(['"', '\'']);
        if !scope.allows_references() || !query.match_all || quoted {
            return self.expected_operator();
        }
        let at = self.range_from(start);
        let end = self.at();
        self.blanks();
        let message = if self.rest().starts_with("<<") { self.message()? } else { None };
        if message.is_none() && !self.ends_reference(end) {
            self.reset(end);
            return self.expected_operator();
        }
        let name = name.name.clone();
        Ok(Clause::Reference(RuleReference { name, negated, message, at }))
    }

    fn expected_operator<T>(&mut self) -> Parsed<T> {
        self.space();
        self.expected("a comparison such as `==`, `in` or `exists`")
    }

    /// Whether a name that ends at `end` is a whole clause by itself.
    fn ends_reference(&mut self, end: usize) -> bool {
        if matches!(self.peek(), None | Some(b'\n' | b'\r' | b'#' | b'{' | b'}')) {
            return true;
        }
        self.reset(end);
        let found = self.or();
        self.reset(end);
        found
    }

    /// `name(argument, ..)`, if one comes next.
    fn rule_call(&mut self, negated: bool, start: usize) -> Parsed<Option<RuleCall>> {
        let before = self.at();
        let Some(name) = self.name() else { return Ok(None) };
        if self.peek() != Some(b'(') {
            self.reset(before);
            return Ok(None);
        }
        let arguments = self.arguments()?;
        let at = self.range_from(start);
        let message = self.message()?;
        Ok(Some(RuleCall { name: name.into(), negated, arguments, message, at }))
    }

    /// `<< text >>` behind a clause.
    pub(super) fn message(&mut self) -> Parsed<Option<Arc<str>>> {
        let end = self.at();
        self.space();
        let start = self.at();
        if !self.take("<<") {
            self.reset(end);
            return Ok(None);
        }
        let Some(length) = self.rest().find(">>") else {
            return Self::fail_at(start, "this message has no closing `>>`");
        };
        let message = self.rest()[..length].into();
        self.advance(length + 2);
        Ok(Some(message))
    }

    /// `AWS::S3::Bucket`, if one comes next; the suffix `::MODULE` is ignored.
    fn type_name(&mut self) -> Option<String> {
        let start = self.at();
        let mut parts = Vec::new();
        while let Some(name) = self.name() {
            parts.push(name);
            if parts.len() == 3 || !self.take("::") {
                break;
            }
        }
        let complete = parts.len() >= 2 && !self.text()[..self.at()].ends_with(':');
        if !complete {
            self.reset(start);
            return None;
        }
        self.take("::MODULE");
        Some(parts.join("::"))
    }
}

//! Queries and what stands on the right of a comparison.

use std::sync::Arc;

use super::Scope;
use super::cursor::{Cursor, Parsed};
use crate::engine::guard::constant::Constants;
use crate::engine::guard::ir::{
    Clause, Comparison, Function, FunctionCall, Key, KeyComparator, Operand, Operator, Part, Query,
};
use crate::engine::guard::selection::TypeSelection;

/// The evaluator recurses once per part.
const MAX_PARTS: usize = 128;

impl Cursor<'_> {
    /// A query, if one comes next.
    pub(super) fn query(&mut self) -> Parsed<Option<Query>> {
        let start = self.at();
        let match_all = !self.some();
        let Some(first) = self.first_part()? else {
            self.reset(start);
            return Ok(None);
        };
        let mut parts = vec![first];
        self.further_parts(&mut parts)?;
        if matches!(parts[0], Part::Variable(_))
            && parts.len() > 1
            && !matches!(parts[1], Part::Indices(_))
        {
            parts.insert(1, Part::Indices(None));
        }
        let selection = TypeSelection::recognise(&parts, &Constants::new());
        Ok(Some(Query { parts, match_all, selection, at: self.range_from(start) }))
    }

    fn some(&mut self) -> bool {
        self.keyword_before_space("some") || self.keyword_before_space("SOME")
    }

    fn first_part(&mut self) -> Parsed<Option<Part>> {
        self.space();
        if self.keyword_in_both_cases("this", "THIS") {
            return Ok(Some(Part::This));
        }
        self.named_part()
    }

    /// `%variable`, a name or a name in quotes.
    fn named_part(&mut self) -> Parsed<Option<Part>> {
        if self.peek() == Some(b'%') {
            self.advance(1);
            return match self.name() {
                Some(name) => Ok(Some(Part::Variable(name.into()))),
                None => self.expected("the name of a variable behind `%`"),
            };
        }
        if let Some(name) = self.name() {
            return Ok(Some(Part::Key(Key::new(name))));
        }
        let Some(text) = self.string()? else { return Ok(None) };
        Ok(Some(match text.strip_prefix('%') {
            Some(variable) => Part::Variable(variable.into()),
            None => Part::Key(Key::new(&text)),
        }))
    }

    fn further_parts(&mut self, parts: &mut Vec<Part>) -> Parsed<()> {
        loop {
            let end = self.at();
            self.space();
            let part = match self.peek() {
                Some(b'.') => self.dotted_part()?,
                Some(b'[') => self.nested(Self::bracket)?,
                _ => {
                    self.reset(end);
                    return Ok(());
                }
            };
            if parts.len() == MAX_PARTS {
                return self.fail("this query has too many parts");
            }
            parts.push(part);
        }
    }

    fn dotted_part(&mut self) -> Parsed<Part> {
        self.advance(1);
        if let Some(index) = self.index() {
            return Ok(Part::Index(index));
        }
        if self.take("*") {
            return Ok(Part::Values(None));
        }
        match self.named_part()? {
            Some(part) => Ok(part),
            None => self.expected("a key, an index, `*` or a variable behind `.`"),
        }
    }

    fn bracket(&mut self) -> Parsed<Part> {
        self.advance(1);
        let inside = self.at();
        let spaced = self.space();
        if let Some(part) = self.simple_bracket(spaced)? {
            return Ok(part);
        }
        self.reset(inside);
        let capture = self.capture();
        if capture.is_some() {
            self.note_capture();
        }
        self.space();
        let first = match self.key_filter()? {
            KeyFilter::None => None,
            KeyFilter::Part(part) => return Ok(part),
            KeyFilter::Clause(clause) => Some(clause),
        };
        let clauses = self.conjunction(Scope::Block, first)?;
        self.space();
        if !self.take("]") {
            return self.expected("`]` behind the filter");
        }
        Ok(Part::Filter { capture, clauses })
    }

    /// `[*]`, `[0]`, `['key']` and `[name]`.
    fn simple_bracket(&mut self, spaced: bool) -> Parsed<Option<Part>> {
        let part = if self.take("*") {
            Part::Indices(None)
        } else if let Some(index) = self.index() {
            Part::Index(index)
        } else if let Some(text) = self.string()? {
            match text.strip_prefix('%') {
                Some(variable) => Part::Variable(variable.into()),
                None => Part::Key(Key::new(&text)),
            }
        } else if let Some(name) = self.name() {
            let name: Arc<str> = name.into();
            if spaced { Part::Values(Some(name)) } else { Part::Indices(Some(name)) }
        } else {
            return Ok(None);
        };
        self.space();
        if !self.take("]") {
            return Ok(None);
        }
        if matches!(part, Part::Values(Some(_)) | Part::Indices(Some(_))) {
            self.note_capture();
        }
        Ok(Some(part))
    }

    /// `name |`, in front of a filter.
    fn capture(&mut self) -> Option<Arc<str>> {
        let start = self.at();
        self.space();
        if let Some(name) = self.name() {
            self.blanks();
            if self.peek() == Some(b'|') && !self.rest().starts_with("|OR|") {
                self.advance(1);
                return Some(name.into());
            }
        }
        self.reset(start);
        None
    }

    /// `keys == ..`; with more than that in the brackets it is a filter by a member `keys`.
    fn key_filter(&mut self) -> Parsed<KeyFilter> {
        let start = self.at();
        if !self.keyword_in_both_cases("keys", "KEYS") {
            return Ok(KeyFilter::None);
        }
        let word = self.range_from(start);
        self.space();
        let Some((operator, negated)) = self.operator() else {
            self.reset(start);
            return Ok(KeyFilter::None);
        };
        let membership = match operator {
            Operator::Equal => false,
            Operator::In => true,
            _ => {
                return Self::fail_at(
                    start,
                    "`keys` can only be compared with `==`, `!=` and `in`",
                );
            }
        };
        self.space();
        let right = match self.operand()? {
            Operand::Call(_) => {
                return Self::fail_at(start, "`keys` cannot be compared with a call");
            }
            right => right,
        };
        self.space();
        if self.take("]") {
            let comparator = KeyComparator { membership, negated };
            return Ok(KeyFilter::Part(Part::KeyFilter { comparator, right: Box::new(right) }));
        }
        let parts = vec![Part::Key(Key::new("keys"))];
        let query = Query { parts, match_all: true, selection: None, at: word };
        let message = self.message()?;
        let at = self.range_from(start);
        let right = Some(right);
        let comparison = Comparison { query, operator, negated, right, message, at };
        Ok(KeyFilter::Clause(Clause::Comparison(comparison)))
    }

    /// A constant, a call or a query.
    pub(super) fn operand(&mut self) -> Parsed<Operand> {
        self.space();
        if let Some(literal) = self.literal()? {
            return Ok(Operand::Literal(literal));
        }
        if let Some(call) = self.function_call()? {
            return Ok(Operand::Call(call));
        }
        match self.query()? {
            Some(query) => Ok(Operand::Query(query)),
            None => self.expected("a constant, a query or a function"),
        }
    }

    fn function_call(&mut self) -> Parsed<Option<FunctionCall>> {
        let start = self.at();
        let Some(name) = self.name() else { return Ok(None) };
        if self.peek() != Some(b'(') {
            self.reset(start);
            return Ok(None);
        }
        let Some((function, count)) = Function::find(name) else {
            return Self::fail_at(start, format!("there is no function `{name}`"));
        };
        let arguments = self.arguments()?;
        if arguments.len() == count {
            return Ok(Some(FunctionCall { function, arguments }));
        }
        let given = arguments.len();
        Self::fail_at(start, format!("`{name}` takes {count} arguments and is given {given}"))
    }

    /// `(operand, ..)`, from the opening parenthesis.
    pub(super) fn arguments(&mut self) -> Parsed<Vec<Operand>> {
        self.advance(1);
        let mut arguments = Vec::new();
        self.space();
        if self.take(")") {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.nested(Self::operand)?);
            self.space();
            if self.take(")") {
                return Ok(arguments);
            }
            if !self.take(",") {
                return self.expected("`,` or `)` behind an argument");
            }
        }
    }
}

/// What `keys` at the start of brackets turned out to be.
enum KeyFilter {
    None,
    Part(Part),
    /// The first clause of an ordinary filter.
    Clause(Clause),
}

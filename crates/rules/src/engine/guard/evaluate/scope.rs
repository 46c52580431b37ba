//! Variables, and the value that queries start from.

use std::cell::RefCell;
use std::rc::Rc;

use trilith_graph::Reason;

use super::node::{Located, Node};
use super::path::PathId;
use super::{Engine, Problem, RULE};
use crate::engine::guard::ir::{Let, Operand, Part, Query};

/// One result of a query.
#[derive(Debug, Clone)]
pub(super) struct Hit<'a> {
    pub(super) found: Found<'a>,
    /// Whether a filter that cannot be decided may take the result away.
    pub(super) maybe: bool,
}

/// What a query found.
#[derive(Debug, Clone)]
pub(super) enum Found<'a> {
    /// A constant that a variable stands for. It is compared differently from a value.
    Literal(Located<'a>),
    Resolved(Located<'a>),
    /// The query led nowhere.
    Missing(Missing<'a>),
    /// The query led into something unknown: there may be any number of values.
    Unsure(Unsure),
}

/// The end of the way of a query that led nowhere.
#[derive(Debug, Clone, Copy)]
pub(super) struct Missing<'a> {
    /// The last value that was reached.
    pub(super) at: PathId,
    /// The parts that could not be followed.
    pub(super) rest: &'a [Part],
}

/// The place where a query met something unknown.
#[derive(Debug, Clone)]
pub(super) struct Unsure {
    pub(super) path: PathId,
    pub(super) reason: Option<Reason>,
}

/// The results of a query, shared by everything that names the variable.
pub(super) type Hits<'a> = Rc<Vec<Hit<'a>>>;

impl<'a> Hit<'a> {
    pub(super) fn resolved(located: Located<'a>) -> Self {
        Self { found: Found::Resolved(located), maybe: false }
    }

    pub(super) fn literal(node: Node<'a>) -> Self {
        Self { found: Found::Literal(Located { node, path: PathId::ROOT }), maybe: false }
    }

    /// The value, if there is one.
    pub(super) fn located(&self) -> Option<&Located<'a>> {
        match &self.found {
            Found::Literal(located) | Found::Resolved(located) => Some(located),
            Found::Missing(_) | Found::Unsure(_) => None,
        }
    }
}

/// The values of variables that were resolved in one scope.
type Cache<'a> = RefCell<Vec<(&'a str, Hits<'a>)>>;

/// Where a clause stands: what its queries start from and which variables it sees.
#[derive(Debug)]
pub(super) enum Scope<'s, 'a> {
    /// Outside every block: the document and the variables of the file.
    File,
    /// A block with its own variables.
    Block { lets: &'a [Let], root: Located<'a>, cache: Cache<'a>, parent: &'s Scope<'s, 'a> },
    /// A value that a block or filter looks at.
    Value { root: Located<'a>, parent: &'s Scope<'s, 'a> },
    /// A rule with parameters.
    Call { arguments: Vec<(&'a str, Hits<'a>)>, parent: &'s Scope<'s, 'a> },
}

impl<'s, 'a> Scope<'s, 'a> {
    /// The scope of a block inside another scope.
    pub(super) fn block(lets: &'a [Let], engine: &Engine<'a>, parent: &'s Scope<'s, 'a>) -> Self {
        Self::Block { lets, root: parent.root(engine), cache: RefCell::default(), parent }
    }

    /// The scope of a value inside another scope.
    pub(super) fn value(root: Located<'a>, parent: &'s Scope<'s, 'a>) -> Self {
        Self::Value { root, parent }
    }

    /// What queries start from.
    pub(super) fn root(&self, engine: &Engine<'a>) -> Located<'a> {
        match self {
            Self::File => engine.root(),
            Self::Block { root, .. } | Self::Value { root, .. } => root.clone(),
            Self::Call { parent, .. } => parent.root(engine),
        }
    }

    /// The results of a query.
    ///
    /// A filter inside the query that has no value of its own to look at falls back to the
    /// root of the scope it is resolved in; for a value that is the scope around it, as in the
    /// reference engine.
    pub(super) fn query(
        &self,
        engine: &Engine<'a>,
        query: &'a Query,
    ) -> Result<Vec<Hit<'a>>, Problem> {
        match self {
            Self::File | Self::Block { .. } => engine.follow(query, self.root(engine), self),
            Self::Value { root, parent } => engine.follow(query, root.clone(), parent),
            Self::Call { parent, .. } => parent.query(engine, query),
        }
    }

    /// The values of a variable.
    pub(super) fn variable(&self, engine: &Engine<'a>, name: &'a str) -> Result<Hits<'a>, Problem> {
        match self {
            Self::File => self.resolve(engine, &engine.file.lets, &engine.variables, name, None),
            Self::Block { lets, cache, parent, .. } => {
                self.resolve(engine, lets, cache, name, Some(parent))
            }
            Self::Value { parent, .. } => parent.variable(engine, name),
            Self::Call { arguments, parent } => {
                match arguments.iter().find(|(known, _)| *known == name) {
                    Some((_, hits)) => Ok(hits.clone()),
                    None => parent.variable(engine, name),
                }
            }
        }
    }

    /// A variable of this scope or of the one around it. Of several with one name the last
    /// counts; constants come before functions and these before queries.
    fn resolve(
        &self,
        engine: &Engine<'a>,
        lets: &'a [Let],
        cache: &Cache<'a>,
        name: &'a str,
        parent: Option<&Scope<'_, 'a>>,
    ) -> Result<Hits<'a>, Problem> {
        let of_name = || lets.iter().rev().filter(|one| *one.name == *name).map(|one| &one.value);
        let literal = of_name().find_map(|value| match value {
            Operand::Literal(literal) => Some(literal),
            _ => None,
        });
        if let Some(literal) = literal {
            return Ok(Rc::new(vec![Hit::literal(Node::Literal(literal))]));
        }
        if let Some((_, hits)) = cache.borrow().iter().find(|(known, _)| *known == name) {
            return Ok(hits.clone());
        }
        let call = of_name().find(|value| matches!(value, Operand::Call(_)));
        let Some(value) = call.or_else(|| of_name().next()) else {
            return match parent {
                Some(parent) => parent.variable(engine, name),
                None => Err(Problem::fatal(format!("there is no variable `{name}`"))),
            };
        };
        let hits = Rc::new(engine.deeper(RULE, || self.value_of(engine, value))?);
        cache.borrow_mut().push((name, hits.clone()));
        Ok(hits)
    }

    fn value_of(&self, engine: &Engine<'a>, value: &'a Operand) -> Result<Vec<Hit<'a>>, Problem> {
        let mut hits = engine.operand(value, self)?;
        if matches!(value, Operand::Query(query) if !query.match_all) {
            hits.retain(|hit| matches!(hit.found, Found::Resolved(_) | Found::Unsure(_)));
        }
        Ok(hits)
    }
}

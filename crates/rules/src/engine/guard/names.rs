//! The properties that a rule names, for saying that a type has no such property.
//!
//! Queries are followed by name only: where a key is given by a variable, or a free key may
//! stand, the way ends. Nothing is evaluated.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::ir::{
    Block, Clause, Comparison, Conjunction, Let, Operand, Part, Query, RuleCall, RuleFile,
};
use super::selection::TypeSelection;

/// A property that a rule names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedProperty {
    /// Types of the resources that are looked at.
    pub types: Vec<Arc<str>>,
    /// The way from the properties, without indexes.
    pub path: Vec<Arc<str>>,
    /// Line of the rules file, from 1.
    pub line: u32,
}

impl RuleFile {
    /// The properties that the rule at `rule` in [`RuleFile::rules`] names, each once.
    pub fn named_properties(&self, rule: usize) -> Vec<NamedProperty> {
        let Some(rule) = self.rules.get(rule) else { return Vec::new() };
        let mut walker = Walker { file: self, found: BTreeSet::new(), depth: 0 };
        let frame = Frame { lets: &self.lets, base: Base::Document, arguments: Vec::new() };
        let frames = [frame];
        for line in rule.conditions.iter().flatten() {
            walker.line(line, &Base::Document, &frames);
        }
        walker.block(&rule.block, &Base::Document, &frames);
        walker.found.into_iter().collect()
    }
}

/// What a query starts from or has reached.
#[derive(Debug, Clone)]
enum Base {
    Document,
    /// Resources of these types.
    Resource(Vec<Arc<str>>),
    /// Something in their properties.
    Property(Vec<Arc<str>>, Vec<Arc<str>>),
    /// Nothing can be told.
    Unknown,
}

/// Where variables are from.
#[derive(Clone)]
struct Frame<'f> {
    lets: &'f [Let],
    base: Base,
    arguments: Vec<(&'f str, Base)>,
}

/// Calls and variables may lead to each other this often.
const MAX_DEPTH: u32 = 12;

struct Walker<'f> {
    file: &'f RuleFile,
    found: BTreeSet<NamedProperty>,
    depth: u32,
}

impl<'f> Walker<'f> {
    fn block(&mut self, block: &'f Block, base: &Base, frames: &[Frame<'f>]) {
        if self.depth == MAX_DEPTH {
            return;
        }
        self.depth += 1;
        let mut frames = frames.to_vec();
        frames.push(Frame { lets: &block.lets, base: base.clone(), arguments: Vec::new() });
        for one in &block.lets {
            self.operand(&one.value, base, &frames);
        }
        self.lines(&block.clauses, base, &frames);
        self.depth -= 1;
    }

    fn lines(&mut self, lines: &'f Conjunction, base: &Base, frames: &[Frame<'f>]) {
        lines.iter().for_each(|line| self.line(line, base, frames));
    }

    fn line(&mut self, line: &'f [Clause], base: &Base, frames: &[Frame<'f>]) {
        for clause in line {
            match clause {
                Clause::Comparison(Comparison { query, right, .. }) => {
                    self.query(query, base, frames);
                    if let Some(right) = right {
                        self.operand(right, base, frames);
                    }
                }
                Clause::Reference(_) => {}
                Clause::Call(call) => self.call(call, base, frames),
                Clause::Block(clause) => {
                    let inside = self.query(&clause.query, base, frames);
                    self.block(&clause.block, &inside, frames);
                }
                Clause::When(when) => {
                    self.lines(&when.conditions, base, frames);
                    self.block(&when.block, base, frames);
                }
                Clause::Type(clause) => {
                    let inside = self.query(&clause.query, base, frames);
                    if let Some(lines) = &clause.conditions {
                        self.lines(lines, &inside, frames);
                    }
                    self.block(&clause.block, &inside, frames);
                }
            }
        }
    }

    fn operand(&mut self, operand: &'f Operand, base: &Base, frames: &[Frame<'f>]) -> Base {
        match operand {
            Operand::Literal(_) => Base::Unknown,
            Operand::Query(query) => self.query(query, base, frames),
            Operand::Call(call) => {
                for argument in &call.arguments {
                    self.operand(argument, base, frames);
                }
                Base::Unknown
            }
        }
    }

    fn call(&mut self, call: &'f RuleCall, base: &Base, frames: &[Frame<'f>]) {
        let bases: Vec<Base> =
            call.arguments.iter().map(|argument| self.operand(argument, base, frames)).collect();
        let file = self.file;
        let called = file.parameterised.iter().rev().find(|one| one.rule.name == call.name);
        if let Some(called) = called {
            let names = called.parameters.iter().map(|name| &**name);
            let arguments = names.zip(bases).collect();
            let mut frames = frames.to_vec();
            frames.push(Frame { lets: &[], base: base.clone(), arguments });
            self.block(&called.rule.block, base, &frames);
        }
    }

    /// Follows a query and notes the properties on its way.
    fn query(&mut self, query: &'f Query, base: &Base, frames: &[Frame<'f>]) -> Base {
        let (mut at, parts) = match query.parts.as_slice() {
            [Part::Variable(name), rest @ ..] => (self.variable(name, frames), rest),
            [Part::This, rest @ ..] => (base.clone(), rest),
            [_, _, Part::Filter { clauses, .. }, rest @ ..] if query.selection.is_some() => {
                let names = query.selection.as_ref().and_then(TypeSelection::names);
                let at = names.map_or(Base::Unknown, Base::Resource);
                self.lines(clauses, &at, frames);
                (at, rest)
            }
            parts => (base.clone(), parts),
        };
        for part in parts {
            at = match part {
                Part::Key(key) => self.key(at, &key.name, query),
                Part::Filter { clauses, .. } => {
                    self.lines(clauses, &at, frames);
                    at
                }
                Part::This | Part::Indices(_) | Part::Index(_) => at,
                // Behind a list this is each of its elements.
                Part::Values(_) => match at {
                    Base::Property(..) => at,
                    _ => Base::Unknown,
                },
                Part::Variable(_) | Part::KeyFilter { .. } => Base::Unknown,
            };
        }
        at
    }

    fn key(&mut self, at: Base, name: &Arc<str>, query: &Query) -> Base {
        match at {
            Base::Resource(types) if &**name == "Properties" => Base::Property(types, Vec::new()),
            Base::Property(types, path) if !is_function(name) => {
                let path: Vec<Arc<str>> = path.into_iter().chain([name.clone()]).collect();
                self.found.insert(NamedProperty {
                    types: types.clone(),
                    path: path.clone(),
                    line: self.file.line(query.at.start),
                });
                Base::Property(types, path)
            }
            _ => Base::Unknown,
        }
    }

    fn variable(&mut self, name: &str, frames: &[Frame<'f>]) -> Base {
        for (at, frame) in frames.iter().enumerate().rev() {
            if let Some((_, base)) = frame.arguments.iter().find(|(known, _)| *known == name) {
                return base.clone();
            }
            if let Some(one) = frame.lets.iter().rev().find(|one| *one.name == *name) {
                if self.depth == MAX_DEPTH {
                    return Base::Unknown;
                }
                self.depth += 1;
                let base = self.operand(&one.value, &frame.base, &frames[..=at]);
                self.depth -= 1;
                return base;
            }
        }
        Base::Unknown
    }
}

/// Whether a key is one of an intrinsic function.
fn is_function(key: &str) -> bool {
    key == "Ref" || key.starts_with("Fn::")
}

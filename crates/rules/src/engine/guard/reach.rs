//! Which resources a rule looks at.
//!
//! A rule that looks at resources of certain types one at a time may be evaluated for each of
//! them by itself, see [`ResourceDocument`](super::ResourceDocument): its outcome for a document
//! is then the worst of the outcomes for its resources. The analysis is on the safe side: what
//! it does not see through looks at the whole document.

use std::sync::Arc;

use super::ir::{
    Block, Clause, Comparison, Conjunction, FunctionCall, Let, Operand, Operator, Part, Query,
    RuleCall, RuleFile, TypeClause,
};
use super::selection::TypeSelection;

/// What a rule looks at.
#[derive(Debug)]
pub enum Reach<'f> {
    /// Resources of these types, one at a time.
    Resources(ResourceTypes<'f>),
    /// The document as a whole, or several resources together.
    Document,
}

/// The types of the resources that a rule looks at.
#[derive(Debug)]
pub struct ResourceTypes<'f> {
    selections: Vec<&'f TypeSelection>,
}

impl ResourceTypes<'_> {
    /// The names of the types, sorted; none if a rule selects them by a pattern.
    pub fn names(&self) -> Option<Vec<Arc<str>>> {
        let names: Option<Vec<Vec<Arc<str>>>> =
            self.selections.iter().map(|selection| selection.names()).collect();
        let mut names: Vec<Arc<str>> = names?.into_iter().flatten().collect();
        names.sort();
        names.dedup();
        Some(names)
    }

    /// Whether the rule looks at resources of a type.
    pub fn matches(&self, resource_type: &str) -> bool {
        self.selections.iter().any(|selection| selection.matches(resource_type))
    }
}

impl RuleFile {
    /// What the rule at `rule` in [`RuleFile::rules`] looks at.
    pub fn reach(&self, rule: usize) -> Reach<'_> {
        let Some(rule) = self.rules.get(rule).filter(|_| !self.captures) else {
            return Reach::Document;
        };
        let mut analysis = Analysis { file: self, selections: Vec::new(), depth: 0 };
        let frames = [Frame::Outer(&self.lets)];
        let guarded = analysis.guarded(rule.conditions.as_ref(), &rule.block, &frames, &[]);
        match guarded {
            Some(()) if !analysis.selections.is_empty() => {
                Reach::Resources(ResourceTypes { selections: analysis.selections })
            }
            _ => Reach::Document,
        }
    }
}

/// Where a variable may be from.
#[derive(Clone, Copy)]
enum Frame<'f> {
    /// Variables of the file or of a block that starts from the document.
    Outer(&'f [Let]),
    /// Variables of a block that starts from a resource or something in it.
    Inner(&'f [Let]),
    /// Parameters of a rule that is called there.
    Parameters(&'f [Arc<str>]),
}

/// What a query that starts from the document is about.
enum Origin<'f> {
    /// A constant.
    Constant,
    /// Something in a resource of the block that the query stands in.
    Inner,
    /// Resources, or something in each of them.
    Selected(Selected<'f>),
}

struct Selected<'f> {
    selection: &'f TypeSelection,
    /// How the resources were chosen: a choice is part of another if it starts like that.
    chain: Vec<Link>,
    /// Whether the values are the resources themselves.
    whole: bool,
}

/// A step of choosing resources.
#[derive(Clone, PartialEq, Eq)]
enum Link {
    /// By type alone.
    Types(Vec<Arc<str>>),
    /// By the filter of the query at this place of the file.
    Filter(u32),
}

/// Choices of which one must have a resource for what is behind them to apply.
type Gate = Vec<Vec<Link>>;

/// Calls may lead to calls this often.
const MAX_DEPTH: u32 = 16;

struct Analysis<'f> {
    file: &'f RuleFile,
    selections: Vec<&'f TypeSelection>,
    depth: u32,
}

// Every function here yields nothing where a rule looks at more than one resource at a time.
impl<'f> Analysis<'f> {
    /// A block that starts from the document, behind conditions.
    fn guarded(
        &mut self,
        conditions: Option<&'f Conjunction>,
        block: &'f Block,
        frames: &[Frame<'f>],
        gates: &[Gate],
    ) -> Option<()> {
        let mut gates = gates.to_vec();
        for line in conditions.into_iter().flatten() {
            let gate: Option<Gate> = line.iter().map(|clause| self.gate(clause, frames)).collect();
            gates.push(gate?);
        }
        let mut frames = frames.to_vec();
        frames.push(Frame::Outer(&block.lets));
        for line in &block.clauses {
            // Alternatives are each about all resources, not about one resource each.
            let [clause] = line.as_slice() else { return None };
            self.clause(clause, &frames, &gates)?;
        }
        Some(())
    }

    /// A condition that asks whether there are any resources.
    fn gate(&self, clause: &'f Clause, frames: &[Frame<'f>]) -> Option<Vec<Link>> {
        let Clause::Comparison(comparison) = clause else { return None };
        let Origin::Selected(selected) = self.origin(&comparison.query, frames)? else {
            return None;
        };
        let asks = comparison.operator == Operator::Empty && comparison.negated && selected.whole;
        asks.then_some(selected.chain)
    }

    fn clause(&mut self, clause: &'f Clause, frames: &[Frame<'f>], gates: &[Gate]) -> Option<()> {
        match clause {
            Clause::Comparison(comparison) => {
                let selected = self.selected(&comparison.query, frames, gates)?;
                self.comparison(comparison, frames)?;
                let holds_of_nothing = comparison.operator == Operator::Empty;
                if holds_of_nothing && gates.is_empty() {
                    return None;
                }
                self.selections.push(selected);
                Some(())
            }
            Clause::Block(block) if !block.not_empty => {
                let selected = self.selected(&block.query, frames, gates)?;
                self.inner_block(&block.block, frames)?;
                self.selections.push(selected);
                Some(())
            }
            Clause::When(when) => self.guarded(Some(&when.conditions), &when.block, frames, gates),
            Clause::Type(clause) => self.type_clause(clause, frames, gates),
            Clause::Block(_) | Clause::Reference(_) | Clause::Call(_) => None,
        }
    }

    /// The resources that a clause is about, each of them, under its conditions.
    fn selected(
        &self,
        query: &'f Query,
        frames: &[Frame<'f>],
        gates: &[Gate],
    ) -> Option<&'f TypeSelection> {
        let Origin::Selected(selected) = self.origin(query, frames)? else { return None };
        let opened = |gate: &Gate| gate.iter().any(|chain| selected.chain.starts_with(chain));
        (query.match_all && gates.iter().all(opened)).then_some(selected.selection)
    }

    fn comparison(&self, comparison: &'f Comparison, frames: &[Frame<'f>]) -> Option<()> {
        let query = &comparison.query;
        match &comparison.right {
            // Without a value on the left such a clause fails.
            Some(_) if query.is_lone_variable() => None,
            Some(right) => self.is_constant(right, frames).then_some(()),
            None => {
                let asks_whether_any = query.is_lone_variable() || query.ends_in_filter();
                let empty = comparison.operator == Operator::Empty && comparison.negated;
                (!(empty && asks_whether_any)).then_some(())
            }
        }
    }

    fn is_constant(&self, operand: &'f Operand, frames: &[Frame<'f>]) -> bool {
        match operand {
            Operand::Literal(_) => true,
            Operand::Query(query) => matches!(self.origin(query, frames), Some(Origin::Constant)),
            Operand::Call(_) => false,
        }
    }

    fn type_clause(
        &mut self,
        clause: &'f TypeClause,
        frames: &[Frame<'f>],
        gates: &[Gate],
    ) -> Option<()> {
        let selected = self.selected(&clause.query, frames, gates)?;
        for line in clause.conditions.iter().flatten() {
            self.inner_clauses(line, frames)?;
        }
        self.inner_block(&clause.block, frames)?;
        self.selections.push(selected);
        Some(())
    }

    /// What a query is about that starts from the document.
    fn origin(&self, query: &'f Query, frames: &[Frame<'f>]) -> Option<Origin<'f>> {
        let (origin, rest) = match query.parts.as_slice() {
            [Part::Variable(name), rest @ ..] => (self.variable(name, frames)?, rest),
            [_, _, Part::Filter { clauses, .. }, rest @ ..] => {
                let selection = query.selection.as_ref()?;
                let link = match selection.names() {
                    Some(names) if clauses.len() == 1 => Link::Types(names),
                    _ => Link::Filter(query.at.start),
                };
                self.filter(clauses, frames)?;
                let selected = Selected { selection, chain: vec![link], whole: true };
                (Origin::Selected(selected), rest)
            }
            _ => return None,
        };
        self.further(origin, rest, query, frames)
    }

    /// What the further parts of a query make of where it starts.
    fn further(
        &self,
        origin: Origin<'f>,
        rest: &'f [Part],
        query: &'f Query,
        frames: &[Frame<'f>],
    ) -> Option<Origin<'f>> {
        for part in rest {
            match part {
                Part::Filter { clauses, .. } => self.filter(clauses, frames)?,
                Part::KeyFilter { right, .. } => self.inner_operand(right, frames)?,
                Part::Variable(_) => return None,
                _ => {}
            }
        }
        let Origin::Selected(mut selected) = origin else { return Some(origin) };
        if selected.whole {
            match rest {
                [] | [Part::Indices(None)] => {}
                [Part::Indices(None), Part::Filter { .. }] => {
                    selected.chain.push(Link::Filter(query.at.start));
                }
                _ => selected.whole = false,
            }
        }
        Some(Origin::Selected(selected))
    }

    /// The clauses of a filter look at one resource.
    fn filter(&self, clauses: &'f Conjunction, frames: &[Frame<'f>]) -> Option<()> {
        let mut inner = Analysis { file: self.file, selections: Vec::new(), depth: self.depth };
        clauses.iter().try_for_each(|line| inner.inner_clauses(line, frames))
    }

    fn variable(&self, name: &str, frames: &[Frame<'f>]) -> Option<Origin<'f>> {
        for (at, frame) in frames.iter().enumerate().rev() {
            match frame {
                Frame::Parameters(names) if names.iter().any(|known| **known == *name) => {
                    return Some(Origin::Inner);
                }
                Frame::Inner(lets) if lets.iter().any(|one| *one.name == *name) => {
                    return Some(Origin::Inner);
                }
                Frame::Outer(lets) => {
                    let mut found = lets.iter().filter(|one| *one.name == *name);
                    match (found.next(), found.next()) {
                        (Some(one), None) => return self.value(&one.value, &frames[..=at], name),
                        (Some(_), Some(_)) => return None,
                        (None, _) => {}
                    }
                }
                _ => {}
            }
        }
        None
    }

    fn value(&self, value: &'f Operand, frames: &[Frame<'f>], name: &str) -> Option<Origin<'f>> {
        match value {
            Operand::Literal(_) => Some(Origin::Constant),
            // A variable that stands for itself never gets a value.
            Operand::Query(query) if matches!(query.parts.first(), Some(Part::Variable(other)) if **other == *name) => {
                None
            }
            Operand::Query(query) if self.depth < MAX_DEPTH => {
                let depth = self.depth + 1;
                let deeper = Analysis { file: self.file, selections: Vec::new(), depth };
                deeper.origin(query, frames)
            }
            Operand::Query(_) | Operand::Call(_) => None,
        }
    }

    /// A block that starts from a resource or something in it.
    fn inner_block(&mut self, block: &'f Block, frames: &[Frame<'f>]) -> Option<()> {
        let mut frames = frames.to_vec();
        frames.push(Frame::Inner(&block.lets));
        for one in &block.lets {
            self.inner_operand(&one.value, &frames)?;
        }
        block.clauses.iter().try_for_each(|line| self.inner_clauses(line, &frames))
    }

    fn inner_clauses(&mut self, line: &'f [Clause], frames: &[Frame<'f>]) -> Option<()> {
        line.iter().try_for_each(|clause| self.inner_clause(clause, frames))
    }

    fn inner_clause(&mut self, clause: &'f Clause, frames: &[Frame<'f>]) -> Option<()> {
        match clause {
            Clause::Comparison(comparison) => {
                self.inner_query(&comparison.query, frames)?;
                comparison.right.iter().try_for_each(|right| self.inner_operand(right, frames))
            }
            Clause::Block(block) => {
                self.inner_query(&block.query, frames)?;
                self.inner_block(&block.block, frames)
            }
            Clause::When(when) => {
                for line in &when.conditions {
                    self.inner_clauses(line, frames)?;
                }
                self.inner_block(&when.block, frames)
            }
            Clause::Call(call) => self.inner_call(call, frames),
            // Other rules start from the document.
            Clause::Reference(_) | Clause::Type(_) => None,
        }
    }

    /// A rule that is called for something in a resource.
    fn inner_call(&mut self, call: &'f RuleCall, frames: &[Frame<'f>]) -> Option<()> {
        for argument in &call.arguments {
            self.inner_operand(argument, frames)?;
        }
        let mut called = self.file.parameterised.iter().rev();
        let called = called.find(|one| one.rule.name == call.name)?;
        if self.depth == MAX_DEPTH {
            return None;
        }
        let mut frames = frames.to_vec();
        frames.push(Frame::Parameters(&called.parameters));
        self.depth += 1;
        let looked = self.inner_block(&called.rule.block, &frames);
        self.depth -= 1;
        looked
    }

    fn inner_operand(&self, operand: &'f Operand, frames: &[Frame<'f>]) -> Option<()> {
        match operand {
            Operand::Literal(_) => Some(()),
            Operand::Query(query) => self.inner_query(query, frames),
            Operand::Call(FunctionCall { arguments, .. }) => {
                arguments.iter().try_for_each(|argument| self.inner_operand(argument, frames))
            }
        }
    }

    /// A query that starts from a resource, a constant, or something in the resource.
    fn inner_query(&self, query: &'f Query, frames: &[Frame<'f>]) -> Option<()> {
        for part in &query.parts {
            match part {
                Part::Variable(name) => {
                    if let Origin::Selected(_) = self.variable(name, frames)? {
                        return None;
                    }
                }
                Part::Filter { clauses, .. } => self.filter(clauses, frames)?,
                Part::KeyFilter { right, .. } => self.inner_operand(right, frames)?,
                _ => {}
            }
        }
        Some(())
    }
}

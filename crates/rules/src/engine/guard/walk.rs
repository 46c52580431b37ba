//! Going through all that a rule is made of.

use super::ir::{Block, Clause, Conjunction, Let, Operand, Part, Query, Rule};

/// What a [`Visitor`] wants to see; each is called before what is inside of it.
pub(super) trait Visitor<'f> {
    fn block(&mut self, _block: &'f Block) {}
    fn clause(&mut self, _clause: &'f Clause) {}
    fn query(&mut self, _query: &'f Query) {}
}

pub(super) fn rule<'f>(rule: &'f Rule, visitor: &mut dyn Visitor<'f>) {
    rule.conditions.iter().for_each(|lines| conjunction(lines, visitor));
    block(&rule.block, visitor);
}

pub(super) fn block<'f>(block: &'f Block, visitor: &mut dyn Visitor<'f>) {
    visitor.block(block);
    lets(&block.lets, visitor);
    conjunction(&block.clauses, visitor);
}

pub(super) fn lets<'f>(lets: &'f [Let], visitor: &mut dyn Visitor<'f>) {
    lets.iter().for_each(|one| operand(&one.value, visitor));
}

pub(super) fn conjunction<'f>(lines: &'f Conjunction, visitor: &mut dyn Visitor<'f>) {
    lines.iter().flatten().for_each(|one| clause(one, visitor));
}

fn clause<'f>(one: &'f Clause, visitor: &mut dyn Visitor<'f>) {
    visitor.clause(one);
    match one {
        Clause::Comparison(comparison) => {
            query(&comparison.query, visitor);
            comparison.right.iter().for_each(|right| operand(right, visitor));
        }
        Clause::Reference(_) => {}
        Clause::Call(call) => call.arguments.iter().for_each(|one| operand(one, visitor)),
        Clause::Block(clause) => {
            query(&clause.query, visitor);
            block(&clause.block, visitor);
        }
        Clause::When(when) => {
            conjunction(&when.conditions, visitor);
            block(&when.block, visitor);
        }
        Clause::Type(clause) => {
            query(&clause.query, visitor);
            clause.conditions.iter().for_each(|lines| conjunction(lines, visitor));
            block(&clause.block, visitor);
        }
    }
}

pub(super) fn operand<'f>(operand: &'f Operand, visitor: &mut dyn Visitor<'f>) {
    match operand {
        Operand::Literal(_) => {}
        Operand::Query(one) => query(one, visitor),
        Operand::Call(call) => call.arguments.iter().for_each(|one| self::operand(one, visitor)),
    }
}

fn query<'f>(one: &'f Query, visitor: &mut dyn Visitor<'f>) {
    visitor.query(one);
    for part in &one.parts {
        match part {
            Part::Filter { clauses, .. } => conjunction(clauses, visitor),
            Part::KeyFilter { right, .. } => operand(right, visitor),
            _ => {}
        }
    }
}

//! Selections whose type is named by a constant of the file.
//!
//! `let TYPE = 'AWS::S3::Bucket'` and `Resources.*[ Type == %TYPE ]` select by type as well, as
//! long as nothing else in the file goes by the name of the constant.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::ir::{
    Block, Clause, Conjunction, FunctionCall, Let, Literal, Operand, Part, Query, RuleFile,
};
use super::selection::{Matcher, TypeSelection, matchers_of_literal};
use super::walk::{self, Visitor};

/// The constants of a file that name types.
pub(super) type Constants = BTreeMap<Arc<str>, Constant>;

/// A constant that names types.
#[derive(Debug)]
pub(super) struct Constant {
    pub(super) matchers: Vec<Matcher>,
    /// Whether it is a list, so that a type is in it instead of equal to it.
    pub(super) is_list: bool,
}

/// Gives every query of a file that selects by a constant its selection.
pub(super) fn select_by_constants(file: &mut RuleFile) {
    let constants = constants(file);
    if constants.is_empty() {
        return;
    }
    let mut select = |query: &mut Query| {
        if query.selection.is_none() {
            query.selection = TypeSelection::recognise(&query.parts, &constants);
        }
    };
    each_let(&mut file.lets, &mut select);
    for rule in &mut file.rules {
        if let Some(conditions) = &mut rule.conditions {
            each_clause(conditions, &mut select);
        }
        each_of_block(&mut rule.block, &mut select);
    }
    for one in &mut file.parameterised {
        each_of_block(&mut one.rule.block, &mut select);
    }
}

/// Constants that are text, a pattern or a list of these, and whose name means nothing else.
fn constants(file: &RuleFile) -> Constants {
    let mut constants = Constants::new();
    let mut taken: BTreeSet<Arc<str>> = BTreeSet::new();
    for one in &file.lets {
        let constant = match &one.value {
            Operand::Literal(literal) => matchers_of_literal(literal).map(|matchers| Constant {
                matchers,
                is_list: matches!(literal, Literal::List(_)),
            }),
            _ => None,
        };
        match constant {
            Some(constant) if !constants.contains_key(&one.name) => {
                constants.insert(one.name.clone(), constant);
            }
            _ => {
                taken.insert(one.name.clone());
            }
        }
    }
    if constants.is_empty() {
        return constants;
    }
    for one in &file.parameterised {
        taken.extend(one.parameters.iter().cloned());
    }
    let mut names = Names { taken };
    file.rules.iter().for_each(|rule| walk::rule(rule, &mut names));
    file.parameterised.iter().for_each(|one| walk::rule(&one.rule, &mut names));
    walk::lets(&file.lets, &mut names);
    constants.retain(|name, _| !names.taken.contains(name));
    constants
}

/// Names that blocks and captures give to something.
struct Names {
    taken: BTreeSet<Arc<str>>,
}

impl<'f> Visitor<'f> for Names {
    fn block(&mut self, block: &'f Block) {
        self.taken.extend(block.lets.iter().map(|one| one.name.clone()));
    }

    fn query(&mut self, query: &'f Query) {
        self.taken.extend(query.parts.iter().filter_map(|part| match part {
            Part::Values(name) | Part::Indices(name) => name.clone(),
            Part::Filter { capture, .. } => capture.clone(),
            _ => None,
        }));
    }
}

type Visit<'v> = dyn FnMut(&mut Query) + 'v;

fn each_of_block(block: &mut Block, visit: &mut Visit<'_>) {
    each_let(&mut block.lets, visit);
    each_clause(&mut block.clauses, visit);
}

fn each_let(lets: &mut [Let], visit: &mut Visit<'_>) {
    lets.iter_mut().for_each(|one| each_of_operand(&mut one.value, visit));
}

fn each_clause(lines: &mut Conjunction, visit: &mut Visit<'_>) {
    for clause in lines.iter_mut().flatten() {
        match clause {
            Clause::Comparison(comparison) => {
                each_of_query(&mut comparison.query, visit);
                comparison.right.iter_mut().for_each(|right| each_of_operand(right, visit));
            }
            Clause::Reference(_) => {}
            Clause::Call(call) => {
                call.arguments.iter_mut().for_each(|argument| each_of_operand(argument, visit));
            }
            Clause::Block(block) => {
                each_of_query(&mut block.query, visit);
                each_of_block(&mut block.block, visit);
            }
            Clause::When(when) => {
                each_clause(&mut when.conditions, visit);
                each_of_block(&mut when.block, visit);
            }
            Clause::Type(clause) => {
                clause.conditions.iter_mut().for_each(|lines| each_clause(lines, visit));
                each_of_block(&mut clause.block, visit);
            }
        }
    }
}

fn each_of_operand(operand: &mut Operand, visit: &mut Visit<'_>) {
    match operand {
        Operand::Literal(_) => {}
        Operand::Query(query) => each_of_query(query, visit),
        Operand::Call(FunctionCall { arguments, .. }) => {
            arguments.iter_mut().for_each(|argument| each_of_operand(argument, visit));
        }
    }
}

fn each_of_query(query: &mut Query, visit: &mut Visit<'_>) {
    visit(query);
    for part in &mut query.parts {
        match part {
            Part::Filter { clauses, .. } => each_clause(clauses, visit),
            Part::KeyFilter { right, .. } => each_of_operand(right, visit),
            _ => {}
        }
    }
}

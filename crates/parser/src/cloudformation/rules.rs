//! `Rules`: what the parameters must satisfy for a stack to be created.

use trilith_graph::Formula;

use super::evaluate::Evaluator;
use crate::tree::NodeId;

/// The assertions of a section as constraints. One that cannot be decided from parameters alone
/// is left out: it only means that fewer scenarios are ruled out.
pub(super) fn constraints(evaluator: &Evaluator<'_>, section: NodeId) -> Vec<Formula> {
    let rules = evaluator.tree.members(section).into_iter();
    rules.filter_map(|rule| constraint(evaluator, rule.value)).collect()
}

fn constraint(evaluator: &Evaluator<'_>, rule: NodeId) -> Option<Formula> {
    let tree = evaluator.tree;
    let condition = match tree.get(rule, "RuleCondition") {
        Some(condition) => evaluator.decidable(condition)?,
        None => Formula::True,
    };
    let assertions = tree.items(tree.get(rule, "Assertions")?);
    let asserted = assertions
        .filter_map(|assertion| evaluator.decidable(tree.get(assertion, "Assert")?))
        .collect::<Vec<Formula>>();
    let formula = Formula::any([condition.negate(), Formula::all(asserted)]);
    (formula != Formula::True).then_some(formula)
}

//! Conditions: known, or a formula over what is not known.

use std::sync::Arc;

use trilith_graph::{Flags, Formula, Value, ValueKind, Variable, VariableKind, Via};

use super::choice::{all, any, is_simple};
use super::text::{Stop, boolean, inherited, is_error};
use super::{Budget, Evaluator};
use crate::hcl::scope::{Lookup, Scope};
use crate::hcl::syntax::{Binary, BinaryOperator, Expression, ExpressionKind, UnaryOperator};

/// How many definitions a condition is followed through.
const DEFINITION_LIMIT: usize = 32;

/// When an expression is true.
///
/// What is not known becomes a boolean variable named after its text; `!`, `&&`, `||`, `!=` and
/// the definitions of names are taken apart, so that a condition and its opposite exclude each
/// other.
pub fn condition(expression: &Expression, scope: &dyn Scope) -> Formula {
    Evaluator::new(scope, &Budget::new()).condition(expression).formula
}

/// A condition.
pub(super) struct Condition {
    pub(super) formula: Formula,
    /// Facts that what depends on the condition takes over.
    pub(super) flags: Flags,
    /// Where the condition comes from, if not from where it is written.
    pub(super) via: Option<Arc<Via>>,
    /// Whether the condition is sure to fail.
    pub(super) is_error: bool,
}

impl Evaluator<'_> {
    pub(super) fn condition(&self, expression: &Expression) -> Condition {
        let value = self.value(expression);
        let flags = inherited(&value);
        let (formula, is_error) = match boolean(&value) {
            Ok(true) => (Formula::True, false),
            Ok(false) => (Formula::False, false),
            Err(Stop::Error) => (self.atom(expression), true),
            Err(Stop::Unknown(_)) => {
                let formula = self.formula_of(expression, &value);
                let formula = if is_simple(&formula) { formula } else { self.atom(expression) };
                (formula, is_error(&value))
            }
        };
        Condition { formula, flags, via: value.via, is_error }
    }

    fn formula(&self, expression: &Expression) -> Formula {
        self.condition(expression).formula
    }

    fn formula_of(&self, expression: &Expression, value: &Value) -> Formula {
        if let Some(formula) = decided_by(value) {
            return formula;
        }
        let expression = expression.unwrapped();
        match &expression.kind {
            ExpressionKind::Unary(UnaryOperator::Not, operand) => self.formula(operand).negate(),
            ExpressionKind::Binary(binary) => self.binary_formula(binary, expression),
            ExpressionKind::Conditional(conditional) => {
                let guard = self.formula(&conditional.condition);
                let then = self.formula(&conditional.then);
                let otherwise = self.formula(&conditional.otherwise);
                let negated = guard.negate();
                any([all([guard, then]), all([negated, otherwise])])
            }
            ExpressionKind::Variable(name) => {
                let lookup = Lookup { root: name, steps: &[], span: expression.span };
                self.defined(&lookup).unwrap_or_else(|| self.atom(expression))
            }
            ExpressionKind::Traversal(traversal) => {
                let ExpressionKind::Variable(name) = &traversal.root.kind else {
                    return self.atom(expression);
                };
                let steps = self.lookup_steps(&traversal.steps);
                let lookup = Lookup { root: name, steps: &steps, span: expression.span };
                self.defined(&lookup).unwrap_or_else(|| self.atom(expression))
            }
            _ => self.atom(expression),
        }
    }

    fn defined(&self, lookup: &Lookup<'_>) -> Option<Formula> {
        if self.definitions >= DEFINITION_LIMIT {
            return None;
        }
        let definition = self.scope.definition(lookup)?;
        let definitions = self.definitions + 1;
        let inside = Evaluator { scope: definition.scope, definitions, ..*self };
        Some(inside.formula(definition.expression))
    }

    fn binary_formula(&self, binary: &Binary, whole: &Expression) -> Formula {
        match binary.rest.as_slice() {
            [(BinaryOperator::And, _), ..] => {
                let rest = binary.rest.iter().map(|(_, operand)| self.formula(operand));
                let first = self.formula(&binary.first);
                all(std::iter::once(first).chain(rest))
            }
            [(BinaryOperator::Or, _), ..] => {
                let rest = binary.rest.iter().map(|(_, operand)| self.formula(operand));
                let first = self.formula(&binary.first);
                any(std::iter::once(first).chain(rest))
            }
            [(BinaryOperator::Equal | BinaryOperator::NotEqual, operand)]
                if truth(&binary.first).or(truth(operand)).is_some() =>
            {
                let (other, wanted) = match truth(operand) {
                    Some(wanted) => (&binary.first, wanted),
                    None => (operand, truth(&binary.first) == Some(true)),
                };
                let is_equal = matches!(binary.rest[0].0, BinaryOperator::Equal);
                let formula = self.formula(other);
                if wanted == is_equal { formula } else { formula.negate() }
            }
            [(BinaryOperator::NotEqual, operand)] => {
                let text = format!("{} == {operand}", binary.first);
                self.atom_named(&text, whole).negate()
            }
            _ => self.atom(whole),
        }
    }

    /// A condition that cannot be taken apart.
    pub(super) fn atom(&self, expression: &Expression) -> Formula {
        self.atom_named(&expression.unwrapped().to_string(), expression)
    }

    /// A condition called `text` that depends on what `expression` refers to.
    pub(in crate::hcl) fn atom_named(&self, text: &str, expression: &Expression) -> Formula {
        self.budget.spend(text.len() / 64);
        let references = expression.references();
        let roots: Vec<&str> = references.iter().map(|site| site.root).collect();
        let name = self.scope.condition_name(text, &roots);
        let values = vec!["true".into(), "false".into()];
        let kind = VariableKind::Condition;
        Formula::Is(Arc::new(Variable { name, kind, values, open: false }), 0)
    }
}

/// The formula of a boolean that was decided by other conditions.
fn decided_by(value: &Value) -> Option<Formula> {
    let ValueKind::OneOf(arms) = &value.kind else { return None };
    let mut guards = Vec::new();
    for arm in arms.iter() {
        match boolean(&arm.value) {
            Ok(true) => guards.push(arm.guard.clone()),
            Ok(false) => {}
            Err(_) => return None,
        }
    }
    Some(any(guards))
}

/// The truth value that is written.
fn truth(expression: &Expression) -> Option<bool> {
    match expression.unwrapped().kind {
        ExpressionKind::Bool(truth) => Some(truth),
        _ => None,
    }
}

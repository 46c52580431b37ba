//! `Conditions`: from functions to formulas over what the parameters may be.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use trilith_graph::{Formula, Scenarios, Span, Value, ValueKind, Variable, VariableKind};

use super::comparison::{Comparison, known_text};
use super::evaluate::Evaluator;
use super::intrinsics::{Call, Function};
use super::members::{BoundMember, Members};
use super::missing::Missing;
use super::scope::Scope;
use crate::tree::{Kind, NodeId};

/// Parts of a formula beyond which a condition is not taken apart. Conditions that name each
/// other can grow exponentially.
const MAX_SIZE: usize = 1024;
/// Combinations of values that are tried to see whether a condition can hold at all.
const MAX_COMBINATIONS: usize = 512;
/// Parts of a formula that cost one step of the budget when they are evaluated.
const EVALUATIONS_PER_STEP: usize = 16;

/// The conditions of a template, compiled when they are first asked for.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    declared: BTreeMap<Arc<str>, BoundMember>,
    compiled: RefCell<BTreeMap<Arc<str>, State>>,
    /// Comparisons that cannot be decided, so that the same one is the same variable.
    undecided: RefCell<BTreeMap<(String, String), Formula>>,
    /// What the parameters are known to satisfy.
    constraints: Vec<Formula>,
}

#[derive(Debug, Clone)]
enum State {
    InProgress,
    Done(Formula, usize),
}

impl Evaluator<'_> {
    /// Declares the conditions of a section.
    pub(super) fn declare_conditions(&mut self, section: NodeId, constraints: Vec<Formula>) {
        let members = Members::of(self, section, &Scope::symbolic()).list;
        let members = members.into_iter().map(|member| (member.key.clone(), member));
        self.conditions.declared = members.collect();
        self.conditions.constraints = constraints;
    }

    /// Compiles every declared condition, so that all mistakes are found.
    pub(super) fn compile_conditions(&self) {
        for name in self.conditions.declared.keys() {
            self.condition(name);
        }
    }

    /// When a condition holds. One that is not declared can be anything.
    pub(super) fn condition(&self, name: &str) -> Formula {
        self.compiled(name).0
    }

    /// [`Evaluator::condition`] for a reference at `span`.
    pub(super) fn condition_at(&self, name: &str, span: Span, scope: &Scope) -> Formula {
        if !self.conditions.declared.contains_key(name) {
            self.not_declared(Missing::Condition, name, span, scope);
        }
        self.condition(name)
    }

    /// Where a condition is declared.
    pub(super) fn declaration_of(&self, condition: &str) -> Option<Span> {
        self.conditions.declared.get(condition).map(|member| member.key_span)
    }

    fn compiled(&self, name: &str) -> (Formula, usize) {
        let Some((name, member)) = self.conditions.declared.get_key_value(name) else {
            return (self.opaque(name), 1);
        };
        match self.conditions.compiled.borrow().get(name) {
            Some(State::Done(formula, size)) => return (formula.clone(), *size),
            Some(State::InProgress) => {
                let message = format!("condition `{name}` depends on itself");
                self.report(member.key_span, message, "break the circle");
                return (self.opaque(name), 1);
            }
            None => {}
        }
        self.conditions.compiled.borrow_mut().insert(name.clone(), State::InProgress);
        let mut compiler = Compiler { evaluator: self, name, undecided: 0, size: 0 };
        let symbolic = Scope::symbolic();
        let formula = compiler.formula(member.node, member.scope.as_ref().unwrap_or(&symbolic));
        let size = compiler.size;
        let formula = match formula {
            _ if size > MAX_SIZE => self.opaque(name),
            Formula::True | Formula::False => formula,
            formula if formula == self.opaque(name) => formula,
            formula => self
                .settled(&formula, size)
                .unwrap_or_else(|| Formula::Named(name.clone(), Arc::new(formula))),
        };
        let size = if size > MAX_SIZE { 1 } else { size };
        let done = State::Done(formula.clone(), size);
        self.conditions.compiled.borrow_mut().insert(name.clone(), done);
        (formula, size)
    }

    /// Always or never, if a formula holds in every case or in none.
    fn settled(&self, formula: &Formula, size: usize) -> Option<Formula> {
        let mut variables = BTreeSet::new();
        formula.collect_variables(&mut variables);
        let sizes = variables.iter().map(|variable| variable.size());
        let combinations = sizes.fold(1_usize, usize::saturating_mul);
        let steps = combinations.saturating_mul(size) / EVALUATIONS_PER_STEP;
        if combinations > MAX_COMBINATIONS || !self.charge(steps) {
            return None;
        }
        let formulas = std::slice::from_ref(formula);
        let scenarios = Scenarios::of(formulas, &self.conditions.constraints);
        match scenarios.scenarios.as_slice() {
            [only] if scenarios.decided && only.decides(formula).is_true() => Some(Formula::True),
            [_] if scenarios.decided => Some(Formula::False),
            _ => None,
        }
    }

    /// The formula of a condition that cannot be taken apart.
    fn opaque(&self, name: &str) -> Formula {
        // Variables are told apart by name, and a parameter may be called like a condition.
        let name = match self.parameters.get(name) {
            Some(_) => format!("condition {name}").into(),
            None => Arc::from(name),
        };
        let values = vec![Arc::from("true"), Arc::from("false")];
        let kind = VariableKind::Condition;
        Formula::Is(Arc::new(Variable { name, kind, values, open: false }), 0)
    }

    /// The formula of a boolean expression outside `Conditions`; `None` if it cannot be decided
    /// from parameters alone.
    pub(super) fn decidable(&self, node: NodeId) -> Option<Formula> {
        let name = Arc::from("");
        let mut compiler = Compiler { evaluator: self, name: &name, undecided: 0, size: 0 };
        let formula = compiler.formula(node, &Scope::symbolic().quiet());
        (compiler.undecided == 0 && compiler.size <= MAX_SIZE).then_some(formula)
    }
}

struct Compiler<'c, 't> {
    evaluator: &'c Evaluator<'t>,
    name: &'c Arc<str>,
    undecided: usize,
    size: usize,
}

impl Compiler<'_, '_> {
    fn formula(&mut self, node: NodeId, scope: &Scope) -> Formula {
        self.size += 1;
        if self.size > MAX_SIZE || self.evaluator.is_too_deep() {
            return self.undecided(None);
        }
        let span = self.evaluator.tree.span(node);
        let mut formula = Formula::True;
        let evaluator = self.evaluator;
        evaluator.deeper(span, || {
            formula = self.function(node, scope);
            Value::new(ValueKind::Null, span)
        });
        formula
    }

    fn function(&mut self, node: NodeId, scope: &Scope) -> Formula {
        let tree = self.evaluator.tree;
        let Some(call) = Call::of_condition(tree, node) else { return self.constant(node, scope) };
        let arguments: Vec<NodeId> = tree.items(call.argument).collect();
        if matches!(call.function, Function::And | Function::Or)
            && !(2..=10).contains(&arguments.len())
        {
            let message =
                format!("`{}` takes 2 to 10 conditions, not {}", call.name, arguments.len());
            self.evaluator.malformed(call.span, scope, message, "add or remove conditions");
        }
        match (call.function, arguments.as_slice()) {
            (Function::And, [_, ..]) => {
                let parts: Vec<Formula> =
                    arguments.iter().map(|part| self.formula(*part, scope)).collect();
                Formula::all(parts)
            }
            (Function::Or, [_, ..]) => {
                let parts: Vec<Formula> =
                    arguments.iter().map(|part| self.formula(*part, scope)).collect();
                Formula::any(parts)
            }
            (Function::Not, [only]) => self.formula(*only, scope).negate(),
            (Function::Equals, [left, right]) => {
                let left = self.evaluator.value(*left, scope);
                let right = self.evaluator.value(*right, scope);
                self.equals(&left, &right)
            }
            (Function::Contains, [list, value]) => {
                let value = self.evaluator.value(*value, scope);
                self.any_equals(*list, &value, scope)
            }
            (Function::EachMemberIn, [values, list]) => {
                self.each(*values, scope, |compiler, value| {
                    compiler.any_equals(*list, value, scope)
                })
            }
            (Function::EachMemberEquals, [values, value]) => {
                let value = self.evaluator.value(*value, scope);
                self.each(*values, scope, |compiler, member| compiler.equals(member, &value))
            }
            (Function::Condition, _) => self.named(&call, scope),
            (Function::And | Function::Or, _) => self.undecided(None),
            (Function::Not | Function::Equals, _) => {
                let message = format!("`{}` has the wrong number of arguments", call.name);
                self.evaluator.malformed(call.span, scope, message, "add or remove arguments");
                self.undecided(None)
            }
            _ => self.constant(node, scope),
        }
    }

    fn named(&mut self, call: &Call<'_>, scope: &Scope) -> Formula {
        let Some(name) = self.evaluator.name(call.argument, scope) else {
            return self.undecided(None);
        };
        let (formula, size) = self.evaluator.compiled(&name);
        self.size += size;
        if !self.evaluator.conditions.declared.contains_key(name.as_ref()) {
            self.evaluator.not_declared(Missing::Condition, &name, call.span, scope);
            self.undecided += 1;
        }
        formula
    }

    /// A literal, or a function that yields one.
    fn constant(&mut self, node: NodeId, scope: &Scope) -> Formula {
        let value = match self.evaluator.tree.kind(node) {
            Kind::List => Value::list(Vec::new(), self.evaluator.tree.span(node)),
            _ => self.evaluator.value(node, scope),
        };
        let yes = Value::string("true", value.span);
        match value.kind {
            ValueKind::List(_) | ValueKind::Map(_) | ValueKind::Null => {
                let help = "use `Fn::Equals`, `Fn::And`, `Fn::Or`, `Fn::Not` or `Condition`";
                self.evaluator.malformed(value.span, scope, "a condition is expected here", help);
                self.undecided(None)
            }
            _ => self.equals(&value, &yes),
        }
    }

    fn each(
        &mut self,
        list: NodeId,
        scope: &Scope,
        mut formula: impl FnMut(&mut Self, &Value) -> Formula,
    ) -> Formula {
        let list = self.evaluator.value(list, scope);
        match list.kind {
            ValueKind::List(items) => {
                let parts: Vec<Formula> = items.iter().map(|item| formula(self, item)).collect();
                Formula::all(parts)
            }
            _ => self.undecided(None),
        }
    }

    fn any_equals(&mut self, list: NodeId, value: &Value, scope: &Scope) -> Formula {
        match self.evaluator.value(list, scope).kind {
            ValueKind::List(items) => {
                let parts: Vec<Formula> =
                    items.iter().map(|item| self.equals(item, value)).collect();
                Formula::any(parts)
            }
            _ => self.undecided(None),
        }
    }

    fn equals(&mut self, left: &Value, right: &Value) -> Formula {
        let evaluator = self.evaluator;
        let parameters = &evaluator.parameters;
        let mut undecided = |left: &Value, right: &Value| self.undecided(texts(left, right));
        let mut comparison = Comparison::new(parameters, &mut undecided);
        let formula = comparison.equals(left, right);
        let size = comparison.size;
        self.size += size;
        let is_affordable = evaluator.charge(size / EVALUATIONS_PER_STEP);
        if is_affordable { formula } else { self.undecided(None) }
    }

    /// A comparison that cannot be decided. `texts` tells what it compares, if that has a name.
    fn undecided(&mut self, texts: Option<(String, String)>) -> Formula {
        self.undecided += 1;
        let undecided = &self.evaluator.conditions.undecided;
        if let Some(same) = texts.as_ref().and_then(|texts| undecided.borrow().get(texts).cloned())
        {
            return same;
        }
        let formula = match self.undecided {
            1 => self.evaluator.opaque(self.name),
            number => self.evaluator.opaque(&format!("{}, part {number}", self.name)),
        };
        if let Some(texts) = texts {
            undecided.borrow_mut().insert(texts, formula.clone());
        }
        formula
    }
}

/// What is compared, in a fixed order.
fn texts(left: &Value, right: &Value) -> Option<(String, String)> {
    let (left, right) = (known_text(left)?, known_text(right)?);
    Some(if left <= right { (left, right) } else { (right, left) })
}

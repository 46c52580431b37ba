//! Conditions, and the scenarios in which they hold.
//!
//! A template's conditions depend on a few parameters with few values each (99 of 100 real
//! templates have at most 64 combinations), so the combinations are enumerated; no solver.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use crate::Tri;

/// Combinations of parameter values that are tried before conditions count as independent.
pub(crate) const MAX_COMBINATIONS: usize = 4096;
/// Conditions that are combined freely when they count as independent.
const MAX_INDEPENDENT: usize = 6;

/// Something that a condition depends on, with the values that matter.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Variable {
    /// Its name, unique in a root: a parameter, `AWS::Region`, a condition.
    pub name: Arc<str>,
    /// What it is.
    pub kind: VariableKind,
    /// The values that are told apart.
    pub values: Vec<Arc<str>>,
    /// Whether a further value stands for all others. Its index is `values.len()`.
    pub open: bool,
}

/// What a [`Variable`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum VariableKind {
    /// A parameter or input variable.
    Parameter,
    /// A pseudo parameter.
    Pseudo,
    /// A condition that cannot be taken apart; its values are `true` and `false`.
    Condition,
    /// Whether a resource exists.
    Existence,
}

impl Variable {
    /// Number of values that are told apart, "any other" included.
    pub fn size(&self) -> usize {
        self.values.len() + usize::from(self.open)
    }

    /// That it has one of some values, in words: "`Env` is `prod`", "`Env` other than `prod`".
    fn describe(&self, values: &[usize]) -> String {
        let other = self.values.len();
        let named = |at: usize| self.values.get(at).map(|text| format!("`{text}`"));
        let (verb, word, named): (_, _, Vec<String>) = if values.contains(&other) {
            let excluded = (0..other).filter(|value| !values.contains(value));
            ("other than", " and ", excluded.filter_map(named).collect())
        } else {
            ("is", " or ", values.iter().copied().filter_map(named).collect())
        };
        match named.split_last() {
            Some((last, [])) => format!("`{}` {verb} {last}", self.name),
            Some((last, first)) => {
                format!("`{}` {verb} {}{word}{last}", self.name, first.join(", "))
            }
            None => format!("`{}` is anything", self.name),
        }
    }
}

/// A value for each of some variables, by name.
pub type Assignment = BTreeMap<Arc<str>, usize>;

/// A boolean function of variables.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Formula {
    /// Always.
    True,
    /// Never.
    False,
    /// A variable has one of its values, by index.
    Is(Arc<Variable>, usize),
    /// The opposite.
    Not(Arc<Formula>),
    /// All hold.
    All(Arc<Vec<Formula>>),
    /// At least one holds.
    Any(Arc<Vec<Formula>>),
    /// A condition of the template, by its name.
    Named(Arc<str>, Arc<Formula>),
}

impl Formula {
    /// The opposite, simplified.
    #[must_use]
    pub fn negate(&self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Not(inner) => inner.as_ref().clone(),
            other => Self::Not(Arc::new(other.clone())),
        }
    }

    /// All of them, simplified.
    pub fn all(formulas: impl IntoIterator<Item = Self>) -> Self {
        let mut kept = Vec::new();
        for formula in formulas {
            match formula {
                Self::True => {}
                Self::False => return Self::False,
                other if kept.contains(&other) => {}
                other => kept.push(other),
            }
        }
        match kept.len() {
            0 => Self::True,
            1 => kept.remove(0),
            _ => Self::All(Arc::new(kept)),
        }
    }

    /// At least one of them, simplified.
    pub fn any(formulas: impl IntoIterator<Item = Self>) -> Self {
        let mut kept = Vec::new();
        for formula in formulas {
            match formula {
                Self::False => {}
                Self::True => return Self::True,
                other if kept.contains(&other) => {}
                other => kept.push(other),
            }
        }
        match kept.len() {
            0 => Self::False,
            1 => kept.remove(0),
            _ => Self::Any(Arc::new(kept)),
        }
    }

    /// Whether it holds under an assignment; unknown if that depends on a variable without value.
    pub fn evaluate(&self, assignment: &Assignment) -> Tri {
        match self {
            Self::True => Tri::True,
            Self::False => Tri::False,
            Self::Is(variable, value) => match assignment.get(&variable.name) {
                Some(assigned) => (assigned == value).into(),
                None => Tri::Unknown,
            },
            Self::Not(inner) => !inner.evaluate(assignment),
            Self::All(parts) => Tri::all(parts.iter().map(|part| part.evaluate(assignment))),
            Self::Any(parts) => Tri::any(parts.iter().map(|part| part.evaluate(assignment))),
            Self::Named(_, inner) => inner.evaluate(assignment),
        }
    }

    /// Adds the variables that it depends on.
    pub fn collect_variables(&self, variables: &mut BTreeSet<Arc<Variable>>) {
        match self {
            Self::True | Self::False => {}
            Self::Is(variable, _) => {
                variables.insert(variable.clone());
            }
            Self::Not(inner) | Self::Named(_, inner) => inner.collect_variables(variables),
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().for_each(|part| part.collect_variables(variables));
            }
        }
    }

    /// The formula for people: "`IsProd` is true (`Env` is `prod`)".
    pub fn describe(&self, holds: bool) -> String {
        match self {
            Self::Not(inner) => inner.describe(!holds),
            Self::Named(name, inner) => {
                let mut text = format!("`{name}` is {holds}");
                if let Some(values) = inner.describe_single_variable(holds) {
                    let _ = write!(text, " ({values})");
                }
                text
            }
            Self::Is(variable, value) => match self.describe_single_variable(holds) {
                Some(text) => text,
                None => variable.describe(&[*value]),
            },
            Self::True | Self::False => holds.to_string(),
            Self::All(parts) | Self::Any(parts) => {
                if let Some(text) = self.describe_single_variable(holds) {
                    return text;
                }
                let word = if matches!(self, Self::All(_)) == holds { " and " } else { " or " };
                let parts: Vec<String> = parts.iter().map(|part| part.describe(holds)).collect();
                parts.join(word)
            }
        }
    }

    fn describe_single_variable(&self, holds: bool) -> Option<String> {
        let mut variables = BTreeSet::new();
        self.collect_variables(&mut variables);
        if variables.len() != 1 {
            return None;
        }
        let variable = variables.pop_first()?;
        let wanted = Tri::from(holds);
        let values: Vec<usize> = (0..variable.size())
            .filter(|value| {
                let assignment = Assignment::from([(variable.name.clone(), *value)]);
                self.evaluate(&assignment) == wanted
            })
            .collect();
        match variable.kind {
            VariableKind::Condition => {
                Some(format!("`{}` is {}", variable.name, variable.values.get(*values.first()?)?))
            }
            VariableKind::Existence => {
                let exists = values.first() == Some(&0);
                Some(format!(
                    "`{}` {}",
                    variable.name,
                    if exists { "exists" } else { "does not exist" }
                ))
            }
            VariableKind::Parameter | VariableKind::Pseudo if values.is_empty() => None,
            VariableKind::Parameter | VariableKind::Pseudo => Some(variable.describe(&values)),
        }
    }
}

/// One way the conditions that matter can come out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scenario {
    truths: Vec<(Formula, bool)>,
}

impl Scenario {
    /// Whether a guard holds in this scenario.
    pub fn decides(&self, guard: &Formula) -> Tri {
        match guard {
            Formula::True => Tri::True,
            Formula::False => Tri::False,
            _ => match self.truths.iter().find(|(formula, _)| formula == guard) {
                Some((_, holds)) => (*holds).into(),
                None => self.decides_inside(guard),
            },
        }
    }

    fn decides_inside(&self, guard: &Formula) -> Tri {
        match guard {
            Formula::Not(inner) => !self.decides(inner),
            Formula::All(parts) => Tri::all(parts.iter().map(|part| self.decides(part))),
            Formula::Any(parts) => Tri::any(parts.iter().map(|part| self.decides(part))),
            Formula::Named(_, inner) => self.decides(inner),
            _ => Tri::Unknown,
        }
    }
}

/// All scenarios that a set of conditions can produce.
#[derive(Debug, Clone)]
pub struct Scenarios {
    /// The scenarios, in a stable order. Never empty unless the constraints contradict.
    pub scenarios: Vec<Scenario>,
    /// Whether they follow from the parameters. If false, conditions count as independent or
    /// undecided, so that a scenario may be impossible.
    pub decided: bool,
}

impl Scenarios {
    /// The scenarios of `formulas`, given that `constraints` hold.
    pub fn of(formulas: &[Formula], constraints: &[Formula]) -> Self {
        let mut variables = BTreeSet::new();
        formulas.iter().for_each(|formula| formula.collect_variables(&mut variables));
        let constraints = relevant(constraints, &mut variables);
        let combinations = variables
            .iter()
            .try_fold(1_usize, |product, variable| product.checked_mul(variable.size()));
        match combinations {
            Some(count) if count <= MAX_COMBINATIONS => {
                enumerate(formulas, &constraints, &variables, count)
            }
            _ => independent(formulas),
        }
    }

    /// When exactly the scenarios with these indexes come about: "`IsProd` is false (`Env` is
    /// other than `prod`)". `None` if that is every scenario.
    pub fn describe(&self, indexes: &[usize]) -> Option<String> {
        let all = (0..self.scenarios.len()).all(|index| indexes.contains(&index));
        let first = self.scenarios.get(*indexes.first()?)?;
        if all {
            return None;
        }
        // What is the case reads better than what is not, and fewer guards than many.
        let positive = self.fewest(first, indexes, true);
        let covers = |literals: &[&(Formula, bool)]| {
            let mut scenarios = indexes.iter().filter_map(|index| self.scenarios.get(*index));
            scenarios.all(|scenario| literals.iter().all(|l| scenario.truths.contains(l)))
        };
        let literals =
            if covers(&positive) { positive } else { self.fewest(first, indexes, false) };
        let parts: Vec<String> =
            literals.iter().map(|(formula, holds)| formula.describe(*holds)).collect();
        (!parts.is_empty()).then(|| parts.join(" and "))
    }

    /// The fewest guards of a scenario that leave only scenarios with these indexes.
    fn fewest<'s>(
        &self,
        scenario: &'s Scenario,
        indexes: &[usize],
        prefer_positive: bool,
    ) -> Vec<&'s (Formula, bool)> {
        let mut literals: Vec<&(Formula, bool)> = scenario.truths.iter().collect();
        let implies = |literals: &[&(Formula, bool)]| {
            self.scenarios.iter().enumerate().all(|(index, scenario)| {
                indexes.contains(&index) || !literals.iter().all(|l| scenario.truths.contains(l))
            })
        };
        let mut drop_those = |holds: &[bool]| {
            // Shorter guards read better, so the last literals are tried first.
            for at in (0..literals.len()).rev() {
                let mut fewer = literals.clone();
                let dropped = fewer.remove(at);
                if holds.contains(&dropped.1) && implies(&fewer) {
                    literals = fewer;
                }
            }
        };
        if prefer_positive {
            drop_those(&[false]);
        }
        drop_those(&[true, false]);
        literals
    }
}

/// Constraints that share a variable with what matters; their variables come to matter too.
fn relevant<'c>(
    constraints: &'c [Formula],
    variables: &mut BTreeSet<Arc<Variable>>,
) -> Vec<&'c Formula> {
    let mut chosen = Vec::new();
    for constraint in constraints {
        let mut own = BTreeSet::new();
        constraint.collect_variables(&mut own);
        if own.iter().any(|variable| variables.contains(variable)) {
            variables.append(&mut own);
            chosen.push(constraint);
        }
    }
    chosen
}

fn enumerate(
    formulas: &[Formula],
    constraints: &[&Formula],
    variables: &BTreeSet<Arc<Variable>>,
    count: usize,
) -> Scenarios {
    let mut seen: BTreeSet<Vec<bool>> = BTreeSet::new();
    let mut scenarios = Vec::new();
    for number in 0..count {
        let assignment = nth_assignment(variables, number);
        if constraints.iter().any(|constraint| constraint.evaluate(&assignment).is_false()) {
            continue;
        }
        let truths: Vec<bool> =
            formulas.iter().map(|formula| formula.evaluate(&assignment).is_true()).collect();
        if seen.insert(truths.clone()) {
            let truths = formulas.iter().cloned().zip(truths).collect();
            scenarios.push(Scenario { truths });
        }
    }
    Scenarios { scenarios, decided: true }
}

fn nth_assignment(variables: &BTreeSet<Arc<Variable>>, mut number: usize) -> Assignment {
    let mut assignment = Assignment::new();
    for variable in variables {
        assignment.insert(variable.name.clone(), number % variable.size().max(1));
        number /= variable.size().max(1);
    }
    assignment
}

/// Too many combinations: the first few formulas are combined freely, which may produce an
/// impossible scenario but misses none; what rests on the others stays undecided.
fn independent(formulas: &[Formula]) -> Scenarios {
    let chosen = &formulas[..formulas.len().min(MAX_INDEPENDENT)];
    let scenarios = (0..1_usize << chosen.len())
        .map(|bits| {
            let truths = chosen.iter().enumerate();
            let truths = truths.map(|(at, formula)| (formula.clone(), bits >> at & 1 == 1));
            Scenario { truths: truths.collect() }
        })
        .collect();
    Scenarios { scenarios, decided: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(name: &str, values: &[&str]) -> Arc<Variable> {
        let values = values.iter().map(|value| (*value).into()).collect();
        Arc::new(Variable { name: name.into(), kind: VariableKind::Parameter, values, open: true })
    }

    #[test]
    fn scenarios_follow_from_parameter_values() {
        let env = variable("Env", &["prod", "test"]);
        let prod = Formula::Named("IsProd".into(), Arc::new(Formula::Is(env.clone(), 0)));
        let test = Formula::Named("IsTest".into(), Arc::new(Formula::Is(env, 1)));
        let scenarios = Scenarios::of(&[prod.clone(), test], &[]);
        assert_eq!(scenarios.scenarios.len(), 3, "both at once is impossible");
        assert_eq!(scenarios.scenarios[0].decides(&prod), Tri::True);
        assert_eq!(scenarios.scenarios[0].decides(&prod.negate()), Tri::False);
        let said = scenarios.describe(&[0]);
        assert_eq!(said.as_deref(), Some("`IsProd` is true (`Env` is `prod`)"));
        assert_eq!(scenarios.describe(&[0, 1, 2]), None);
        let said = scenarios.describe(&[1, 2]);
        assert_eq!(said.as_deref(), Some("`IsProd` is false (`Env` other than `prod`)"));
    }

    #[test]
    fn constraints_rule_scenarios_out() {
        let env = variable("Env", &["prod"]);
        let prod = Formula::Is(env, 0);
        let scenarios = Scenarios::of(std::slice::from_ref(&prod), std::slice::from_ref(&prod));
        assert_eq!(scenarios.scenarios.len(), 1);
    }

    #[test]
    fn what_is_the_case_is_said_rather_than_what_is_not() {
        let region = variable("Region", &["a", "b"]);
        let known = Formula::any([Formula::Is(region.clone(), 0), Formula::Is(region.clone(), 1)]);
        let formulas = [Formula::Is(region.clone(), 0), Formula::Is(region, 1)];
        let scenarios = Scenarios::of(&formulas, &[known]);
        assert_eq!(scenarios.describe(&[0]).as_deref(), Some("`Region` is `a`"));
        assert_eq!(scenarios.describe(&[1]).as_deref(), Some("`Region` is `b`"));
    }

    #[test]
    fn too_many_combinations_leave_the_rest_undecided() {
        let values: Vec<String> = (0..20).map(|n| n.to_string()).collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let formulas: Vec<Formula> =
            (0..8).map(|n| Formula::Is(variable(&n.to_string(), &values), 0)).collect();
        let scenarios = Scenarios::of(&formulas, &[]);
        assert!(!scenarios.decided);
        assert_eq!(scenarios.scenarios.len(), 64);
        assert_eq!(scenarios.scenarios[0].decides(&formulas[7]), Tri::Unknown);
    }
}

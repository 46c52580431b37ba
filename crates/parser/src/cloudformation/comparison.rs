//! `Fn::Equals` over values that depend on parameters.

use std::sync::Arc;

use trilith_graph::{Arm, Formula, Part, Reason, Tri, Value, ValueKind};

use super::parameters::Parameters;

/// Pairs of alternatives beyond which a comparison is not taken apart.
const MAX_PAIRS: usize = 4096;
/// Texts that a text with choices in it may become before it is left as it is.
const MAX_TEXTS: usize = 64;

/// Compares values.
pub(super) struct Comparison<'c> {
    parameters: &'c Parameters,
    /// Names a comparison that cannot be decided.
    undecided: &'c mut dyn FnMut(&Value, &Value) -> Formula,
    /// How many parts its formulas have.
    pub(super) size: usize,
}

impl<'c> Comparison<'c> {
    /// A comparison that asks `undecided` for what cannot be decided.
    pub(super) fn new(
        parameters: &'c Parameters,
        undecided: &'c mut dyn FnMut(&Value, &Value) -> Formula,
    ) -> Self {
        Self { parameters, undecided, size: 0 }
    }

    /// When two values are the same text.
    pub(super) fn equals(&mut self, left: &Value, right: &Value) -> Formula {
        let (left, right) = (spread(left), spread(right));
        if alternatives(&left).saturating_mul(alternatives(&right)) > MAX_PAIRS {
            return (self.undecided)(&left, &right);
        }
        self.pair(&left, &right)
    }

    fn pair(&mut self, left: &Value, right: &Value) -> Formula {
        self.size += 1;
        match (&left.kind, &right.kind) {
            (ValueKind::OneOf(arms), _) => self.any(arms, |this, value| this.pair(value, right)),
            (_, ValueKind::OneOf(arms)) => self.any(arms, |this, value| this.pair(left, value)),
            _ => match self.decide(left, right) {
                Tri::True => Formula::True,
                Tri::False => Formula::False,
                Tri::Unknown => (self.undecided)(left, right),
            },
        }
    }

    fn any(
        &mut self,
        arms: &[Arm],
        mut compare: impl FnMut(&mut Self, &Value) -> Formula,
    ) -> Formula {
        let parts: Vec<Formula> = arms
            .iter()
            .map(|arm| Formula::all([arm.guard.clone(), compare(self, &arm.value)]))
            .collect();
        Formula::any(parts)
    }

    fn decide(&self, left: &Value, right: &Value) -> Tri {
        match (scalar(left), scalar(right)) {
            (Some(left), Some(right)) => (left == right).into(),
            (Some(text), None) => self.may_be(right, &text),
            (None, Some(text)) => self.may_be(left, &text),
            (None, None) => match (known_text(left), known_text(right)) {
                // The same unknowns in the same places.
                (Some(left), Some(right)) if left == right => Tri::True,
                _ => Tri::Unknown,
            },
        }
    }

    /// Whether a value that is not known may be `text`.
    fn may_be(&self, value: &Value, text: &str) -> Tri {
        if let Some((before, hole, after)) = only_hole(value) {
            let rest = text.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
            return rest.map_or(Tri::False, |rest| self.may_be(hole, rest));
        }
        let ValueKind::Unknown(Reason::NoDefault(name) | Reason::Pseudo(name)) = &value.kind else {
            return value.is(text);
        };
        let Some(parameter) = self.parameters.get(name) else { return Tri::Unknown };
        // Here the parameter has a value other than those that are told apart.
        let text: Arc<str> = text.into();
        let is_other = parameter.variable().values.contains(&text) || parameter.excludes(&text);
        if is_other { Tri::False } else { Tri::Unknown }
    }
}

/// The hole of a text that has only one, and the text around it.
fn only_hole(value: &Value) -> Option<(&str, &Value, &str)> {
    let ValueKind::Template(parts) = &value.kind else { return None };
    match parts.as_slice() {
        [Part::Hole(hole)] => Some(("", hole, "")),
        [Part::Text(before), Part::Hole(hole)] => Some((before, hole, "")),
        [Part::Hole(hole), Part::Text(after)] => Some(("", hole, after)),
        [Part::Text(before), Part::Hole(hole), Part::Text(after)] => Some((before, hole, after)),
        _ => None,
    }
}

fn alternatives(value: &Value) -> usize {
    match &value.kind {
        ValueKind::OneOf(arms) => {
            arms.iter().map(|arm| alternatives(&arm.value)).fold(0, usize::saturating_add)
        }
        _ => 1,
    }
}

/// The text of a scalar; a removed value compares like an empty one.
fn scalar(value: &Value) -> Option<String> {
    match &value.kind {
        ValueKind::Absent | ValueKind::Null => Some(String::new()),
        ValueKind::String(text) => Some(text.to_string()),
        ValueKind::Bool(known) => Some(known.to_string()),
        ValueKind::Int(number) => Some(number.to_string()),
        ValueKind::Float(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A text that two values share only if they are the same, whatever the unknowns in them are.
pub(super) fn known_text(value: &Value) -> Option<String> {
    match &value.kind {
        ValueKind::Unknown(Reason::NoDefault(name) | Reason::Pseudo(name)) => {
            Some(format!("${{{name}}}"))
        }
        ValueKind::Unknown(Reason::SsmParameter(name)) => Some(format!("${{ssm {name}}}")),
        ValueKind::Unknown(Reason::Import(name)) if !name.contains("${...}") => {
            Some(format!("${{import {name}}}"))
        }
        ValueKind::Reference(reference) => Some(reference.to_string()),
        ValueKind::Template(parts) => parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => Some(text.to_string()),
                Part::Hole(hole) => known_text(hole),
            })
            .collect(),
        _ => scalar(value),
    }
}

/// A text with choices in it as a choice of texts.
fn spread(value: &Value) -> Value {
    let ValueKind::Template(parts) = &value.kind else { return value.clone() };
    let has_choice =
        |part: &Part| matches!(part, Part::Hole(hole) if matches!(hole.kind, ValueKind::OneOf(_)));
    if !parts.iter().any(has_choice) {
        return value.clone();
    }
    let mut texts: Vec<(Formula, Vec<Part>)> = vec![(Formula::True, Vec::new())];
    for part in parts.iter() {
        let choices = match part {
            Part::Hole(hole) => match &hole.kind {
                ValueKind::OneOf(arms) => arms.as_slice(),
                _ => &[],
            },
            Part::Text(_) => &[],
        };
        if choices.is_empty() {
            texts.iter_mut().for_each(|(_, text)| text.push(part.clone()));
            continue;
        }
        if texts.len() * choices.len() > MAX_TEXTS {
            return value.clone();
        }
        let longer = texts.iter().flat_map(|(guard, text)| {
            choices.iter().map(move |arm| {
                let mut text = text.clone();
                text.push(match scalar(&arm.value) {
                    Some(known) => Part::Text(known.into()),
                    None => Part::Hole(arm.value.clone()),
                });
                (Formula::all([guard.clone(), arm.guard.clone()]), text)
            })
        });
        texts = longer.collect();
    }
    let arms = texts.into_iter().map(|(guard, text)| Arm {
        guard,
        value: Value { kind: ValueKind::template(text), ..value.clone() },
    });
    let kind = ValueKind::OneOf(Arc::new(arms.collect()));
    Value { kind, ..value.clone() }
}

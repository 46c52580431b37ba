//! Checks of one value: `exists`, `empty`, `is_string` ...

use trilith_graph::{Tri, Value, ValueKind};

use super::Engine;
use super::clause::Judged;
use super::compare::{unsure_exists, unsure_is_empty};
use super::node::{Located, View};
use super::report::{Problem, Role, Status};
use super::scope::{Found, Hit, Scope};
use super::verdict::{Outcome, Subject, Verdict};
use crate::engine::guard::ir::{Comparison, Operator};

impl<'a> Engine<'a> {
    pub(super) fn unary(
        &self,
        comparison: &'a Comparison,
        scope: &Scope<'_, 'a>,
        role: Role,
    ) -> Result<Judged<'a>, Problem> {
        let hits = scope.query(self, &comparison.query)?;
        let is_empty = comparison.operator == Operator::Empty;
        // A filter asks whether anything was selected, a variable what its values are.
        let selects = is_empty && comparison.query.ends_in_filter();
        if hits.is_empty() {
            let asks_whether_any = selects || (is_empty && comparison.query.is_lone_variable());
            return Ok(Judged::Whole(
                match (asks_whether_any, comparison.negated) {
                    (true, true) => Status::Fail,
                    (true, false) => Status::Pass,
                    (false, _) => Status::Skip,
                },
                None,
            ));
        }
        let mut verdicts = Vec::with_capacity(hits.len());
        for hit in hits {
            match self.answer(comparison.operator, selects, &hit) {
                Ok(holds) => {
                    let holds = if comparison.negated { !holds } else { holds };
                    verdicts.push(verdict(hit, holds));
                }
                Err(problem) if problem.is_of_value && role.is_assertion() => {
                    let note = Some(problem.text);
                    verdicts.push(Verdict { note, ..verdict(hit, Tri::False) });
                }
                Err(problem) => return Err(problem),
            }
        }
        Ok(Judged::Values(verdicts))
    }

    fn answer(&self, operator: Operator, selects: bool, hit: &Hit<'a>) -> Result<Tri, Problem> {
        let value = match &hit.found {
            Found::Literal(value) | Found::Resolved(value) => value,
            Found::Missing(_) => return Ok((operator == Operator::Empty).into()),
            Found::Unsure(_) => return Ok(Tri::Unknown),
        };
        let view = value.node.view();
        match operator {
            Operator::Exists => Ok(match view {
                View::Unsure(value) => unsure_exists(value),
                _ => Tri::True,
            }),
            // Something unknown that was selected is there; that it may be null is left aside.
            Operator::Empty if selects => Ok(matches!(view, View::Null).into()),
            Operator::Empty => self.is_empty(value),
            _ => Ok(match view {
                View::Unsure(value) => unsure_is(operator, value),
                known => is_of_kind(operator, known).into(),
            }),
        }
    }

    fn is_empty(&self, value: &Located<'a>) -> Result<Tri, Problem> {
        Ok(match value.node.view() {
            View::List | View::Map => value.node.is_empty(self),
            View::Text(text) => text.is_empty().into(),
            View::Unsure(value) => unsure_is_empty(value),
            other => {
                let kind = kind_of(other);
                let text =
                    format!("`empty` cannot be asked of {kind}, only of text, lists and maps");
                return Err(Problem::of_value(text));
            }
        })
    }
}

fn verdict(hit: Hit<'_>, holds: Tri) -> Verdict<'_> {
    let outcome = Outcome::new(holds, hit.maybe);
    let subject = match hit.found {
        Found::Literal(value) | Found::Resolved(value) => Subject::Value(value),
        Found::Missing(missing) => Subject::Missing(missing),
        Found::Unsure(unsure) => Subject::Unsure(unsure),
    };
    Verdict { subject, outcome, to: Vec::new(), note: None }
}

fn is_of_kind(operator: Operator, view: View<'_>) -> bool {
    match operator {
        Operator::IsString => matches!(view, View::Text(_)),
        Operator::IsList => matches!(view, View::List),
        Operator::IsStruct => matches!(view, View::Map),
        Operator::IsBool => matches!(view, View::Bool(_)),
        Operator::IsInt => matches!(view, View::Int(_)),
        Operator::IsFloat => matches!(view, View::Float(_)),
        Operator::IsNull => matches!(view, View::Null),
        _ => false,
    }
}

/// The kind of a value that is not completely known: text with holes is text.
fn unsure_is(operator: Operator, value: &Value) -> Tri {
    match &value.kind {
        ValueKind::Template(_) => (operator == Operator::IsString).into(),
        _ => Tri::Unknown,
    }
}

fn kind_of(view: View<'_>) -> &'static str {
    match view {
        View::Null => "null",
        View::Bool(_) => "a boolean",
        View::Int(_) | View::Float(_) => "a number",
        View::Char(_) => "a character",
        View::Regex(_) => "a regular expression",
        _ => "a range",
    }
}

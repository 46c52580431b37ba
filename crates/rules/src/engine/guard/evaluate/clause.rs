//! Comparisons.

use super::Engine;
use super::node::Node;
use super::record::Finding;
use super::report::{Problem, Role, Status, Tally};
use super::scope::{Hit, Scope};
use super::sets::{Outcome, Verdict, verdicts};
use crate::engine::guard::ir::{Comparison, Operand};

/// What came of a comparison.
pub(super) enum Judged<'a> {
    /// There was nothing to look at one by one.
    Whole(Status, Option<&'static str>),
    Values(Vec<Verdict<'a>>),
}

const EMPTY_LEFT: &str = "the variable on the left has no values, so nothing was compared";
const EMPTY_RIGHT: &str = "what is compared with has no values, so nothing was compared";

impl<'a> Engine<'a> {
    /// A comparison of the values of a query.
    pub(super) fn comparison(
        &self,
        comparison: &'a Comparison,
        scope: &Scope<'_, 'a>,
        role: Role,
    ) -> Result<Status, Problem> {
        let judged = match &comparison.right {
            // A problem on the right is one of the whole rule, as in the reference engine.
            Some(right) => {
                let right = self.operand(right, scope)?;
                self.binary(comparison, &right, scope, role)
            }
            None => self.unary(comparison, scope, role),
        };
        match judged {
            Ok(Judged::Whole(status, note)) => {
                if status == Status::Fail {
                    let mut finding = Finding::about(comparison.at);
                    finding.message.clone_from(&comparison.message);
                    self.record(role, scope, finding.with_note(note));
                }
                Ok(status)
            }
            Ok(Judged::Values(verdicts)) => {
                let status = status_of(&verdicts, comparison.query.match_all);
                if matches!(status, Status::Fail | Status::Unknown) {
                    self.record_verdicts(comparison, &verdicts, scope, role);
                }
                Ok(status)
            }
            Err(problem) if problem.is_of_value && role.is_assertion() => {
                let mut finding = Finding::about(comparison.at).with_note(Some(problem.text));
                finding.message.clone_from(&comparison.message);
                self.record(role, scope, finding);
                Ok(Status::Fail)
            }
            Err(problem) => Err(problem),
        }
    }

    fn binary(
        &self,
        comparison: &'a Comparison,
        right: &[Hit<'a>],
        scope: &Scope<'_, 'a>,
        role: Role,
    ) -> Result<Judged<'a>, Problem> {
        let left = scope.query(self, &comparison.query)?;
        let undecided = if role.is_assertion() { Status::Fail } else { Status::Skip };
        if left.is_empty() {
            return Ok(if comparison.query.is_lone_variable() {
                Judged::Whole(undecided, Some(EMPTY_LEFT))
            } else {
                Judged::Whole(Status::Skip, None)
            });
        }
        if right.is_empty() {
            return Ok(Judged::Whole(undecided, Some(EMPTY_RIGHT)));
        }
        let (operator, negated) = (comparison.operator, comparison.negated);
        Ok(Judged::Values(verdicts(self, operator, negated, &left, right)))
    }

    /// The values of what stands on the right of a comparison, behind `let` or in a call.
    pub(super) fn operand(
        &self,
        operand: &'a Operand,
        scope: &Scope<'_, 'a>,
    ) -> Result<Vec<Hit<'a>>, Problem> {
        match operand {
            Operand::Literal(literal) => Ok(vec![Hit::literal(Node::Literal(literal))]),
            Operand::Query(query) => scope.query(self, query),
            Operand::Call(call) => self.function(call, scope),
        }
    }
}

/// What the verdicts on all values amount to. Without any verdict nothing failed.
fn status_of(verdicts: &[Verdict<'_>], match_all: bool) -> Status {
    let mut tally = Tally::default();
    for verdict in verdicts {
        match verdict.outcome {
            Outcome::Pass => tally.passed += 1,
            Outcome::PassIfThere => tally.may_have_passed += 1,
            Outcome::Fail => tally.failed += 1,
            Outcome::Unknown => tally.unknown += 1,
        }
    }
    match (verdicts.is_empty(), match_all) {
        (true, true) => Status::Pass,
        (true, false) => Status::Fail,
        (false, true) => tally.all(),
        (false, false) => tally.any(),
    }
}

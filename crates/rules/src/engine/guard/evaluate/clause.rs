//! Comparisons.

use super::Engine;
use super::node::Node;
use super::record::Finding;
use super::report::{Problem, Role, Status, Tally};
use super::scope::{Hit, Scope};
use super::sets::verdicts;
use super::verdict::{Outcome, Verdict};
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
                if matches!(status, Status::Fail | Status::Unknown) {
                    let mut finding = Finding::whole(comparison.at, status);
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
        // What becomes of the clause without any value on the right, and on the left.
        let undecided = if role.is_assertion() { Status::Fail } else { Status::Skip };
        let is_variable = comparison.query.is_lone_variable();
        let without_left = if is_variable { undecided } else { Status::Skip };
        if left.is_empty() {
            return Ok(Judged::Whole(without_left, is_variable.then_some(EMPTY_LEFT)));
        }
        let may_be_none = |hits: &[Hit<'a>]| hits.iter().all(|hit| hit.maybe);
        let left_may_be_none = may_be_none(&left);
        if right.is_empty() {
            return Ok(if left_may_be_none && without_left != undecided {
                Judged::Whole(Status::Unknown, None)
            } else {
                Judged::Whole(undecided, Some(EMPTY_RIGHT))
            });
        }
        let (operator, negated) = (comparison.operator, comparison.negated);
        let verdicts = verdicts(self, operator, negated, &left, right);
        let status = status_of(&verdicts, comparison.query.match_all);
        let depends = (may_be_none(right) && status != undecided)
            || (left_may_be_none && status != without_left);
        if depends && status != Status::Unknown {
            return Ok(Judged::Whole(Status::Unknown, None));
        }
        Ok(Judged::Values(verdicts))
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

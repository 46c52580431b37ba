//! What an evaluation yields.

use std::sync::Arc;

use trilith_graph::{PropertyPath, Reason, Segment};

/// Outcome of a rule or a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
    /// There was nothing to check.
    Skip,
    /// It depends on something that is not known.
    Unknown,
}

/// What came of one rule.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleReport {
    /// The rule.
    pub name: Arc<str>,
    /// Its outcome. [`Status::Unknown`] without any check means that the rule would hold or
    /// not apply.
    pub status: Status,
    /// The clauses that fail, or may fail.
    pub checks: Vec<Check>,
    /// Why the rule could not be evaluated; its status is unknown then. The reference engine
    /// gives up on the whole file.
    pub error: Option<String>,
}

/// A value that a clause failed on, or may have failed on.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// [`Status::Fail`] or [`Status::Unknown`].
    pub status: Status,
    /// The way to the value from the root of the document: `Resources/Logs/Properties/Size`;
    /// for something that is missing, the way to where it would be. Empty where a clause is
    /// about the document as a whole or about constants.
    pub path: PropertyPath,
    /// Whether nothing is there.
    pub missing: bool,
    /// The clause as written, without its message.
    pub clause: String,
    /// Line of the clause in the rules file, from 1.
    pub line: u32,
    /// The clause's own message, trimmed.
    pub message: Option<Arc<str>>,
    /// What the value was compared with, as text.
    pub compared_to: Option<String>,
    /// The ways to values of the document that the value was compared with.
    pub rests_on: Vec<PropertyPath>,
    /// Why the value is unknown.
    pub unknown: Option<Reason>,
    /// Why the value cannot be checked this way.
    pub note: Option<String>,
    /// Checks with the same number are alternatives: one of them would do.
    pub any_of: Option<u32>,
}

impl RuleReport {
    /// What there is to tell: its checks, or the rule as a whole where it does not hold and no
    /// clause says why: `some` value of an empty list, a rule that is called and does not apply.
    pub(crate) fn into_checks(self) -> Vec<Check> {
        if self.checks.is_empty() && self.status == Status::Fail {
            return vec![Check {
                status: self.status,
                path: PropertyPath::root(),
                missing: false,
                clause: String::new(),
                line: 0,
                message: None,
                compared_to: None,
                rests_on: Vec::new(),
                unknown: None,
                note: None,
                any_of: None,
            }];
        }
        self.checks
    }
}

impl Check {
    /// Address of the resource that the value belongs to, and the way from the resource's
    /// properties to the value. A value beside the properties has an empty way.
    pub fn resource(&self) -> Option<(&str, PropertyPath)> {
        let [Segment::Key(section), Segment::Key(address), inside @ ..] = self.path.segments()
        else {
            return None;
        };
        if &**section != "Resources" {
            return None;
        }
        let path = match inside {
            [Segment::Key(properties), path @ ..] if &**properties == "Properties" => {
                path.iter().cloned().collect()
            }
            _ => PropertyPath::root(),
        };
        Some((address, path))
    }
}

/// Why a clause is evaluated, which decides what becomes of one that cannot be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Role {
    /// The clause is claimed to hold: it fails.
    Assertion,
    /// The clause decides whether others apply: whatever it decides on fails.
    Gate,
}

impl Role {
    pub(super) fn is_assertion(self) -> bool {
        self == Self::Assertion
    }
}

/// Why something could not be evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) text: String,
    /// Whether the fault is in a value, so that the clause fails and the rest goes on.
    pub(super) is_of_value: bool,
}

impl Problem {
    /// The fault is in a value.
    pub(super) fn of_value(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_of_value: true }
    }

    /// The fault is in the rules.
    pub(super) fn fatal(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_of_value: false }
    }
}

/// Counts outcomes and tells what they amount to.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) passed: u32,
    /// Passed, if there at all.
    pub(super) may_have_passed: u32,
    pub(super) failed: u32,
    pub(super) unknown: u32,
}

impl Tally {
    pub(super) fn add(&mut self, status: Status) {
        match status {
            Status::Pass => self.passed += 1,
            Status::Fail => self.failed += 1,
            Status::Unknown => self.unknown += 1,
            Status::Skip => {}
        }
    }

    /// All have to hold.
    pub(super) fn all(&self) -> Status {
        if self.failed > 0 {
            Status::Fail
        } else if self.unknown > 0 {
            Status::Unknown
        } else if self.passed > 0 {
            Status::Pass
        } else if self.may_have_passed > 0 {
            Status::Unknown
        } else {
            Status::Skip
        }
    }

    /// One has to hold.
    pub(super) fn any(&self) -> Status {
        if self.passed > 0 {
            Status::Pass
        } else if self.unknown > 0 || self.may_have_passed > 0 {
            Status::Unknown
        } else if self.failed > 0 {
            Status::Fail
        } else {
            Status::Skip
        }
    }
}

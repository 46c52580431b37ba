//! What is reported about waivers themselves: not rules, but read and answered like them.

use trilith_graph::Severity;

/// Something that is wrong with a waiver.
#[derive(Debug, Clone, Copy)]
pub struct Problem {
    /// The id under which it is reported.
    pub id: &'static str,
    /// What it is.
    pub title: &'static str,
    /// What to do.
    pub help: &'static str,
    /// How bad it is.
    pub severity: Severity,
}

pub(crate) const EXPIRED: &str = "waiver-expired";
pub(crate) const MALFORMED: &str = "waiver-malformed";
pub(crate) const NOT_ALLOWED: &str = "waiver-not-allowed";
pub(crate) const UNUSED: &str = "waiver-unused";
pub(crate) const WIDENED: &str = "waiver-widened";

const PROBLEMS: &[Problem] = &[
    Problem {
        id: EXPIRED,
        title: "A waiver has expired",
        help: "Repair what it waived, or decide anew and name a later day: an expired waiver \
               waives nothing.",
        severity: Severity::Medium,
    },
    Problem {
        id: MALFORMED,
        title: "A waiver does not say what it must",
        help: "Name the rule, the reason, the owner and the last day: \
               `# trilith: ignore[RULE] reason (until 2026-12-31, owner @team)`. Until then it \
               waives nothing.",
        severity: Severity::Medium,
    },
    Problem {
        id: NOT_ALLOWED,
        title: "A waiver is written where none is accepted",
        help: "Move it to `[[waivers]]` of the configuration: `[waiver-policy]` there says that \
               no other waiver counts.",
        severity: Severity::Medium,
    },
    Problem {
        id: UNUSED,
        title: "A waiver covers no finding",
        help: "Remove it: it would hide the next defect of this kind at this place.",
        severity: Severity::Low,
    },
    Problem {
        id: WIDENED,
        title: "A waiver covers more findings than it was written for",
        help: "Look at what came in addition, and repair it or raise the number that the waiver \
               names.",
        severity: Severity::Medium,
    },
];

/// Everything that is reported about waivers.
pub const fn problems() -> &'static [Problem] {
    PROBLEMS
}

/// Whether an id is that of a finding about a waiver. Such a finding cannot be waived.
pub fn is_about_waivers(id: &str) -> bool {
    PROBLEMS.iter().any(|problem| problem.id == id)
}

/// Whether an id says that a waiver covers nothing.
pub fn is_unused(id: &str) -> bool {
    id == UNUSED
}

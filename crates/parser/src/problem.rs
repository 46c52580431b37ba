//! What the parser itself reports: not rules, but read and answered like them.

use trilith_graph::{Diagnostic, Severity, Span};

/// Something that keeps a file, or a part of it, from being checked.
#[derive(Debug, Clone, Copy)]
pub struct Problem {
    /// The id under which it is reported.
    pub id: &'static str,
    /// What it is.
    pub title: &'static str,
    /// What to do.
    pub help: &'static str,
    /// How bad it is, unless a diagnostic says otherwise.
    pub severity: Severity,
    /// Whether a part of the file was not checked because of it.
    pub unreadable: bool,
}

const PROBLEMS: &[Problem] = &[
    Problem {
        id: UNREADABLE,
        title: "A file, or a part of it, cannot be read",
        help: "Correct the syntax at the place named: what cannot be read is not checked, and a \
               deployment would refuse it too.",
        severity: Severity::High,
        unreadable: true,
    },
    Problem {
        id: "duplicate-key",
        title: "A key occurs twice in one map",
        help: "Remove one of the two: only the last one counts, which is easily not the one that \
               was meant.",
        severity: Severity::Medium,
        unreadable: false,
    },
    Problem {
        id: "template-malformed",
        title: "A part of a template is not what CloudFormation accepts",
        help: "Correct the part named: its value is unknown, so rules cannot judge it.",
        severity: Severity::Medium,
        unreadable: false,
    },
    Problem {
        id: "undeclared-reference",
        title: "A template refers to something that it does not declare",
        help: "Declare it or correct the name: CloudFormation refuses the template, and rules \
               cannot judge what it stands for.",
        severity: Severity::Low,
        unreadable: false,
    },
    Problem {
        id: "template-too-large",
        title: "A template expands beyond a limit",
        help: "Take the template apart: loops, aliases and substitutions that multiply each other \
               are cut off, and what lies beyond is not judged.",
        severity: Severity::Low,
        unreadable: false,
    },
    Problem {
        id: "nested-template-missing",
        title: "The template of a nested stack is not there, or around the stack itself",
        help: "Correct the path: it is relative to the file that names it. What the nested stack \
               creates is not checked, and its outputs are unknown.",
        severity: Severity::Medium,
        unreadable: false,
    },
    Problem {
        id: "terraform-malformed",
        title: "A part of a plan or module is not what Terraform accepts",
        help: "Correct the part named: its value is unknown, so rules cannot judge it.",
        severity: Severity::Medium,
        unreadable: false,
    },
    Problem {
        id: "plan-format-unknown",
        title: "The format of a plan is newer than what is known here",
        help: "Results may be incomplete: look for a newer release of Trilith.",
        severity: Severity::Info,
        unreadable: false,
    },
];

const UNREADABLE: &str = "unreadable-file";

/// Everything that the parser reports.
pub const fn problems() -> &'static [Problem] {
    PROBLEMS
}

/// Whether an id says that a part of a file was not checked.
pub fn is_unreadable(id: &str) -> bool {
    PROBLEMS.iter().any(|problem| problem.id == id && problem.unreadable)
}

/// A file that cannot be read at all, such as one in an encoding that is not text.
pub fn unreadable(span: Span, message: &str) -> Diagnostic {
    Diagnostic::new(
        UNREADABLE,
        Severity::High,
        span,
        format!("this file cannot be read: {message}"),
    )
    .label("nothing after this was checked")
}

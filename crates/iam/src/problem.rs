//! What is wrong with the shape of a policy.

use std::fmt;

use trilith_graph::PropertyPath;

use crate::Site;

/// A part of a policy that the language does not allow. Reading goes on without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Problem<'v> {
    /// The part.
    pub site: Site<'v>,
    /// What is wrong with it.
    pub kind: ProblemKind,
}

impl Problem<'_> {
    /// The path of the part, relative to the document.
    pub fn path(&self) -> PropertyPath {
        self.site.path()
    }
}

/// What is wrong with a part of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// The document is text that was not read as JSON.
    UnreadText,
    /// A map is due.
    NotAMap,
    /// Text, or a list of it, is due.
    NotText,
    /// An element that the language does not have.
    UnknownElement,
    /// The document has no statement.
    MissingStatement,
    /// The statement has no effect.
    MissingEffect,
    /// Neither `Allow` nor `Deny`.
    InvalidEffect,
    /// The statement has neither `Action` nor `NotAction`.
    MissingAction,
    /// An element and its negation stand together.
    Contradiction,
    /// Text other than `*` where a map of principals is due.
    BarePrincipal,
    /// A kind of principal that the language does not have.
    UnknownPrincipalKind,
    /// A condition operator that the language does not have.
    UnknownOperator,
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnreadText => "the policy is text that is not JSON",
            Self::NotAMap => "a map is due here",
            Self::NotText => "text or a list of texts is due here",
            Self::UnknownElement => "the policy language has no such element",
            Self::MissingStatement => "the policy has no statement",
            Self::MissingEffect => "the statement has no effect",
            Self::InvalidEffect => "the effect is neither `Allow` nor `Deny`",
            Self::MissingAction => "the statement has neither `Action` nor `NotAction`",
            Self::Contradiction => "an element and its negation stand together",
            Self::BarePrincipal => "only `*` may stand here without a kind of principal",
            Self::UnknownPrincipalKind => {
                "a principal is `AWS`, `Service`, `Federated` or `CanonicalUser`"
            }
            Self::UnknownOperator => "the policy language has no such condition operator",
        })
    }
}

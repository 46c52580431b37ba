//! Why an edit cannot be written.

use std::fmt;

/// Why an edit cannot be written into the source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Declined {
    /// The value is not written at the property itself: a parameter, a variable, a function.
    Elsewhere(String),
    /// The value is shared: it is written once, behind an anchor, and used at several places.
    Shared,
    /// The property lies in text inside of a string.
    InText,
    /// The format cannot be edited: a plan is made from sources.
    Format(&'static str),
    /// The source has no place for it, or one that is not understood.
    NoPlace(String),
    /// Nothing would change.
    Nothing,
}

impl fmt::Display for Declined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Elsewhere(what) => write!(f, "the value comes from {what}"),
            Self::Shared => f.write_str("the value is behind an anchor that others share"),
            Self::InText => f.write_str("the value is inside of a text"),
            Self::Format(what) => f.write_str(what),
            Self::NoPlace(what) => f.write_str(what),
            Self::Nothing => f.write_str("it is written like that already"),
        }
    }
}

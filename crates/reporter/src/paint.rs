//! Colours, for what miette does not draw.

use std::fmt::{self, Display};

use crate::format::Level;

/// What a text is, which decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    Error,
    Warning,
    Note,
    Help,
    Dim,
    Bold,
}

impl Ink {
    pub(crate) const fn of(level: Level) -> Self {
        match level {
            Level::Error => Self::Error,
            Level::Warning => Self::Warning,
            Level::Note => Self::Note,
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::Error => "1;31",
            Self::Warning => "1;33",
            Self::Note => "1;34",
            Self::Help => "36",
            Self::Dim => "2",
            Self::Bold => "1",
        }
    }
}

/// A text in a colour, if there are colours.
pub(crate) struct Painted<T>(pub(crate) T, pub(crate) Option<Ink>);

impl<T: Display> Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.1 {
            Some(ink) => write!(f, "\u{1b}[{}m{}\u{1b}[0m", ink.code(), self.0),
            None => self.0.fmt(f),
        }
    }
}

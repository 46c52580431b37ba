//! Three-valued truth.

/// Kleene's three-valued truth: what a comparison with an unknown value yields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tri {
    /// Definitely not.
    False,
    /// Cannot be told from what is known.
    Unknown,
    /// Definitely.
    True,
}

impl Tri {
    /// Whether this is [`Tri::True`].
    pub const fn is_true(self) -> bool {
        matches!(self, Self::True)
    }

    /// Whether this is [`Tri::False`].
    pub const fn is_false(self) -> bool {
        matches!(self, Self::False)
    }

    /// Whether this is [`Tri::Unknown`].
    pub const fn is_unknown(self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// Both hold: the smaller of the two.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// One holds: the greater of the two.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// Whether any of the values holds; false for none at all.
    pub fn any(values: impl IntoIterator<Item = Self>) -> Self {
        values.into_iter().fold(Self::False, Self::or)
    }

    /// Whether all of the values hold; true for none at all.
    pub fn all(values: impl IntoIterator<Item = Self>) -> Self {
        values.into_iter().fold(Self::True, Self::and)
    }
}

/// The opposite; unknown stays unknown.
impl std::ops::Not for Tri {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }
}

impl From<bool> for Tri {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

#[cfg(test)]
mod tests {
    use super::Tri::{False, True, Unknown};
    use super::*;

    #[test]
    fn kleene_tables_hold() {
        assert_eq!(True.and(Unknown), Unknown);
        assert_eq!(False.and(Unknown), False);
        assert_eq!(True.or(Unknown), True);
        assert_eq!(False.or(Unknown), Unknown);
        assert_eq!(!Unknown, Unknown);
        assert_eq!(Tri::any([]), False);
        assert_eq!(Tri::all([]), True);
    }
}

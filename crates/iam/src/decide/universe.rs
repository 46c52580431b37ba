//! What texts there can be where a request has an action, a resource or a principal.

use std::sync::LazyLock;

use super::step::{Step, Steps};
use super::text::TextSet;

/// The texts of one part of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Universe {
    /// Any text: a value of a condition key.
    #[default]
    Texts,
    /// `service:Name`, in lower case.
    Actions,
    /// An ARN, or `*` for actions that are about no resource.
    Resources,
    /// See [`super::principal`].
    Principals,
}

impl Universe {
    /// All of its texts.
    pub(crate) fn texts(self) -> &'static TextSet {
        static ALL: LazyLock<[TextSet; 4]> = LazyLock::new(|| {
            [
                set(&[], &["*"]),
                set(&[], &["*:*"]),
                set(&["*"], &["arn:*:*:*:*:*"]),
                set(&["Anonymous"], &["AWS *", "Service *", "Federated *", "CanonicalUser *"]),
            ]
        });
        &ALL[self as usize]
    }

    pub(crate) fn has(self, text: &str) -> bool {
        match self {
            Self::Texts => true,
            Self::Actions => text.contains(':'),
            Self::Resources => {
                let colons = || text.bytes().filter(|byte| *byte == b':').count();
                text == "*" || (text.starts_with("arn:") && colons() >= 5)
            }
            Self::Principals => {
                text == "Anonymous"
                    || ["AWS ", "Service ", "Federated ", "CanonicalUser "]
                        .iter()
                        .any(|kind| text.starts_with(kind))
            }
        }
    }

    /// Whether a look at a pattern shows that all of its texts belong to the universe.
    pub(crate) fn has_all_of(self, steps: &Steps) -> bool {
        let colons = |steps: &[Step]| steps.iter().filter(|step| **step == Step::Char(':')).count();
        match self {
            Self::Texts => true,
            Self::Actions => colons(steps.most()) >= 1,
            Self::Resources => starts_with(steps.most(), "arn:") && colons(steps.most()) >= 5,
            Self::Principals => ["AWS ", "Service ", "Federated ", "CanonicalUser "]
                .iter()
                .any(|kind| starts_with(steps.most(), kind)),
        }
    }
}

fn starts_with(steps: &[Step], text: &str) -> bool {
    let mut steps = steps.iter();
    text.chars().all(|char| steps.next() == Some(&Step::Char(char)))
}

fn set(literals: &[&str], patterns: &[&str]) -> TextSet {
    let literals = literals.iter().map(|text| Steps::literal(text));
    TextSet::new(literals.chain(patterns.iter().map(|text| Steps::plain(text))))
}

//! What a template refers to and does not declare.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use trilith_graph::{Diagnostic, Severity, Span};

/// Places of one missing name that are listed.
const MOST_PLACES: usize = 8;
/// Missing names that are reported one by one.
const MOST_NAMES: usize = 64;
/// Likeness from which on a name counts as a misspelling of another one.
const ALIKE: f64 = 0.8;

/// What is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Missing {
    /// A parameter or a resource.
    Resource,
    /// A condition.
    Condition,
    /// A mapping, or a key of one.
    Mapping,
}

/// The missing names, each with the places that refer to it.
#[derive(Debug, Default)]
pub(super) struct MissingNames(RefCell<BTreeMap<(Missing, Arc<str>), BTreeSet<Span>>>);

impl MissingNames {
    /// Notes a reference to something that is missing.
    pub(super) fn add(&self, missing: Missing, name: &str, span: Span) {
        self.0.borrow_mut().entry((missing, name.into())).or_default().insert(span);
    }

    /// A diagnostic for each name; `known` are the names that exist.
    pub(super) fn into_diagnostics(self, known: &[&str]) -> Vec<Diagnostic> {
        let missing = self.0.into_inner().into_iter().take(MOST_NAMES);
        let diagnostics = missing.filter_map(|((missing, name), places)| {
            let mut places = places.into_iter();
            let first = places.next()?;
            let mut diagnostic =
                Diagnostic::new("undeclared-reference", Severity::Low, first, missing.says(&name));
            for place in places.take(MOST_PLACES) {
                diagnostic = diagnostic.related(place, "here too");
            }
            Some(diagnostic.help(missing.help(&name, known)))
        });
        diagnostics.collect()
    }
}

impl Missing {
    fn says(self, name: &str) -> String {
        match self {
            Self::Resource => {
                format!("`{name}` is neither a parameter nor a resource of this template")
            }
            Self::Condition => format!("condition `{name}` is not declared"),
            Self::Mapping => format!("`{name}` is in no mapping of this template"),
        }
    }

    fn help(self, name: &str, known: &[&str]) -> String {
        let alike = known.iter().map(|other| (strsim::jaro_winkler(name, other), other));
        let nearest = alike.filter(|(likeness, _)| *likeness >= ALIKE);
        let nearest = nearest.max_by(|(left, _), (right, _)| left.total_cmp(right));
        match (self, nearest) {
            (Self::Resource, Some((_, other))) => format!("did you mean `{other}`?"),
            (Self::Resource, None) => "declare it, or correct the name".into(),
            (Self::Condition, _) => "declare it in `Conditions`, or correct the name".into(),
            (Self::Mapping, _) => "add it to `Mappings`, or give a `DefaultValue`".into(),
        }
    }
}

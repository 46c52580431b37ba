//! What speaks against a practice and is no rule of `trilith check`: advice that would stop no
//! pull request, and matters when somebody asks where things stand.
//!
//! In a review these are rules like all others: they are applied by the same evaluator, have
//! places, and are waived by their ids.

use trilith_rules::metadata::{List, Metadata, Text};
use trilith_rules::{NativePredicate, Predicate, Rule};

use crate::areas;

/// A rule of the review.
#[derive(Debug)]
pub struct Contrary {
    /// The id: names the defect, as ids of rules do.
    pub id: &'static str,
    /// What it finds, in a sentence.
    pub title: &'static str,
    /// `medium` or worse: anything less would not count against a practice.
    pub severity: &'static str,
    /// The canonical types that it looks at.
    pub types: &'static [&'static str],
    /// The practices that it speaks against, by slug.
    pub practices: &'static [&'static str],
    /// Rows of the rule catalogue.
    pub catalogue: &'static [&'static str],
    /// What to do.
    pub fix: &'static str,
    /// How to tell.
    pub check: NativePredicate,
}

/// All rules of the review, by area.
pub(crate) fn all() -> impl Iterator<Item = &'static Contrary> {
    areas::CONTRARY.iter().flat_map(|area| area.iter())
}

/// Whether an id is that of a rule of the review.
pub fn is_contrary(id: &str) -> bool {
    all().any(|one| one.id == id)
}

/// The rules of the review as rules.
pub fn rules() -> Vec<Rule> {
    all().map(Contrary::rule).collect()
}

impl Contrary {
    fn rule(&self) -> Rule {
        let texts = |list: &[&'static str]| -> List<Text> {
            list.iter().map(|text| Text::Borrowed(text)).collect()
        };
        let metadata = Metadata {
            has_edits: false,
            id: self.id.into(),
            title: self.title.into(),
            summary: self.title.into(),
            severity: self.severity.into(),
            confidence: "medium".into(),
            resources: texts(self.types),
            practices: texts(self.practices),
            responsibility: "customer".into(),
            controls: Vec::new().into(),
            controls_source: "".into(),
            aliases: Vec::new().into(),
            catalogue: texts(self.catalogue),
            since: "0.1.0".into(),
            status: "stable".into(),
            fix: self.fix.into(),
            fix_in_terraform: None,
            secret: false,
            not_in: Vec::new().into(),
        };
        // The page is owned, so that nobody looks for one on the web.
        let (folder, page) = (format!("review/{}", self.id).into(), String::new().into());
        Rule { metadata, folder, page, predicate: Predicate::Native(self.check) }
    }
}

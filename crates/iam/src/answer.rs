//! Three-valued answers that say on what they rest.

use trilith_graph::{PropertyPath, Tri};

use crate::Site;

/// An answer to a question about a policy, and the parts of the policy on which it rests.
///
/// A finding about a true answer points at the first site; an unknown answer names what is
/// not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<'v> {
    /// The answer.
    pub truth: Tri,
    // Nearly all answers rest on one part or none, and most are thrown away: no allocation.
    first: Option<Site<'v>>,
    others: Vec<Site<'v>>,
}

impl<'v> Answer<'v> {
    /// An answer that rests on nothing in particular.
    pub const fn plain(truth: Tri) -> Self {
        Self { truth, first: None, others: Vec::new() }
    }

    /// An answer that rests on one part.
    pub fn at(truth: impl Into<Tri>, site: Site<'v>) -> Self {
        Self { truth: truth.into(), first: Some(site), others: Vec::new() }
    }

    /// The parts that made it so, the most telling first; there may be none if it is false.
    pub fn sites(&self) -> impl Iterator<Item = Site<'v>> + '_ {
        self.first.iter().chain(&self.others).copied()
    }

    /// Adds a part on which the answer rests.
    pub(crate) fn add_site(&mut self, site: Site<'v>) {
        match self.first {
            None => self.first = Some(site),
            Some(_) => self.others.push(site),
        }
    }

    /// Whether it is [`Tri::True`].
    pub const fn is_true(&self) -> bool {
        self.truth.is_true()
    }

    /// Whether it is [`Tri::False`].
    pub const fn is_false(&self) -> bool {
        self.truth.is_false()
    }

    /// Whether it is [`Tri::Unknown`].
    pub const fn is_unknown(&self) -> bool {
        self.truth.is_unknown()
    }

    /// Both hold. Rests on the sites of those that decided it.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let truth = self.truth.and(other.truth);
        self.joined(other, truth)
    }

    /// [`Answer::and`] that does not ask the other question if this one is false.
    #[must_use]
    pub fn and_then(self, other: impl FnOnce() -> Self) -> Self {
        if self.is_false() { self } else { self.and(other()) }
    }

    /// Both hold, where `other` is asked only if this one is not false, but comes first among
    /// the sites: it is the more telling one.
    #[must_use]
    pub(crate) fn and_ask(self, other: impl FnOnce() -> Self) -> Self {
        if self.is_false() { self } else { other().and(self) }
    }

    /// One holds. Rests on the sites of those that decided it.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let truth = self.truth.or(other.truth);
        self.joined(other, truth)
    }

    /// Whether any holds; false for none at all. A false one adds no site.
    #[must_use]
    pub fn any(answers: impl IntoIterator<Item = Self>) -> Self {
        let found = answers.into_iter().filter(|answer| !answer.is_false());
        found.fold(Self::plain(Tri::False), Self::or)
    }

    /// Whether all hold; true for none at all.
    #[must_use]
    pub fn all(answers: impl IntoIterator<Item = Self>) -> Self {
        answers.into_iter().fold(Self::plain(Tri::True), Self::and)
    }

    /// The same answer, resting on `site` if it names none.
    #[must_use]
    pub fn or_at(mut self, site: Site<'v>) -> Self {
        self.first = self.first.or(Some(site));
        self
    }

    /// The paths of the sites, relative to the document.
    pub fn paths(&self) -> Vec<PropertyPath> {
        self.sites().map(Site::path).collect()
    }

    /// The paths of the sites in the resource that holds the document at `document`.
    pub fn paths_under(&self, document: &PropertyPath) -> Vec<PropertyPath> {
        self.sites().map(|site| document.concat(&site.path())).collect()
    }

    fn joined(mut self, other: Self, truth: Tri) -> Self {
        if self.truth != truth {
            return other;
        }
        if other.truth == truth {
            for site in other.sites() {
                self.add_site(site);
            }
        }
        self
    }
}

impl std::ops::Not for Answer<'_> {
    type Output = Self;

    fn not(mut self) -> Self {
        self.truth = !self.truth;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Element, StatementAt};

    #[test]
    fn an_answer_rests_on_what_decided_it() {
        let site = |index| Site::new(StatementAt::Index(index), Element::Effect);
        let yes = || Answer::at(Tri::True, site(0));
        let no = || Answer::at(Tri::False, site(1));
        let unknown = || Answer::at(Tri::Unknown, site(2));
        assert_eq!(yes().and(no()), no());
        assert_eq!(yes().or(unknown()), yes());
        assert_eq!(yes().and(unknown()), unknown());
        assert_eq!(yes().and(yes()).sites().count(), 2);
        assert_eq!(Answer::any([no(), unknown(), yes()]), yes());
        assert_eq!((!no()).truth, Tri::True);
    }
}

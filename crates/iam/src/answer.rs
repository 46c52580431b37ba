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
    /// The parts that made it so, the most telling first; may be empty if it is false.
    pub sites: Vec<Site<'v>>,
}

impl<'v> Answer<'v> {
    /// An answer that rests on nothing in particular.
    pub const fn plain(truth: Tri) -> Self {
        Self { truth, sites: Vec::new() }
    }

    /// An answer that rests on one part.
    pub fn at(truth: impl Into<Tri>, site: Site<'v>) -> Self {
        Self { truth: truth.into(), sites: vec![site] }
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

    /// One holds. Rests on the sites of those that decided it.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let truth = self.truth.or(other.truth);
        self.joined(other, truth)
    }

    /// Whether any holds; false for none at all.
    #[must_use]
    pub fn any(answers: impl IntoIterator<Item = Self>) -> Self {
        answers.into_iter().fold(Self::plain(Tri::False), Self::or)
    }

    /// Whether all hold; true for none at all.
    #[must_use]
    pub fn all(answers: impl IntoIterator<Item = Self>) -> Self {
        answers.into_iter().fold(Self::plain(Tri::True), Self::and)
    }

    /// The same answer, resting on `site` if it names none.
    #[must_use]
    pub fn or_at(mut self, site: Site<'v>) -> Self {
        if self.sites.is_empty() {
            self.sites.push(site);
        }
        self
    }

    /// The paths of the sites, relative to the document.
    pub fn paths(&self) -> Vec<PropertyPath> {
        self.sites.iter().map(|site| site.path()).collect()
    }

    /// The paths of the sites in the resource that holds the document at `document`.
    pub fn paths_under(&self, document: &PropertyPath) -> Vec<PropertyPath> {
        self.sites.iter().map(|site| document.concat(&site.path())).collect()
    }

    fn joined(mut self, mut other: Self, truth: Tri) -> Self {
        if self.truth != truth {
            return other;
        }
        if other.truth == truth {
            self.sites.append(&mut other.sites);
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
        assert_eq!(yes().and(yes()).sites.len(), 2);
        assert_eq!(Answer::any([no(), unknown(), yes()]), yes());
        assert_eq!((!no()).truth, Tri::True);
    }
}

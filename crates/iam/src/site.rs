//! Where a part of a policy is written.

use trilith_graph::{PropertyPath, Segment};

/// A part of a policy, by its place relative to the document.
///
/// Small and `Copy`: the [`PropertyPath`] is made only when a finding needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Site<'v> {
    statement: StatementAt,
    element: Element,
    keys: [Option<&'v str>; 2],
    index: Option<u32>,
}

/// Which statement of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatementAt {
    /// None: the part belongs to the document itself.
    Document,
    /// The only one, written without a list.
    Single,
    /// One of a list, from 0.
    Index(u32),
}

/// The elements of the policy language, and `Whole` for what contains them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are those of the policy language")]
pub enum Element {
    Whole,
    Version,
    Id,
    Statement,
    Sid,
    Effect,
    Principal,
    NotPrincipal,
    Action,
    NotAction,
    Resource,
    NotResource,
    Condition,
}

impl Element {
    const fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::Whole => return None,
            Self::Version => "Version",
            Self::Id => "Id",
            Self::Statement => "Statement",
            Self::Sid => "Sid",
            Self::Effect => "Effect",
            Self::Principal => "Principal",
            Self::NotPrincipal => "NotPrincipal",
            Self::Action => "Action",
            Self::NotAction => "NotAction",
            Self::Resource => "Resource",
            Self::NotResource => "NotResource",
            Self::Condition => "Condition",
        })
    }
}

impl<'v> Site<'v> {
    /// The document itself.
    pub const DOCUMENT: Site<'static> = Site::new(StatementAt::Document, Element::Whole);

    /// An element of a statement or of the document.
    pub const fn new(statement: StatementAt, element: Element) -> Self {
        Self { statement, element, keys: [None, None], index: None }
    }

    /// The same statement's element.
    #[must_use]
    pub const fn element(self, element: Element) -> Self {
        Self { element, keys: [None, None], index: None, ..self }
    }

    /// A member of the element: a kind of principal, or an operator and then its key. No
    /// element has more than two levels of members.
    #[must_use]
    pub const fn key(self, key: &'v str) -> Self {
        let keys = match self.keys[0] {
            None => [Some(key), None],
            Some(_) => [self.keys[0], Some(key)],
        };
        Self { keys, index: None, ..self }
    }

    /// An entry of the list at this site.
    #[must_use]
    pub const fn index(self, index: usize) -> Self {
        Self { index: Some(index as u32), ..self }
    }

    /// The operator, if the site is in a condition block: `StringLike`.
    pub(crate) const fn operator(self) -> Option<&'v str> {
        match self.element {
            Element::Condition => self.keys[0],
            _ => None,
        }
    }

    /// The key that is compared, as it is written, if the site is at one in a condition block.
    pub(crate) const fn condition_key(self) -> Option<&'v str> {
        match self.element {
            Element::Condition => self.keys[1],
            _ => None,
        }
    }

    /// Which element the site is, or is a part of.
    pub const fn part_of(self) -> Element {
        self.element
    }

    /// Which statement the site belongs to.
    pub const fn statement(self) -> StatementAt {
        self.statement
    }

    /// The path relative to the document.
    pub fn path(self) -> PropertyPath {
        let mut path = PropertyPath::root();
        if self.statement != StatementAt::Document {
            path.push("Statement");
        }
        if let StatementAt::Index(index) = self.statement {
            path.push(index as usize);
        }
        if let Some(name) = self.element.name() {
            path.push(name);
        }
        for key in self.keys.into_iter().flatten() {
            path.push(Segment::Key(key.into()));
        }
        if let Some(index) = self.index {
            path.push(index as usize);
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_a_path() {
        let statement = Site::new(StatementAt::Index(2), Element::Condition);
        let value = statement.key("StringLike").key("aws:SourceArn").index(1);
        assert_eq!(value.path().to_string(), "Statement/2/Condition/StringLike/aws:SourceArn/1");
        assert_eq!(value.element(Element::Effect).path().to_string(), "Statement/2/Effect");
        let single = Site::new(StatementAt::Single, Element::Action);
        assert_eq!(single.path().to_string(), "Statement/Action");
        assert!(Site::DOCUMENT.path().is_root());
    }
}

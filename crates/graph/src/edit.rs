//! What would mend a finding, said in the canonical words.

use std::fmt;
use std::sync::Arc;

use crate::{PropertyPath, Segment, Span};

/// A change to one resource. Whoever offers it puts it into the words and the syntax of the file,
/// and proves that it mends the finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edit {
    /// What to do, in order.
    pub steps: Vec<EditStep>,
    /// Why somebody must look at it first: what it may break. `None` for an edit that is safe.
    pub caution: Option<Arc<str>>,
}

/// One step of an [`Edit`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EditStep {
    /// Gives a property a value, whether it is there or not.
    Set(EditPath, Literal),
    /// Adds elements to a list, those that it does not have.
    Add(EditPath, Vec<Literal>),
    /// Takes a property, or an element of a list, out.
    Remove(EditPath),
}

impl EditStep {
    /// The property that it changes.
    pub const fn path(&self) -> &EditPath {
        match self {
            Self::Set(path, _) | Self::Add(path, _) | Self::Remove(path) => path,
        }
    }
}

/// The way to a property that need not be there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct EditPath(pub Vec<EditSegment>);

/// A step of an [`EditPath`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EditSegment {
    /// A member of a map.
    Key(Arc<str>),
    /// An element of a list, from 0.
    Index(usize),
    /// The element of a list whose member, the first, has this text.
    Where(Arc<str>, Arc<str>),
}

impl EditPath {
    /// The properties that it leads through, without the elements of lists.
    pub fn keys(&self) -> impl Iterator<Item = &Arc<str>> {
        self.0.iter().filter_map(|segment| match segment {
            EditSegment::Key(key) => Some(key),
            _ => None,
        })
    }

    /// Whether a property that a path leads to is the one meant, or lies in it.
    pub fn covers(&self, path: &PropertyPath) -> bool {
        let mut found = path.segments().iter();
        self.0.iter().all(|own| match (own, found.next()) {
            (EditSegment::Key(key), Some(Segment::Key(other))) => key == other,
            (EditSegment::Index(at), Some(Segment::Index(other))) => at == other,
            (EditSegment::Where(..), Some(Segment::Index(_))) => true,
            _ => false,
        })
    }
}

impl From<&PropertyPath> for EditPath {
    fn from(path: &PropertyPath) -> Self {
        let segments = path.segments().iter().map(|segment| match segment {
            Segment::Key(key) => EditSegment::Key(key.clone()),
            Segment::Index(at) => EditSegment::Index(*at),
        });
        Self(segments.collect())
    }
}

/// As people would write it: `Logging.ClusterLogging.Types`; elements of lists are left out.
impl fmt::Display for EditPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.0.iter().enumerate() {
            let dot = if at > 0 { "." } else { "" };
            match segment {
                EditSegment::Key(key) => write!(f, "{dot}{key}")?,
                EditSegment::Index(_) => {}
                EditSegment::Where(_, text) => write!(f, "{dot}{text}")?,
            }
        }
        Ok(())
    }
}

/// A value to write.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Literal {
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text.
    Text(Arc<str>),
    /// A list.
    List(Vec<Self>),
    /// A map, in the order to write it in.
    Map(Vec<(Arc<str>, Self)>),
}

impl Literal {
    /// The text of a scalar.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Bool(value) => Some(value.to_string()),
            Self::Int(value) => Some(value.to_string()),
            Self::Text(text) => Some(text.to_string()),
            Self::List(_) | Self::Map(_) => None,
        }
    }
}

impl From<&str> for Literal {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Text(text) => f.write_str(text),
            Self::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if at > 0 { ", " } else { "" })?;
                }
                Ok(())
            }
            Self::Map(members) => {
                for (at, (key, value)) in members.iter().enumerate() {
                    write!(f, "{}{key}: {value}", if at > 0 { ", " } else { "" })?;
                }
                Ok(())
            }
        }
    }
}

/// A proved way to mend a finding: changes of texts, after which it is gone and nothing else differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in the words of the file: "set `enable_key_rotation` to true".
    pub title: String,
    /// What it may break, so that somebody must look at it first; `None` for one that is safe.
    pub caution: Option<Arc<str>>,
    /// What to change, sorted by place; at least one.
    pub replacements: Vec<Replacement>,
}

impl Fix {
    /// Whether it may be applied without a look.
    pub const fn is_safe(&self) -> bool {
        self.caution.is_none()
    }
}

/// A piece of a source and what comes in its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Replacement {
    /// What is replaced; empty where something is put in.
    pub span: Span,
    /// What comes there; empty where something goes.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_that_is_named_covers_any_place_in_its_list() {
        let key = |key: &str| EditSegment::Key(key.into());
        let path = EditPath(vec![key("A"), EditSegment::Where("Key".into(), "b".into())]);
        assert!(path.covers(&PropertyPath::parse("A/3/Value")));
        assert!(!path.covers(&PropertyPath::parse("A/B")));
        assert_eq!(path.to_string(), "A.b");
        assert!(EditPath::from(&PropertyPath::parse("A/0")).covers(&PropertyPath::parse("A/0")));
    }
}

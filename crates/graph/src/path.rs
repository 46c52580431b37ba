//! Paths to a property inside a resource.

use std::fmt;
use std::sync::Arc;

/// One step of a [`PropertyPath`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Segment {
    /// A member of a map.
    Key(Arc<str>),
    /// An element of a list, from 0.
    Index(usize),
}

impl From<&str> for Segment {
    fn from(key: &str) -> Self {
        Self::Key(key.into())
    }
}

impl From<usize> for Segment {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// The way from a resource's properties to one value, such as
/// `SecurityGroupIngress/0/CidrIp`. The empty path is the resource itself.
///
/// The text form is a JSON pointer (RFC 6901) without the leading slash, which is also
/// accepted: `~1` stands for a slash in a key and `~0` for a tilde. A segment of digits only is
/// an index; a map whose keys are digits is still found, since [`crate::Value::at`] tries both.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct PropertyPath(Vec<Segment>);

impl PropertyPath {
    /// The path of the resource itself.
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// Reads the text form; every text is a path.
    pub fn parse(text: &str) -> Self {
        let text = text.strip_prefix('/').unwrap_or(text);
        if text.is_empty() {
            return Self::root();
        }
        Self(text.split('/').map(parse_segment).collect())
    }

    /// The segments from the outside in.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// Whether this is the path of the resource itself.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a segment at the inner end.
    pub fn push(&mut self, segment: impl Into<Segment>) {
        self.0.push(segment.into());
    }

    /// Removes the innermost segment.
    pub fn pop(&mut self) -> Option<Segment> {
        self.0.pop()
    }

    /// This path and one more segment.
    #[must_use]
    pub fn join(&self, segment: impl Into<Segment>) -> Self {
        let mut path = self.clone();
        path.push(segment);
        path
    }

    /// This path followed by another.
    #[must_use]
    pub fn concat(&self, other: &Self) -> Self {
        Self(self.0.iter().chain(&other.0).cloned().collect())
    }

    /// Whether `other` is this path or lies below it.
    pub fn is_prefix_of(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// The path with every index replaced by `*`: how tables and masks name properties.
    pub fn generic(&self) -> String {
        let parts: Vec<&str> = self
            .0
            .iter()
            .map(|segment| match segment {
                Segment::Key(key) => key.as_ref(),
                Segment::Index(_) => "*",
            })
            .collect();
        parts.join("/")
    }
}

/// The index that a segment in text form is, if it is one.
pub(crate) fn index(text: &str) -> Option<usize> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn parse_segment(text: &str) -> Segment {
    match index(text) {
        Some(index) => Segment::Index(index),
        None if text.contains('~') => {
            Segment::Key(text.replace("~1", "/").replace("~0", "~").into())
        }
        None => Segment::Key(text.into()),
    }
}

impl From<&str> for PropertyPath {
    fn from(text: &str) -> Self {
        Self::parse(text)
    }
}

impl FromIterator<Segment> for PropertyPath {
    fn from_iter<I: IntoIterator<Item = Segment>>(segments: I) -> Self {
        Self(segments.into_iter().collect())
    }
}

impl fmt::Display for PropertyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("/")?;
            }
            match segment {
                Segment::Index(index) => write!(f, "{index}")?,
                Segment::Key(key) if key.contains(['/', '~']) => {
                    f.write_str(&key.replace('~', "~0").replace('/', "~1"))?;
                }
                Segment::Key(key) => f.write_str(key)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_path_are_the_same_thing() {
        for text in ["", "Tags", "SecurityGroupIngress/0/CidrIp", "a~1b/c~0d"] {
            assert_eq!(PropertyPath::parse(text).to_string(), text);
        }
        assert_eq!(PropertyPath::parse("/A/1"), PropertyPath::root().join("A").join(1));
        assert_eq!(PropertyPath::parse("A/1/B").generic(), "A/*/B");
    }
}

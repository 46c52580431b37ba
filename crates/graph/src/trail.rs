//! The way to a value while values are walked through, without a copy of any key.

use std::fmt;
use std::sync::Arc;

use crate::{PropertyPath, Segment};

/// One step of a [`Trail`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'v> {
    /// A member of a map.
    Key(&'v Arc<str>),
    /// An element of a list, from 0.
    Index(usize),
}

impl Step<'_> {
    /// Whether it leads to the member of a map with a key.
    pub fn is_key(&self, expected: &str) -> bool {
        matches!(self, Self::Key(key) if &***key == expected)
    }
}

/// The way from a value to one inside it, which [`crate::Value::walk`] is at: a
/// [`PropertyPath`] that costs nothing until somebody wants to keep it.
#[derive(Debug, Clone, Default)]
pub struct Trail<'v>(Vec<Step<'v>>);

impl<'v> Trail<'v> {
    /// The steps from the outside in.
    pub fn steps(&self) -> &[Step<'v>] {
        &self.0
    }

    /// Whether it has no step.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The path to keep.
    pub fn to_path(&self) -> PropertyPath {
        let segment = |step: &Step<'v>| match step {
            Step::Key(key) => Segment::Key(Arc::clone(key)),
            Step::Index(index) => Segment::Index(*index),
        };
        self.0.iter().map(segment).collect()
    }

    /// Without a step, and with room for as many as most values are deep.
    pub(crate) fn with_room() -> Self {
        Self(Vec::with_capacity(8))
    }

    pub(crate) fn push(&mut self, step: Step<'v>) {
        self.0.push(step);
    }

    pub(crate) fn pop(&mut self) {
        self.0.pop();
    }
}

impl fmt::Display for Trail<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_path().fmt(f)
    }
}

//! The way to a value, kept as a tree that grows while queries are followed.

use std::cell::RefCell;

use trilith_graph::{PropertyPath, Segment};

use super::node::Name;

/// A place in the document; two values may share one, if one was computed from the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PathId(u32);

impl PathId {
    /// The document itself, and every constant.
    pub(super) const ROOT: Self = Self(u32::MAX);
}

#[derive(Debug)]
enum Step<'a> {
    Key(Name<'a>),
    Index(usize),
}

/// All paths of one evaluation.
#[derive(Debug, Default)]
pub(super) struct Paths<'a> {
    steps: RefCell<Vec<(PathId, Step<'a>)>>,
}

impl<'a> Paths<'a> {
    /// The path one key further in.
    pub(super) fn key(&self, parent: PathId, key: Name<'a>) -> PathId {
        self.push(parent, Step::Key(key))
    }

    /// The path one index further in.
    pub(super) fn index(&self, parent: PathId, index: usize) -> PathId {
        self.push(parent, Step::Index(index))
    }

    fn push(&self, parent: PathId, step: Step<'a>) -> PathId {
        let mut steps = self.steps.borrow_mut();
        steps.push((parent, step));
        PathId(steps.len() as u32 - 1)
    }

    /// The path with its segments.
    pub(super) fn resolve(&self, path: PathId) -> PropertyPath {
        let steps = self.steps.borrow();
        let mut segments = Vec::new();
        let mut at = path;
        while let Some((parent, step)) = steps.get(at.0 as usize) {
            segments.push(match step {
                Step::Key(name) => Segment::Key(name.as_str().into()),
                Step::Index(index) => Segment::Index(*index),
            });
            at = *parent;
        }
        segments.into_iter().rev().collect()
    }
}

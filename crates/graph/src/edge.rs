//! Edges between resources.

use std::sync::Arc;

use crate::{PropertyPath, ResourceId};

/// One resource uses another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// The resource that holds the reference.
    pub from: ResourceId,
    /// The resource that is referred to.
    pub to: ResourceId,
    /// What the reference means.
    pub kind: EdgeKind,
    /// The property of `from` that holds it.
    pub path: PropertyPath,
    /// The attribute of `to` that is read; empty for the resource itself.
    pub attribute: Arc<str>,
}

/// What an [`Edge`] means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EdgeKind {
    /// A property refers to the other resource.
    RefersTo,
    /// `from` is a part of `to` that the format writes separately: a bucket policy, an ingress
    /// rule, a role's policy.
    AttachedTo,
    /// An explicit order without a value: `DependsOn`, `depends_on`.
    DependsOn,
}

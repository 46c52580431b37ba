//! What a rule yields, before it is located in a source.

use crate::{Edit, PropertyPath, ResourceId, Severity};

/// A property of a resource, with a remark.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The resource.
    pub resource: ResourceId,
    /// The property; empty for the resource itself.
    pub path: PropertyPath,
    /// What to say at this place; may be empty.
    pub message: String,
}

/// A defect that a rule found. It names a resource and a property path, never a span: the
/// evaluator locates it, and drops it where it rests on something unknown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The resource that has the defect.
    pub resource: ResourceId,
    /// The property to change; empty for the resource itself.
    pub path: PropertyPath,
    /// What is wrong here, in one sentence without a full stop.
    pub message: String,
    /// What to say at the value itself, in a few words.
    pub label: Option<String>,
    /// What to type, if the rule can tell better than its page.
    pub help: Option<String>,
    /// Severity, if it differs from the rule's.
    pub severity: Option<Severity>,
    /// Second places that matter.
    pub related: Vec<Place>,
    /// Further values on which the conclusion rests. If one of them is unknown, so is the
    /// finding.
    pub rests_on: Vec<Place>,
    /// What would mend it, best first, if the rule can tell better than its page.
    pub edits: Vec<Edit>,
}

impl Finding {
    /// A finding at a property of a resource.
    pub fn new(
        resource: ResourceId,
        path: impl Into<PropertyPath>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            resource,
            path: path.into(),
            message: message.into(),
            label: None,
            help: None,
            severity: None,
            related: Vec::new(),
            rests_on: Vec::new(),
            edits: Vec::new(),
        }
    }

    /// Sets what to say at the value.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Sets what to type.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Sets a severity other than the rule's.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn related(
        mut self,
        resource: ResourceId,
        path: impl Into<PropertyPath>,
        message: impl Into<String>,
    ) -> Self {
        self.related.push(Place { resource, path: path.into(), message: message.into() });
        self
    }

    /// Adds what would mend it.
    #[must_use]
    pub fn edit(mut self, edit: Edit) -> Self {
        self.edits.push(edit);
        self
    }

    /// Adds a value on which the conclusion rests.
    #[must_use]
    pub fn rests_on(mut self, resource: ResourceId, path: impl Into<PropertyPath>) -> Self {
        self.rests_on.push(Place { resource, path: path.into(), message: String::new() });
        self
    }
}

//! Native predicates: where they put what they find.

use std::marker::PhantomData;

use trilith_graph::{Finding, PropertyPath, ResourceId, Tri};

use crate::view::View;

/// Collects the findings of one predicate on one resource.
#[derive(Debug)]
pub struct Findings<'a> {
    resource: ResourceId,
    /// They live as long as the view that they are about.
    about: PhantomData<&'a ()>,
    found: Vec<Finding>,
    undecided: Vec<PropertyPath>,
}

impl<'a> Findings<'a> {
    pub(crate) const fn new(view: &'a View<'_>) -> Self {
        let resource = view.id();
        Self { resource, about: PhantomData, found: Vec::new(), undecided: Vec::new() }
    }

    /// Reports a defect at a property. Returns the finding, to add a label or help.
    pub fn at(
        &mut self,
        path: impl Into<PropertyPath>,
        message: impl Into<String>,
    ) -> &mut Finding {
        self.found.push(Finding::new(self.resource, path, message));
        let last = self.found.len() - 1;
        &mut self.found[last]
    }

    /// Reports a finding that was put together elsewhere, for example on another resource.
    pub fn report(&mut self, finding: Finding) {
        self.found.push(finding);
    }

    /// Reports a finding if `condition` holds; if that is unknown, the resource counts as
    /// undecided at the path of the finding.
    pub fn when(&mut self, condition: Tri, finding: impl FnOnce() -> Finding) {
        match condition {
            Tri::True => self.found.push(finding()),
            Tri::Unknown => self.undecided.push(finding().path),
            Tri::False => {}
        }
    }

    /// Notes that the rule could not decide because of the value at a path.
    pub fn undecided(&mut self, path: impl Into<PropertyPath>) {
        self.undecided.push(path.into());
    }

    pub(crate) fn into_parts(self) -> (Vec<Finding>, Vec<PropertyPath>) {
        (self.found, self.undecided)
    }
}

//! What a plan deletes, or no longer manages.
//!
//! Nothing of it will be there, so it is no resource as the others are. But rules about a loss of
//! control (a trail, a key, a detector that goes) ask for it by its type: see
//! [`Resource::DELETED`].

use trilith_graph::{Flags, Format, Formula, Resource, Root, RootId};

use super::changes::Change;
use super::plan::Plan;
use super::plan_values::Nodes;
use crate::canonical::{self, Draft};

impl<'t> Plan<'t> {
    /// Adds what goes to the root, with the properties that it has now.
    pub(super) fn deleted(&mut self, changes: &[Change<'t>], root: &mut Root) {
        let mut going: Vec<Draft> = Vec::new();
        for change in changes.iter().filter(|change| change.goes) {
            let now = Change { nodes: change.before, before: Nodes::default(), ..change.clone() };
            going.extend(self.draft(&now, &mut root.sensitive));
        }
        // A part that goes without its parent must not look as if the parent went.
        let (parts, wholes): (Vec<Draft>, Vec<Draft>) =
            going.into_iter().partition(|draft| canonical::parent_of(&draft.source_type).is_some());
        let mut apart = Root::new("", root.source, Format::TerraformPlan);
        // What is wrong with what goes is nothing to report.
        drop(canonical::map_drafts(wholes, self, &mut apart));
        for mut resource in apart.resources {
            resource.resource_type = deleted_type(&resource.resource_type);
            root.resources.push(resource);
        }
        root.resources.extend(parts.into_iter().map(part));
    }
}

/// A part, which has no type of its own but in Terraform.
fn part(draft: Draft) -> Resource {
    Resource {
        root: RootId(0),
        address: draft.address,
        name: draft.name,
        resource_type: deleted_type(&draft.source_type),
        source_type: draft.source_type,
        format: Format::TerraformPlan,
        span: draft.span,
        properties: draft.raw.clone(),
        raw: draft.raw,
        attributes: draft.attributes,
        guard: Formula::True,
        flags: Flags::NONE,
    }
}

fn deleted_type(resource_type: &str) -> std::sync::Arc<str> {
    format!("{}{resource_type}", Resource::DELETED).into()
}

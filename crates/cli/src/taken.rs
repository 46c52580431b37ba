//! Policy documents that a module reads and gives to a resource.
//!
//! There they are looked at with what is around them: the kind of the resource, the boundary of a
//! role. On its own, such a file would be taken for what it is not.

use std::collections::{BTreeMap, BTreeSet};

use trilith_graph::{Format, Root, SourceId, Value};
use trilith_parser::policy::PolicyKind;

/// Leaves out the documents that a resource of a module takes. What the configuration says the
/// kind of stays.
pub(crate) fn leave_out(roots: &mut Vec<Root>, kinds: &BTreeMap<SourceId, PolicyKind>) {
    let documents: BTreeSet<SourceId> = roots
        .iter()
        .filter(|root| root.format == Format::Iam && !kinds.contains_key(&root.source))
        .map(|root| root.source)
        .collect();
    if documents.is_empty() {
        return;
    }
    let mut taken = BTreeSet::new();
    let modules = roots
        .iter()
        .filter(|root| matches!(root.format, Format::Terraform | Format::TerraformJson));
    for resource in modules.flat_map(|root| &root.resources) {
        resource.properties.walk(&mut |_, value| {
            taken.extend(sources(value).filter(|source| documents.contains(source)));
        });
    }
    roots.retain(|root| !taken.contains(&root.source));
}

/// Where a value is written, and what it came through.
fn sources(value: &Value) -> impl Iterator<Item = SourceId> {
    let ways = std::iter::successors(value.via.as_deref(), |via| via.next.as_deref());
    std::iter::once(value.span.source).chain(ways.map(|via| via.span.source))
}

//! Whether something points at a resource: the flow log of a VPC, the rotation of a secret.

use trilith_graph::{PropertyPath, Reason, Tri, Value, ValueKind};

use crate::View;

/// Whether a resource of a canonical type points at `view` with the property at `path`.
///
/// Unknown where such a resource points at something that cannot be told, or where not all of
/// the template, module or plan can be seen.
pub fn is_pointed_at(view: &View<'_>, resource_type: &str, path: &str) -> Tri {
    let path = PropertyPath::parse(path);
    let referrers = view.referrers(resource_type);
    if referrers.iter().any(|(edge, _)| path.is_prefix_of(&edge.path)) {
        return Tri::True;
    }
    let siblings = view.siblings(resource_type);
    let hidden = siblings.iter().any(|other| may_be_anything(other.properties().at(&path)));
    if hidden || view.root().open { Tri::Unknown } else { Tri::False }
}

/// Whether a pointer leads to a resource that cannot be told.
fn may_be_anything(pointer: &Value) -> bool {
    match &pointer.kind {
        // A name that is not declared is the name of none of these resources.
        ValueKind::Unknown(Reason::Undeclared(_)) => false,
        ValueKind::Unknown(_) | ValueKind::OneOf(_) | ValueKind::Template(_) => true,
        ValueKind::List(items) => items.iter().any(may_be_anything),
        _ => false,
    }
}

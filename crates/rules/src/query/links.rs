//! Whether something points at a resource: the flow log of a VPC, the rotation of a secret.

use trilith_graph::{PropertyPath, Reason, Tri, Value, ValueKind};

use crate::View;

/// Whether a resource of a canonical type points at `view` with the property at `path`.
///
/// Unknown where such a resource points at something that cannot be told, or where not all of
/// the template, module or plan can be seen.
pub fn is_pointed_at(view: &View<'_>, resource_type: &str, path: &str) -> Tri {
    is_pointed_at_where(view, resource_type, path, |_| Tri::True)
}

/// Whether such a resource for which `holds` points at `view`.
pub fn is_pointed_at_where(
    view: &View<'_>,
    resource_type: &str,
    path: &str,
    holds: impl Fn(&View<'_>) -> Tri,
) -> Tri {
    let path = PropertyPath::parse(path);
    let referrers = view.referrers(resource_type);
    let pointing = referrers.iter().filter(|(edge, _)| path.is_prefix_of(&edge.path));
    let found = Tri::any(pointing.map(|(_, other)| holds(other)));
    if found.is_true() {
        return found;
    }
    let siblings = view.siblings(resource_type);
    let hidden = siblings
        .iter()
        .any(|other| may_be_anything(other.properties().at(&path)) && !holds(other).is_false());
    if hidden || view.root().open { Tri::Unknown } else { found }
}

impl View<'_> {
    /// What a property such as `ParentId` refers to, what that refers to with it, and so on.
    pub fn above(&self, path: &str) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        while let Some(next) = found.last().unwrap_or(self).referenced(path) {
            if next.id() == self.id() || found.iter().any(|other| other.id() == next.id()) {
                break;
            }
            found.push(next);
        }
        found
    }
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

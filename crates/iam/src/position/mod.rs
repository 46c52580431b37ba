//! Where resources hold policies.

mod table;

use std::sync::{Arc, OnceLock};

use trilith_graph::{Flags, PropertyPath, Resource, Segment, Tri, Value, ValueKind};

use crate::{Catalog, CheckFamily, PolicyDocument, PolicyFinding, PolicyKind};

/// A property that holds a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The path of the property, with `*` for every element of a list; empty if the resource
    /// itself is the policy: its properties have the element `Statement`, or are those of a
    /// single permission.
    pub pattern: &'static str,
    /// What the policy is attached to. For `AWS::Organizations::Policy` its property `Type`
    /// decides, and [`documents`] tells.
    pub kind: PolicyKind,
}

/// A policy in a resource.
#[derive(Debug, Clone)]
pub struct PositionedDocument<'v> {
    /// The path of the policy in the resource's properties; see
    /// [`crate::Answer::paths_under`].
    pub path: PropertyPath,
    /// What it is attached to.
    pub kind: PolicyKind,
    /// The policy. Many questions are asked of one reading of it.
    pub document: Arc<PolicyDocument<'v>>,
    /// What its checks found, as far as they were made.
    checks: Arc<Checks>,
}

/// What each family of checks found.
type Checks = [OnceLock<Vec<PolicyFinding>>; CheckFamily::ALL.len()];

impl<'v> PositionedDocument<'v> {
    /// A policy at a path of the properties.
    pub fn new(path: PropertyPath, kind: PolicyKind, document: PolicyDocument<'v>) -> Self {
        Self { path, kind, document: Arc::new(document), checks: Arc::default() }
    }

    /// What a family of checks finds in it, by the embedded catalogue. Several rules ask for the
    /// same family: it is checked once.
    pub fn findings(&self, family: CheckFamily) -> &[PolicyFinding] {
        self.checks[family as usize]
            .get_or_init(|| family.check(&self.document, self.kind, Catalog::embedded()))
    }
}

/// The properties of a resource type that hold policies; the type is CloudFormation's.
pub fn positions(resource_type: &str) -> &'static [Position] {
    match table::TABLE.binary_search_by_key(&resource_type, |(name, _)| name) {
        Ok(at) => table::TABLE[at].1,
        Err(_) => &[],
    }
}

/// All resource types that hold policies, each with the properties that do. Sorted by type.
pub fn all_positions() -> impl Iterator<Item = (&'static str, &'static [Position])> {
    table::TABLE.iter().copied()
}

/// The policies in a resource, in the order of its type's positions. A position of which
/// nothing is known yields a policy of which nothing is known; an absent one yields none.
pub fn documents(resource: &Resource) -> Vec<PositionedDocument<'_>> {
    documents_in(&resource.resource_type, &resource.properties)
}

/// [`documents`] for properties that are not, or not yet, those of a resource: a projection
/// to one scenario.
pub fn documents_in<'v>(resource_type: &str, properties: &'v Value) -> Vec<PositionedDocument<'v>> {
    let mut found = Vec::new();
    for position in positions(resource_type) {
        let Some(kind) = kind_at(position, resource_type, properties) else { continue };
        if position.pattern.is_empty() {
            let document = properties_as_policy(properties);
            found.push(PositionedDocument::new(PropertyPath::root(), kind, document));
            continue;
        }
        let segments: Vec<&str> = position.pattern.split('/').collect();
        collect(properties, &segments, &mut PropertyPath::root(), &mut |path, value| {
            found.push(PositionedDocument::new(path, kind, PolicyDocument::parse(value)));
        });
    }
    found
}

/// The properties of a resource that is a policy: one that has the element `Statement`, or
/// else a single permission.
fn properties_as_policy(properties: &Value) -> PolicyDocument<'_> {
    let has_statement = properties.entries().iter().any(|entry| &*entry.key == "Statement");
    match properties.kind {
        ValueKind::Map(_) if has_statement => PolicyDocument::parse_statements(properties),
        ValueKind::Map(_) => PolicyDocument::parse_permission(properties),
        _ => PolicyDocument::parse(properties),
    }
}

/// Calls `visit` with every value behind the segments that is there or may be there.
fn collect<'v>(
    value: &'v Value,
    segments: &[&str],
    path: &mut PropertyPath,
    visit: &mut dyn FnMut(PropertyPath, &'v Value),
) {
    // What is unknown as a whole is one policy of which nothing is known, not many.
    if value.is_unknown() {
        return visit(path.clone(), value);
    }
    let Some((first, rest)) = segments.split_first() else {
        if value.is_present() != Tri::False {
            visit(path.clone(), value);
        }
        return;
    };
    match (&value.kind, *first) {
        (ValueKind::List(items), "*") => {
            for (index, item) in items.iter().enumerate() {
                path.push(index);
                collect(item, rest, path, visit);
                path.pop();
            }
            if value.flags.has(Flags::OPEN) {
                visit(path.clone(), value.item(items.len()));
            }
        }
        // CloudFormation takes one value for a list of one.
        (_, "*") => collect(value, rest, path, visit),
        (_, key) => {
            let value = value.get(key);
            // Most positions are not used, and a segment takes time to make.
            if value.is_present() != Tri::False {
                path.push(Segment::from(key));
                collect(value, rest, path, visit);
                path.pop();
            }
        }
    }
}

/// The kind of a position; `None` for a policy of another language.
fn kind_at(position: &Position, resource_type: &str, properties: &Value) -> Option<PolicyKind> {
    if resource_type != "AWS::Organizations::Policy" {
        return Some(position.kind);
    }
    // Tag, backup, chatbot and declarative policies have grammars of their own.
    match properties.get("Type").as_str() {
        Some("SERVICE_CONTROL_POLICY") => Some(PolicyKind::Scp),
        Some("RESOURCE_CONTROL_POLICY") => Some(PolicyKind::Rcp),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(table::TABLE.is_sorted_by_key(|(name, _)| name));
        assert!(table::TABLE.iter().map(|(_, positions)| positions.len()).sum::<usize>() > 60);
        assert_eq!(positions("AWS::IAM::Role").len(), 2);
        assert!(positions("AWS::EC2::Instance").is_empty());
    }
}

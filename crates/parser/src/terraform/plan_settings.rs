//! Input variables and outputs of a plan.

use rustc_hash::FxHashSet as HashSet;

use trilith_graph::{Entry, Flags, Format, Formula, Map, Resource, Root, RootId, Value, ValueKind};

use super::plan::Plan;
use super::plan_values::{Nodes, Reader};
use super::references::Scope;
use crate::tree::{Kind, Member, NodeId, to_value};

impl Plan<'_> {
    /// Input variables as resources.
    pub(super) fn variables(&mut self, document: NodeId, root: &mut Root) {
        let tree = self.tree;
        let declared = tree.get_path(document, &["configuration", "root_module", "variables"]);
        let given = tree.get(document, "variables");
        let mut seen = HashSet::default();
        let all = declared.into_iter().chain(given).flat_map(|id| tree.own_members(id));
        for member in all {
            if !seen.insert(member.key.clone()) {
                continue;
            }
            let declaration = declared.and_then(|id| tree.get(id, member.key));
            let value = given.and_then(|id| tree.get_path(id, &[member.key, "value"]));
            let of = |key: &str| declaration.and_then(|id| tree.get(id, key));
            let is_secret = of("sensitive").is_some_and(|id| tree.kind(id) == Kind::Bool(true));
            let default = of("default");
            if is_secret {
                root.sensitive.extend(value.into_iter().chain(default).map(|id| tree.span(id)));
            }
            let flags = if is_secret { Flags::SENSITIVE } else { Flags::NONE };
            let mut map = named(&member);
            let mut add = |key: &str, value: Value| {
                map.push(Entry { key: key.into(), key_span: value.span, value });
            };
            if let Some(default) = default {
                add("Default", to_value(tree, default).with(flags));
            }
            add("NoEcho", Value::new(ValueKind::Bool(is_secret), member.key_span));
            if let Some(description) = of("description") {
                add("Description", to_value(tree, description));
            }
            let mut attributes = Map::default();
            if let Some(value) = value {
                let value = to_value(tree, value).with(flags);
                attributes.push(Entry { key: "value".into(), key_span: value.span, value });
            }
            let mut resource =
                beside_resource("var", "variable", Resource::PARAMETER, &member, map);
            resource.attributes = Value::map(attributes, member.key_span);
            self.fuse_stated(&mut resource, &mut root.sensitive);
            root.resources.push(resource);
        }
    }

    /// Outputs as resources.
    pub(super) fn outputs(&mut self, document: NodeId, root: &mut Root) {
        let tree = self.tree;
        let declared = tree.get_path(document, &["configuration", "root_module", "outputs"]);
        let changes = tree.get(document, "output_changes");
        for member in declared.into_iter().flat_map(|id| tree.own_members(id)) {
            let change = changes.and_then(|id| tree.get(id, member.key));
            let of = |key: &str| change.and_then(|change| tree.get(change, key));
            let is_secret = tree
                .get(member.value, "sensitive")
                .is_some_and(|id| tree.kind(id) == Kind::Bool(true));
            let scope = self.references.configuration.root().map(|configuration| Scope {
                module: "".into(),
                configuration,
                key: None,
            });
            let mut reader = Reader {
                tree,
                references: &self.references,
                scope: scope.as_ref(),
                is_identity: &|_| false,
                sensitive: &mut root.sensitive,
                documents: &mut self.documents,
                texts: &mut self.texts,
                fallback: member.key_span,
                adds_tags: false,
                has_references: false,
                mentions_data: false,
            };
            let mut value = reader.value(Nodes {
                after: of("after"),
                unknown: of("after_unknown"),
                sensitive: of("after_sensitive"),
                expression: tree.get(member.value, "expression"),
            });
            if is_secret {
                root.sensitive.extend(of("after").map(|id| tree.span(id)));
                value = value.with(Flags::SENSITIVE);
            }
            let mut map = named(&member);
            map.push(Entry { key: "Value".into(), key_span: member.key_span, value });
            let echo = Value::new(ValueKind::Bool(is_secret), member.key_span);
            map.push(Entry { key: "NoEcho".into(), key_span: member.key_span, value: echo });
            let mut resource = beside_resource("output", "output", Resource::OUTPUT, &member, map);
            self.fuse_stated(&mut resource, &mut root.sensitive);
            root.resources.push(resource);
        }
    }
}

fn named(member: &Member<'_>) -> Map {
    let mut map = Map::default();
    let name = Value::string(member.key.clone(), member.key_span);
    map.push(Entry { key: "Name".into(), key_span: member.key_span, value: name });
    map
}

fn beside_resource(
    prefix: &str,
    source_type: &str,
    resource_type: &str,
    member: &Member<'_>,
    properties: Map,
) -> Resource {
    let properties = Value::map(properties, member.key_span);
    Resource {
        root: RootId(0),
        address: format!("{prefix}.{}", member.key).into(),
        name: member.key.clone(),
        resource_type: resource_type.into(),
        source_type: source_type.into(),
        format: Format::TerraformPlan,
        span: member.key_span,
        raw: properties.clone(),
        properties,
        attributes: Value::map(Map::default(), member.key_span),
        guard: Formula::True,
        flags: Flags::NONE,
    }
}

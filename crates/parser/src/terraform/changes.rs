//! The elements of a plan that speak of one resource each.

use std::borrow::Cow;
use std::sync::Arc;

use trilith_graph::Span;

use super::address;
use super::plan_values::Nodes;
use crate::tree::{Kind, Member, NodeId, Tree};

/// One element of `resource_changes`.
#[derive(Debug, Clone)]
pub(super) struct Change<'t> {
    pub(super) node: NodeId,
    pub(super) nodes: Nodes,
    pub(super) before: Nodes,
    pub(super) actions: Option<NodeId>,
    /// Whether attributes that are missing are known after apply.
    pub(super) is_open: bool,
    /// Whether it is there now and will not be, or will no longer be Terraform's.
    pub(super) goes: bool,
    pub(super) address: Arc<str>,
    pub(super) span: Span,
    /// Type and name, with `data.` in front of those of data sources.
    pub(super) local: Cow<'t, str>,
    pub(super) name: &'t str,
    pub(super) source_type: &'t str,
    pub(super) module: &'t str,
    pub(super) key: Option<String>,
    pub(super) is_data: bool,
}

pub(super) fn sensitive_places(tree: &Tree<'_>, nodes: Nodes, places: &mut Vec<Span>) {
    let (Some(value), Some(sensitive)) = (nodes.after, nodes.sensitive) else { return };
    match tree.kind(sensitive) {
        Kind::Bool(true) => places.push(tree.span(value)),
        Kind::Map => {
            for member in tree.own_members(sensitive) {
                let nodes = Nodes {
                    after: tree.get(value, member.key),
                    sensitive: Some(member.value),
                    ..nodes
                };
                sensitive_places(tree, nodes, places);
            }
        }
        Kind::List => {
            for (value, sensitive) in tree.items(value).zip(tree.items(sensitive)) {
                let nodes = Nodes { after: Some(value), sensitive: Some(sensitive), ..nodes };
                sensitive_places(tree, nodes, places);
            }
        }
        _ => {}
    }
}

/// The resources of `planned_values`, where a plan has no `resource_changes`.
pub(super) fn planned(tree: &Tree<'_>, document: NodeId) -> Vec<NodeId> {
    let mut found = Vec::new();
    let root = tree.get_path(document, &["planned_values", "root_module"]);
    let mut left: Vec<NodeId> = root.into_iter().collect();
    while let Some(module) = left.pop() {
        let list = |key: &str| tree.get(module, key).into_iter().flat_map(|id| tree.items(id));
        found.extend(list("resources"));
        left.extend(list("child_modules"));
    }
    found.sort();
    found
}

/// The members of such an element. Where a key occurs twice, the last one counts.
#[derive(Default)]
struct Own {
    source_type: Option<NodeId>,
    name: Option<NodeId>,
    deposed: Option<NodeId>,
    change: Option<NodeId>,
    values: Option<NodeId>,
    sensitive_values: Option<NodeId>,
    mode: Option<NodeId>,
    index: Option<NodeId>,
    address: Option<NodeId>,
    module_address: Option<NodeId>,
}

impl Own {
    fn of(tree: &Tree<'_>, node: NodeId) -> Self {
        let mut own = Self::default();
        for Member { key, value, .. } in tree.own_members(node) {
            let member = match &**key {
                "type" => &mut own.source_type,
                "name" => &mut own.name,
                "deposed" => &mut own.deposed,
                "change" => &mut own.change,
                "values" => &mut own.values,
                "sensitive_values" => &mut own.sensitive_values,
                "mode" => &mut own.mode,
                "index" => &mut own.index,
                "address" => &mut own.address,
                "module_address" => &mut own.module_address,
                _ => continue,
            };
            *member = Some(value);
        }
        own
    }
}

/// The members of its `change`.
#[derive(Default)]
struct States {
    actions: Option<NodeId>,
    before: Option<NodeId>,
    before_sensitive: Option<NodeId>,
    after: Option<NodeId>,
    unknown: Option<NodeId>,
    sensitive: Option<NodeId>,
}

impl States {
    fn of(tree: &Tree<'_>, change: NodeId) -> Self {
        let mut states = Self::default();
        for Member { key, value, .. } in tree.own_members(change) {
            let member = match &**key {
                "actions" => &mut states.actions,
                "before" => &mut states.before,
                "before_sensitive" => &mut states.before_sensitive,
                "after" => &mut states.after,
                "after_unknown" => &mut states.unknown,
                "after_sensitive" => &mut states.sensitive,
                _ => continue,
            };
            *member = Some(value);
        }
        states
    }
}

/// Reads one element of `resource_changes` or of the resources of `planned_values`. A deposed
/// object is about to be destroyed and is none.
pub(super) fn read<'t>(tree: &'t Tree<'_>, node: NodeId) -> Option<Change<'t>> {
    let own = Own::of(tree, node);
    let text = |id: Option<NodeId>| id.and_then(|id| tree.string(id));
    let source_type = text(own.source_type)?;
    let name = text(own.name)?;
    if text(own.deposed).is_some() {
        return None;
    }
    let states = own.change.map(|change| States::of(tree, change)).unwrap_or_default();
    let nodes = Nodes {
        after: states.after.or(own.values),
        unknown: states.unknown,
        sensitive: states.sensitive.or(own.sensitive_values),
        expression: None,
    };
    let before =
        Nodes { after: states.before, sensitive: states.before_sensitive, ..Nodes::default() };
    let is_data = text(own.mode) == Some("data");
    let key = own.index.map(|id| match tree.kind(id) {
        Kind::String => {
            format!("\"{}\"", tree.text(id).replace('\\', "\\\\").replace('"', "\\\""))
        }
        _ => tree.text(id).to_owned(),
    });
    let written = own.address.filter(|id| tree.string(*id).is_some());
    let module = match (text(own.module_address), written) {
        (Some(module), _) => module,
        // `planned_values` names the module in the address alone.
        (None, Some(id)) => {
            let address = tree.text(id);
            let end = address::module_end(address);
            &address[..end]
        }
        (None, None) => "",
    };
    let local = local(written.map(|id| tree.text(id)), module, (is_data, source_type, name));
    let (address, span) = if let Some(id) = written {
        (tree.text(id).into(), tree.text_span(id))
    } else {
        let dot = if module.is_empty() { "" } else { "." };
        let key = key.as_ref().map_or(String::new(), |key| format!("[{key}]"));
        let span = own.name.map_or(tree.span(node), |id| tree.text_span(id));
        (format!("{module}{dot}{local}{key}").into(), span)
    };
    let only = |action: &str| {
        let mut list = states.actions.into_iter().flat_map(|id| tree.items(id));
        list.next().is_some_and(|id| tree.text(id) == action) && list.next().is_none()
    };
    Some(Change {
        node,
        nodes,
        before,
        actions: states.actions,
        is_open: own.change.is_none(),
        goes: !is_data && (only("delete") || only("forget")),
        address,
        span,
        local,
        name,
        source_type,
        module,
        key,
        is_data,
    })
}

/// The address without module and key: the part of the address that is that, if it is written.
fn local<'t>(
    address: Option<&'t str>,
    module: &str,
    (is_data, source_type, name): (bool, &str, &str),
) -> Cow<'t, str> {
    let data = if is_data { "data." } else { "" };
    let after_module = address.and_then(|address| address.strip_prefix(module));
    let own = after_module.map(|rest| rest.strip_prefix('.').unwrap_or(rest));
    let length = data.len() + source_type.len() + 1 + name.len();
    let written = own.and_then(|own| own.get(..length)).filter(|own| {
        let rest = own.strip_prefix(data).and_then(|rest| rest.strip_prefix(source_type));
        rest.and_then(|rest| rest.strip_prefix('.')) == Some(name)
    });
    match written {
        Some(written) => Cow::Borrowed(written),
        None => Cow::Owned(format!("{data}{source_type}.{name}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_local_address_is_a_part_of_the_whole() {
        let is_part = |address: &str, module: &str, is_data: bool| {
            let found = local(Some(address), module, (is_data, "aws_a", "b"));
            let data = if is_data { "data." } else { "" };
            assert_eq!(found, format!("{data}aws_a.b"));
            matches!(found, Cow::Borrowed(_))
        };
        assert!(is_part("aws_a.b", "", false));
        assert!(is_part("module.m[\"x\"].aws_a.b[0]", "module.m[\"x\"]", false));
        assert!(is_part("module.m.data.aws_a.b", "module.m", true));
        assert!(!is_part("aws_a.ä", "", false));
        assert!(!is_part("aws_other.b", "", false));
        assert!(!is_part("module.n.aws_a.b", "module.m", false));
        assert_eq!(local(None, "", (true, "aws_a", "b")), "data.aws_a.b");
    }
}

//! What the configuration of a plan gives its providers: regions, and tags for all resources.

use rustc_hash::FxHashMap as HashMap;
use std::sync::Arc;

use trilith_graph::{Flags, Map, Value, ValueKind};

use crate::tree::{Member, NodeId, Tree, to_value};

/// What the configuration gives a provider.
#[derive(Debug, Default)]
pub(super) struct Provider {
    pub(super) region: Option<Value>,
    /// Whether it adds tags to those of a resource.
    pub(super) adds_tags: bool,
    /// Those tags, where they are known.
    pub(super) default_tags: Option<Value>,
}

/// The providers by their key in the configuration.
#[derive(Debug, Default)]
pub(super) struct Providers<'t>(HashMap<&'t str, Provider>);

impl<'t> Providers<'t> {
    pub(super) fn new(tree: &'t Tree<'_>, document: NodeId) -> Self {
        let configured = tree.get_path(document, &["configuration", "provider_config"]);
        let members = configured.into_iter().flat_map(|id| tree.own_members(id));
        let read = |member: Member<'t>| {
            let of = |name: &str| tree.get_path(member.value, &["expressions", name]);
            let tags = of("default_tags");
            let block = tags.and_then(|list| tree.items(list).next());
            let constant = |id| Some(to_value(tree, tree.get(id, "constant_value")?));
            // What stands in a module refers to the variables of that module.
            let is_of_root = !member.key.contains(':');
            let given = |id| region(tree, document, id).filter(|_| is_of_root);
            let provider = Provider {
                region: of("region").and_then(|id| constant(id).or_else(|| given(id))),
                adds_tags: tags.is_some(),
                default_tags: block.and_then(|id| tree.get(id, "tags")).and_then(constant),
            };
            (member.key.as_ref(), provider)
        };
        Self(members.map(read).collect())
    }

    /// The provider with a key. A module that is given its providers has no configuration of
    /// its own for `module.a:aws.west`; then it is the one of the root.
    pub(super) fn get(&self, key: &str) -> Option<&Provider> {
        let inherited = || self.0.get(key.rsplit_once(':')?.1);
        self.0.get(key).or_else(inherited)
    }
}

/// The value of the variable that is all that an expression refers to, if it is a region: the
/// plan does not tell `var.region` from `"${var.region}-1"`.
fn region(tree: &Tree<'_>, document: NodeId, expression: NodeId) -> Option<Value> {
    let references: Vec<NodeId> = tree.items(tree.get(expression, "references")?).collect();
    let [only] = references.as_slice() else { return None };
    let name = tree.text(*only).strip_prefix("var.")?;
    let value = tree.get_path(document, &["variables", name, "value"])?;
    let (_, number) = tree.string(value)?.rsplit_once('-')?;
    (number.len() == 1 && number.as_bytes()[0].is_ascii_digit()).then(|| to_value(tree, value))
}

/// Gives `tags_all` where it is known after apply: the provider's tags, and those of the
/// resource, which come first.
pub(super) fn fill_tags(raw: &mut Value, defaults: &Value) {
    let own = raw.get("tags").clone();
    let ValueKind::Map(defaults) = &defaults.kind else { return };
    let mut all = match own.kind {
        ValueKind::Map(own) => Map::clone(&own),
        ValueKind::Absent | ValueKind::Null => Map::default(),
        _ => return,
    };
    for entry in defaults.entries() {
        if all.get(&entry.key).is_none() {
            all.push(entry.clone());
        }
    }
    let ValueKind::Map(map) = &mut raw.kind else { return };
    let entries = Arc::make_mut(map).entries_mut();
    let unknown = entries.iter_mut().find(|entry| &*entry.key == "tags_all");
    if let Some(entry) = unknown.filter(|entry| entry.value.is_unknown()) {
        let flags = own.flags.with(Flags::SYNTHETIC);
        entry.value = Value::map(all, entry.value.span).with(flags);
    }
}

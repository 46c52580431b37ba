//! The sources that a plan was made of.
//!
//! The plan is the truth about values. Its sources tell where they are written, and what the
//! parts are that a value known after apply is made of: a plan says nothing of a policy but that
//! it is unknown, if one ARN in it is.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use trilith_graph::{Resource, SourceId, Span, Value};

use super::address;
use super::module::{Texts, Written, written};
use crate::canonical::{Documents, Draft};
use crate::hcl::{Block, File};
use crate::tree::{Kind, NodeId, Tree};

/// What the sources say, by address.
#[derive(Debug, Default)]
pub(super) struct Sources {
    drafts: HashMap<Arc<str>, Draft>,
    /// The first instance of each block, by its address without instance keys.
    blocks: HashMap<String, Arc<str>>,
    stated: HashMap<Arc<str>, Resource>,
    texts: Texts,
    /// Places of secrets.
    pub(super) sensitive: Vec<Span>,
}

/// A resource in the sources.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counterpart<'s> {
    pub(super) draft: &'s Draft,
    /// Whether it is the very instance, or stands for all; another instance of the same block
    /// tells places only.
    pub(super) is_same: bool,
}

impl Sources {
    /// Reads the module of a plan's root with the plan's variables.
    pub(super) fn read(tree: &Tree<'_>, document: NodeId, files: &[(SourceId, File)]) -> Self {
        let Written { drafts, texts, stated, sensitive, .. } =
            written(files, &variables(tree, document));
        let mut sources = Self { texts, sensitive, ..Self::default() };
        for draft in drafts {
            let block = address::without_keys(&draft.address);
            sources.blocks.entry(block).or_insert_with(|| draft.address.clone());
            sources.drafts.insert(draft.address.clone(), draft);
        }
        sources.stated = stated.into_iter().map(|one| (one.address.clone(), one)).collect();
        sources
    }

    /// The resource with an address.
    pub(super) fn resource(&self, address: &str) -> Option<Counterpart<'_>> {
        if let Some(draft) = self.drafts.get(address) {
            return Some(Counterpart { draft, is_same: true });
        }
        let block = address::without_keys(address);
        let other = self.blocks.get(&block)?;
        let draft = self.drafts.get(other)?;
        Some(Counterpart { draft, is_same: **other == *block })
    }

    /// The variable or output with an address such as `var.name`.
    pub(super) fn stated(&self, address: &str) -> Option<&Resource> {
        self.stated.get(address)
    }
}

impl Documents for Sources {
    fn document(&self, text: &Value) -> Result<Value, ()> {
        self.texts.document(text)
    }
}

/// How many resources of a plan's root module are declared in some files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share {
    declared: usize,
    of: usize,
}

impl Share {
    pub(crate) const fn is_all(self) -> bool {
        self.of > 0 && self.declared == self.of
    }

    pub(crate) const fn is_any(self) -> bool {
        self.declared > 0
    }
}

/// How many resources and module calls of a plan's root module the files declare.
pub(crate) fn declared_share(
    tree: &Tree<'_>,
    document: NodeId,
    files: &[(SourceId, File)],
) -> Share {
    let root = tree.get_path(document, &["configuration", "root_module"]);
    let of = |key: &str| root.and_then(|root| tree.get(root, key));
    let blocks = files.iter().flat_map(|(_, file)| &file.body.blocks);
    let label = |block: &Block, at: usize| block.label(at).cloned().unwrap_or_else(|| "".into());
    let here: HashSet<_> =
        blocks.map(|block| (&*block.type_name, label(block, 0), label(block, 1))).collect();
    let mut share = Share { declared: 0, of: 0 };
    let mut count = |kind: &str, first: &str, second: &str| {
        share.of += 1;
        share.declared += usize::from(here.contains(&(kind, first.into(), second.into())));
    };
    for resource in of("resources").into_iter().flat_map(|list| tree.items(list)) {
        let text = |key: &str| tree.get(resource, key).map_or("", |id| tree.text(id));
        let kind = if text("mode") == "data" { "data" } else { "resource" };
        count(kind, text("type"), text("name"));
    }
    for call in of("module_calls").into_iter().flat_map(|calls| tree.own_members(calls)) {
        count("module", call.key, "");
    }
    share
}

/// The values of the root module's variables, as they would be given on a command line.
fn variables(tree: &Tree<'_>, document: NodeId) -> BTreeMap<String, String> {
    let given = tree.get(document, "variables").into_iter().flat_map(|id| tree.own_members(id));
    let texts = given.filter_map(|member| {
        let value = tree.get(member.value, "value")?;
        let text = match tree.kind(value) {
            // JSON is an expression of Terraform too, but for texts that look like templates.
            Kind::List | Kind::Map => {
                tree.as_written(value).replace("${", "$${").replace("%{", "%%{")
            }
            Kind::Null => return None,
            _ => tree.text(value).to_owned(),
        };
        Some((member.key.to_string(), text))
    });
    texts.collect()
}

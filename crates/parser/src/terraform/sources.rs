//! The sources that a plan was made of.
//!
//! The plan is the truth about values. Its sources tell where they are written, and what the
//! parts are that a value known after apply is made of: a plan says nothing of a policy but that
//! it is unknown, if one ARN in it is.

use rustc_hash::FxHashMap as HashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

use trilith_graph::{Resource, Span, Value};

use super::address;
use super::module::{Given, Project, Texts, Variables, Written};
use super::plan::MadeOf;
use crate::canonical::{Documents, Draft};
use crate::tree::{Kind, NodeId, Tree};

/// What the sources say, by address.
#[derive(Debug, Default)]
pub(super) struct Sources {
    drafts: HashMap<Arc<str>, Draft>,
    /// The first instance of each block, by its address without instance keys.
    blocks: HashMap<String, Arc<str>>,
    stated: HashMap<Arc<str>, Resource>,
    /// What the modules say beside their resources.
    pub(super) settings: Vec<Resource>,
    texts: Texts,
    /// Places of secrets.
    pub(super) sensitive: Vec<Span>,
    /// Where each module is called, by what is in front of the addresses of its resources.
    pub(super) calls: BTreeMap<Arc<str>, Span>,
    /// Where modules are called that cannot be looked into.
    pub(super) unseen_calls: Vec<Span>,
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
    /// Reads the module of a plan's root, and those that it calls, with the plan's variables.
    pub(super) fn read(tree: &Tree<'_>, document: NodeId, made_of: MadeOf<'_>) -> Option<Self> {
        let MadeOf { sources, project, root } = made_of;
        let written = project.written_in(sources, root, &variables(tree, document))?;
        let Written { drafts, texts, stated, sensitive, calls, unseen_calls, .. } = written;
        let mut sources = Self { texts, sensitive, calls, unseen_calls, ..Self::default() };
        for draft in drafts {
            let block = address::without_keys(&draft.address);
            sources.blocks.entry(block).or_insert_with(|| draft.address.clone());
            sources.drafts.insert(draft.address.clone(), draft);
        }
        let (settings, stated) = stated.into_iter().partition(Resource::is_setting);
        let stated: Vec<Resource> = stated;
        sources.settings = settings;
        sources.stated = stated.into_iter().map(|one| (one.address.clone(), one)).collect();
        Some(sources)
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

/// How many resources of a plan's root module a directory declares.
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

/// How many resources and module calls of a plan's root module a directory declares.
pub(crate) fn declared_share(
    tree: &Tree<'_>,
    document: NodeId,
    project: &Project,
    directory: &str,
) -> Share {
    let root = tree.get_path(document, &["configuration", "root_module"]);
    let of = |key: &str| root.and_then(|root| tree.get(root, key));
    let mut share = Share { declared: 0, of: 0 };
    if !project.has(directory) {
        return share;
    }
    let mut count = |is_declared: bool| {
        share.of += 1;
        share.declared += usize::from(is_declared);
    };
    for resource in of("resources").into_iter().flat_map(|list| tree.items(list)) {
        let text = |key: &str| tree.get(resource, key).map_or("", |id| tree.text(id));
        let is_data = text("mode") == "data";
        count(project.declares_in(directory, is_data, text("type"), text("name")));
    }
    for call in of("module_calls").into_iter().flat_map(|calls| tree.own_members(calls)) {
        count(project.calls_in(directory, call.key));
    }
    share
}

/// The values of the root module's variables, as they would be given on a command line.
fn variables(tree: &Tree<'_>, document: NodeId) -> Variables {
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
        Some(Given::Value { name: member.key.to_string(), text })
    });
    Variables { given: texts.collect(), ..Variables::default() }
}

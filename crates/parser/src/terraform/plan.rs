//! The JSON of a plan: `terraform show -json`.
//!
//! What will exist is in `resource_changes`: `planned_values` says the same again, and
//! `prior_state` what was. Data sources and the configuration fill in what is known only after
//! apply, where they can.

use rustc_hash::FxHashMap as HashMap;
use std::sync::Arc;

use trilith_graph::{
    Diagnostic, Entry, Flags, Format, Formula, Map, Reference, Resource, Root, Severity, SourceId,
    SourceMap, Span, Value, ValueKind,
};

use super::address;
use super::changes::{Change, planned, read, sensitive_places};
use super::fuse::{Fusion, Moved};
use super::module::Project;
use super::plan_documents::Repeated;
use super::plan_values::{Lookup, Nodes, Reader, has_true};
use super::providers::{Providers, fill_tags};
use super::references::{Instance, References, Resolved, Scope};
use super::sources::{Counterpart, Sources};
use super::texts::Texts;
use crate::canonical::{self, Draft};
use crate::tree::{JsonOptions, Kind, NodeId, ParsedTree, Tree, parse_json, to_value};
use crate::wording;

/// Members of a plan that say nothing new.
const SKIP: &[&str] = &["prior_state", "resource_drift", "relevant_attributes", "planned_values"];

/// Reads the text of a plan, without what says nothing new: half of it.
pub fn plan_tree(source: SourceId, text: &str) -> ParsedTree<'_> {
    let without = |skip: &'static [&'static str]| {
        parse_json(source, text, &JsonOptions { skip, ..JsonOptions::default() })
    };
    let parsed = without(SKIP);
    // `planned_values` says less than `resource_changes`, but may be all there is.
    let documents = parsed.tree.documents().first();
    let has_changes =
        documents.is_some_and(|plan| parsed.tree.get(*plan, "resource_changes").is_some());
    if has_changes { parsed } else { without(&SKIP[..3]) }
}

/// Reads a plan into a root called `name`.
///
/// References are not yet edges; see `link`. The diagnostics are about what could not be read.
pub fn lower_plan(tree: &Tree<'_>, document: NodeId, name: &str) -> (Root, Vec<Diagnostic>) {
    lower_plan_of(tree, document, name, None)
}

/// The sources that a plan was made of.
#[derive(Debug, Clone, Copy)]
pub struct MadeOf<'p> {
    /// The texts.
    pub sources: &'p SourceMap,
    /// The modules.
    pub project: &'p Project,
    /// The directory of the root module.
    pub root: &'p str,
}

/// Reads a plan together with the Terraform files that it was made of, where they are here: its values then have the
/// places that they have in those, and where the plan does not know a value, the files tell what
/// parts it has.
pub fn lower_plan_of(
    tree: &Tree<'_>,
    document: NodeId,
    name: &str,
    made_of: Option<MadeOf<'_>>,
) -> (Root, Vec<Diagnostic>) {
    let mut root = Root::new(name, tree.source(), Format::TerraformPlan);
    root.written = Some(wording::written_at);
    let mut diagnostics = Vec::new();
    if let Some(diagnostic) = unknown_version(tree, document) {
        diagnostics.push(diagnostic);
    }
    root.open = is_partial(tree, document) || tree.is_cut(document);
    let mut plan = Plan::new(tree, document);
    if let Some(mut sources) = made_of.and_then(|made_of| Sources::read(tree, document, made_of)) {
        root.sensitive.append(&mut sources.sensitive);
        // The sources may not tell how many instances a call makes: a block stands for all.
        let blocks = sources.calls.iter();
        let blocks: Vec<_> =
            blocks.map(|(one, span)| (address::without_keys(one).into(), *span)).collect();
        root.calls.append(&mut sources.calls);
        root.calls.extend(blocks);
        root.unseen_calls.append(&mut sources.unseen_calls);
        plan.sources = Some(sources);
    }
    let changes = std::mem::take(&mut plan.changes);
    plan.variables(document, &mut root);
    let resources = || changes.iter().filter(|change| !change.is_data);
    let types = resources().map(|change| (&change.address, change.source_type)).collect();
    let mut mapping = canonical::Mapping::new(root.format, types);
    root.resources.reserve(changes.len());
    for change in resources() {
        if let Some(draft) = plan.draft(change, &mut root.sensitive) {
            mapping.add(draft, &plan, &mut root.resources);
        }
    }
    diagnostics.extend(mapping.finish(&plan, &mut root.resources));
    plan.outputs(document, &mut root);
    if let Some(sources) = &mut plan.sources {
        root.resources.append(&mut sources.settings);
    }
    plan.deleted(&changes, &mut root);
    (root, diagnostics)
}

fn unknown_version(tree: &Tree<'_>, document: NodeId) -> Option<Diagnostic> {
    let version = tree.get(document, "format_version")?;
    let text = tree.text(version);
    let known = text.starts_with("0.") || text.starts_with("1.");
    (!known).then(|| {
        let message = format!("plan format {text} is newer than what is known here");
        Diagnostic::new("plan-format-unknown", Severity::Info, tree.span(version), message)
            .help("results may be incomplete")
    })
}

/// Whether the plan leaves out what may exist: made with `-target`, deferred in part, or broken
/// off by an error.
fn is_partial(tree: &Tree<'_>, document: NodeId) -> bool {
    let is = |key: &str, expected: bool| {
        tree.get(document, key).is_some_and(|id| tree.kind(id) == Kind::Bool(expected))
    };
    let deferred = tree.get(document, "deferred_changes");
    is("complete", false)
        || is("errored", true)
        || deferred.is_some_and(|list| tree.items(list).next().is_some())
}

pub(super) struct Plan<'t> {
    pub(super) tree: &'t Tree<'t>,
    changes: Vec<Change<'t>>,
    pub(super) references: References<'t>,
    /// Scopes of the module instances that occur.
    scopes: HashMap<&'t str, Option<Scope>>,
    pub(super) documents: HashMap<u32, NodeId>,
    /// Rebuilt policies by the address of their data source.
    pub(super) policies: HashMap<Arc<str>, Value>,
    providers: Providers<'t>,
    /// What the plan was made of.
    pub(super) sources: Option<Sources>,
    /// Texts that the sources gave another place.
    pub(super) moved: Moved,
    pub(super) repeated: Repeated<'t>,
    pub(super) texts: Texts,
    /// Lists of actions that occur.
    actions: Vec<Value>,
    /// Whether anything in the plan is called a region.
    names_regions: bool,
    pub(super) fallback: Span,
}

/// The attributes of a resource.
pub(super) struct Attributes {
    pub(super) raw: Value,
    /// See [`Draft::unset`].
    unset: Vec<bool>,
    has_references: bool,
    mentions_data: bool,
}

impl<'t> Plan<'t> {
    fn new(tree: &'t Tree<'t>, document: NodeId) -> Self {
        let list = match tree.get(document, "resource_changes") {
            Some(changes) => tree.items(changes).collect(),
            None => planned(tree, document),
        };
        let mut changes: Vec<Change<'t>> = Vec::with_capacity(list.len());
        changes.extend(list.into_iter().filter_map(|node| read(tree, node)));
        let references = References::new(tree, tree.get(document, "configuration"));
        let mut plan = Self {
            tree,
            changes: Vec::new(),
            references,
            scopes: HashMap::default(),
            documents: HashMap::default(),
            policies: HashMap::default(),
            providers: Providers::new(tree, document),
            sources: None,
            moved: Moved::default(),
            repeated: Repeated::default(),
            texts: Texts::default(),
            actions: Vec::new(),
            names_regions: tree.has_key("region"),
            fallback: Span::at(tree.source(), tree.span(document).start),
        };
        for change in &changes {
            plan.index(change);
        }
        plan.changes = changes;
        plan
    }

    fn index(&mut self, change: &Change<'t>) {
        self.references.add(
            change.module,
            change.local.clone(),
            Instance {
                address: change.address.clone(),
                source_type: change.source_type,
                is_data: change.is_data,
                key: change.key.clone(),
                node: change.node,
                values: change.nodes.after,
                unknown: change.nodes.unknown,
            },
        );
        if !self.scopes.contains_key(change.module) {
            let scope = self.references.module_of(change.module).map(|configuration| Scope {
                module: change.module.into(),
                configuration,
                key: None,
            });
            self.scopes.insert(change.module, scope);
        }
    }

    pub(super) fn scope(&self, change: &Change<'t>) -> Option<Scope> {
        let scope = self.scopes.get(change.module)?.clone()?;
        Some(Scope { key: change.key.clone(), ..scope })
    }

    /// The resource that a change leaves behind, as written.
    pub(super) fn draft(
        &mut self,
        change: &Change<'t>,
        sensitive: &mut Vec<Span>,
    ) -> Option<Draft> {
        let tree = self.tree;
        let Nodes { after, unknown, .. } = change.nodes;
        let exists = after.is_some_and(|after| tree.kind(after) != Kind::Null);
        let is_empty = unknown.is_none_or(|unknown| tree.children(unknown).next().is_none());
        // A resource without values is one of which nothing is known.
        let is_silent = change.is_open && after.is_none();
        if !exists && is_empty && !is_silent {
            return None;
        }
        let scope = self.scope(change);
        let configured = scope.as_ref().and_then(|scope| {
            self.references.configuration.resource(scope.configuration, &change.local)
        });
        // A plan file names its resources, and leaves it to the sources what is written there.
        let is_told = |id: &NodeId| {
            let expressions = tree.get(*id, "expressions");
            expressions.is_none_or(|expressions| tree.kind(expressions) != Kind::Null)
        };
        let configured = configured.filter(is_told);
        let Attributes { mut raw, unset, mut has_references, mentions_data } =
            self.attributes(change, scope.as_ref(), configured, sensitive);
        if mentions_data {
            self.resolve_in(&mut raw, 0);
        }
        let parent = scope.as_ref().and_then(|scope| self.parent(change, &raw, scope, configured?));
        let written = if change.goes { None } else { self.fuse(change, &mut raw, sensitive) };
        has_references |= written.is_some_and(|(_, refers)| refers);
        Some(Draft {
            address: change.address.clone(),
            name: self.texts.share(change.name),
            source_type: self.texts.share(change.source_type),
            span: written.map_or(change.span, |(span, _)| span),
            raw,
            attributes: self.beside(change, scope.as_ref(), configured),
            guard: Formula::True,
            unset,
            parent,
            has_references,
        })
    }

    /// Puts the attributes where the sources have them. Gives the place of the block, and whether
    /// the sources told of references.
    fn fuse(
        &mut self,
        change: &Change<'t>,
        raw: &mut Value,
        sensitive: &mut Vec<Span>,
    ) -> Option<(Span, bool)> {
        let sources = self.sources.as_ref()?;
        let Counterpart { draft, is_same } = sources.resource(&change.address)?;
        let references = &self.references;
        let mut fusion = Fusion {
            documents: sources,
            may_tell: is_same,
            is_planned: &|address| references.is_planned(address),
            moved: &mut self.moved,
            sensitive,
            has_references: false,
        };
        fusion.fuse(raw, &draft.raw);
        Some((draft.span, fusion.has_references))
    }

    /// Puts a variable or output where the sources have it.
    pub(super) fn fuse_stated(&mut self, resource: &mut Resource, sensitive: &mut Vec<Span>) {
        let Some(sources) = self.sources.as_ref() else { return };
        let Some(stated) = sources.stated(&resource.address) else { return };
        let references = &self.references;
        let mut fusion = Fusion {
            documents: sources,
            may_tell: true,
            is_planned: &|address| references.is_planned(address),
            moved: &mut self.moved,
            sensitive,
            has_references: false,
        };
        fusion.fuse(&mut resource.properties, &stated.properties);
        resource.raw = resource.properties.clone();
        resource.span = stated.span;
    }

    /// What a part of another resource belongs to, where several references are in the
    /// expression that says so: the only one of them that can be meant.
    fn parent(
        &self,
        change: &Change<'t>,
        raw: &Value,
        scope: &Scope,
        configured: NodeId,
    ) -> Option<Value> {
        let (attribute, is_parent) = canonical::parent_of(change.source_type)?;
        let given = raw.get(attribute);
        if !matches!(given.kind, ValueKind::Unknown(_)) {
            return None;
        }
        let expression = self.tree.get_path(configured, &["expressions", attribute])?;
        let mut candidates = self.references.some(expression, scope);
        candidates.retain(|one| is_parent(one.instance.source_type));
        let first = candidates.first()?.instance.address.clone();
        let only = candidates.iter().all(|one| one.instance.address == first);
        let reference = Reference { address: first, attribute: "".into() };
        only.then(|| Value::new(ValueKind::Reference(Arc::new(reference)), given.span))
    }

    pub(super) fn attributes(
        &mut self,
        change: &Change<'t>,
        scope: Option<&Scope>,
        configured: Option<NodeId>,
        sensitive: &mut Vec<Span>,
    ) -> Attributes {
        let tree = self.tree;
        let expression = configured.and_then(|id| tree.get(id, "expressions"));
        let marked = change.nodes.sensitive.filter(|id| has_true(tree, *id));
        let nodes = Nodes { expression, sensitive: marked, ..change.nodes };
        let provider = configured.and_then(|id| tree.get(id, "provider_config_key"));
        let provider = provider.and_then(|id| self.providers.get(tree.text(id)));
        let is_identity =
            |one: &Resolved<'t>| canonical::is_identity(one.instance.source_type, one.attribute);
        let mut reader = Reader {
            tree,
            references: &self.references,
            scope,
            is_identity: &is_identity,
            sensitive,
            documents: &mut self.documents,
            texts: &mut self.texts,
            fallback: change.span,
            adds_tags: provider.is_some_and(|provider| provider.adds_tags),
            has_references: false,
            mentions_data: false,
        };
        let mut raw = reader.value(nodes);
        let (has_references, mentions_data) = (reader.has_references, reader.mentions_data);
        if let Some(defaults) = provider.and_then(|provider| provider.default_tags.as_ref()) {
            fill_tags(&mut raw, defaults);
        }
        if change.is_open {
            raw = raw.with(Flags::OPEN);
        }
        // What was there before may be a secret too, and is in the same text.
        sensitive_places(tree, change.before, sensitive);
        let unset = if configured.is_some() && canonical::is_split(change.source_type) {
            let written = Lookup::new(tree, expression);
            raw.entries().iter().map(|entry| written.get(&entry.key).is_none()).collect()
        } else {
            self.unset_in_sources(change, &raw)
        };
        Attributes { raw, unset, has_references, mentions_data }
    }

    /// For each attribute whether the sources do not give it, where only they can tell.
    fn unset_in_sources(&self, change: &Change<'t>, raw: &Value) -> Vec<bool> {
        let sources = self.sources.as_ref().filter(|_| canonical::is_split(change.source_type));
        let Some(counterpart) = sources.and_then(|sources| sources.resource(&change.address))
        else {
            return Vec::new();
        };
        let written = &counterpart.draft.raw;
        raw.entries().iter().map(|entry| written.get(&entry.key).is_absent()).collect()
    }

    /// What stands beside the attributes.
    fn beside(
        &mut self,
        change: &Change<'t>,
        scope: Option<&Scope>,
        configured: Option<NodeId>,
    ) -> Value {
        let tree = self.tree;
        // Most resources have their actions beside them, and nothing else.
        let mut map = Map::with_capacity(1);
        let mut add = |key: Arc<str>, value: Value| {
            map.push(Entry { key, key_span: value.span, value });
        };
        if let Some(actions) = change.actions {
            let value = self.actions(actions);
            add(self.texts.share("actions"), value);
        }
        if !change.module.is_empty() {
            let module = self.texts.share(change.module);
            add(self.texts.share("module"), Value::string(module, change.span));
        }
        let provider = configured.and_then(|id| tree.get(id, "provider_config_key"));
        let provider = provider.and_then(|id| self.providers.get(tree.text(id)));
        // Since version 6 of the AWS provider, a resource may have a region of its own.
        let after = change.nodes.after.filter(|_| self.names_regions);
        let own = after.and_then(|after| tree.get(after, "region"));
        let own = own.filter(|id| tree.string(*id).is_some()).map(|id| to_value(tree, id));
        if let Some(region) = own.or_else(|| provider?.region.clone()) {
            add(self.texts.share("region"), region);
        }
        let orders = configured.and_then(|id| tree.get(id, "depends_on"));
        if let (Some(orders), Some(scope)) = (orders, scope) {
            let references = tree.items(orders).filter_map(|id| {
                let one = self.references.named(tree.string(id)?, scope)?;
                let reference = Reference { address: one.address, attribute: "".into() };
                Some(Value::new(ValueKind::Reference(Arc::new(reference)), tree.span(id)))
            });
            let references: Vec<Value> = references.collect();
            if !references.is_empty() {
                add("DependsOn".into(), Value::list(references, tree.span(orders)));
            }
        }
        Value::map(map, change.span)
    }

    /// The actions of a change. There are few lists of them, which are shared.
    fn actions(&mut self, list: NodeId) -> Value {
        let tree = self.tree;
        let same = |known: &Value| {
            let texts = tree.items(list).map(|id| tree.text(id));
            known.items().iter().map(|item| item.as_str().unwrap_or_default()).eq(texts)
        };
        let value = match self.actions.iter().find(|known| same(known)) {
            Some(known) => known.clone(),
            None => {
                let value = to_value(tree, list);
                if self.actions.len() < 16 {
                    self.actions.push(value.clone());
                }
                value
            }
        };
        Value { span: tree.span(list), ..value }
    }
}

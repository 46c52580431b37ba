//! The JSON of a plan: `terraform show -json`.
//!
//! What will exist is in `resource_changes`: `planned_values` says the same again, and
//! `prior_state` what was. Data sources and the configuration fill in what is known only after
//! apply, where they can.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use trilith_graph::{
    Diagnostic, Entry, Flags, Format, Formula, Map, Reason, Reference, Root, Severity, Span, Value,
    ValueKind,
};

use super::changes::{Change, planned, providers_with_tags, read, regions, sensitive_places};
use super::plan_values::{Lookup, Nodes, Reader, has_true};
use super::policy_document::policy;
use super::references::{Instance, References, Resolved, Scope};
use crate::canonical::{self, Documents, Draft};
use crate::tree::{
    JsonOptions, Kind, NodeId, ParsedTree, Segments, Tree, parse_embedded_json, to_value,
};

/// Members of a plan that say nothing new.
const SKIP: &[&str] = &["prior_state", "resource_drift", "relevant_attributes", "planned_values"];

/// What to leave out when the text of a plan is read: half of it says nothing new.
pub fn plan_options(text: &str) -> JsonOptions<'static> {
    // `planned_values` says less than `resource_changes`, but may be all there is.
    let has_changes = memchr::memmem::find(text.as_bytes(), b"\"resource_changes\"").is_some();
    JsonOptions { skip: if has_changes { SKIP } else { &SKIP[..3] }, ..JsonOptions::default() }
}

/// Policies that continue each other are followed no further than this.
const POLICY_DEPTH: usize = 8;

/// Reads a plan into a root called `name`.
///
/// References are not yet edges; see `link`. The diagnostics are about what could not be read.
pub fn lower_plan(tree: &Tree<'_>, document: NodeId, name: &str) -> (Root, Vec<Diagnostic>) {
    let mut root = Root::new(name, tree.source(), Format::TerraformPlan);
    let mut diagnostics = Vec::new();
    if let Some(diagnostic) = unknown_version(tree, document) {
        diagnostics.push(diagnostic);
    }
    root.open = is_partial(tree, document) || tree.is_cut(document);
    let mut plan = Plan::new(tree, document);
    let mut drafts = Vec::with_capacity(plan.changes.len());
    let changes = std::mem::take(&mut plan.changes);
    for change in changes.iter().filter(|change| !change.is_data) {
        if let Some(draft) = plan.draft(change, &mut root.sensitive) {
            drafts.push(draft);
        }
    }
    plan.variables(document, &mut root);
    diagnostics.extend(canonical::map_drafts(drafts, &plan, &mut root));
    plan.outputs(document, &mut root);
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
    policies: HashMap<Arc<str>, Value>,
    /// Regions by `provider_config_key`.
    regions: HashMap<&'t str, Value>,
    /// Keys of the providers with default tags.
    adds_tags: HashSet<&'t str>,
    interned: HashMap<&'t str, Arc<str>>,
    /// Lists of actions that occur.
    actions: Vec<Value>,
    fallback: Span,
}

/// The attributes of a resource.
struct Attributes {
    raw: Value,
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
        let changes: Vec<Change<'t>> =
            list.into_iter().filter_map(|node| read(tree, node)).collect();
        let references = References::new(tree, tree.get(document, "configuration"));
        let mut plan = Self {
            tree,
            changes: Vec::new(),
            references,
            scopes: HashMap::new(),
            documents: HashMap::new(),
            policies: HashMap::new(),
            regions: regions(tree, document),
            adds_tags: providers_with_tags(tree, document),
            interned: HashMap::new(),
            actions: Vec::new(),
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
            &change.local,
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

    fn intern(&mut self, text: &'t str) -> Arc<str> {
        self.interned.entry(text).or_insert_with(|| text.into()).clone()
    }

    fn scope(&self, change: &Change<'t>) -> Option<Scope> {
        let scope = self.scopes.get(change.module)?.clone()?;
        Some(Scope { key: change.key.clone(), ..scope })
    }

    fn draft(&mut self, change: &Change<'t>, sensitive: &mut Vec<Span>) -> Option<Draft> {
        let tree = self.tree;
        let Nodes { after, unknown, .. } = change.nodes;
        let exists = after.is_some_and(|after| tree.kind(after) != Kind::Null);
        let is_empty = unknown.is_none_or(|unknown| tree.children(unknown).next().is_none());
        if !exists && is_empty {
            return None;
        }
        let scope = self.scope(change);
        let configured = scope.as_ref().and_then(|scope| {
            self.references.configuration.resource(scope.configuration, &change.local)
        });
        let Attributes { mut raw, unset, has_references, mentions_data } =
            self.attributes(change, scope.as_ref(), configured, sensitive);
        if mentions_data {
            self.resolve_in(&mut raw, 0);
        }
        let parent = scope.as_ref().and_then(|scope| self.parent(change, &raw, scope, configured?));
        Some(Draft {
            address: change.address.clone(),
            name: self.intern(change.name),
            source_type: self.intern(change.source_type),
            span: change.span,
            raw,
            attributes: self.beside(change, scope.as_ref(), configured),
            guard: Formula::True,
            unset,
            parent,
            has_references,
        })
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

    fn attributes(
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
        let adds_tags = provider.is_some_and(|id| self.adds_tags.contains(tree.text(id)));
        let is_identity =
            |one: &Resolved<'t>| canonical::is_identity(one.instance.source_type, one.attribute);
        let mut reader = Reader {
            tree,
            references: &self.references,
            scope,
            is_identity: &is_identity,
            sensitive,
            documents: &mut self.documents,
            fallback: change.span,
            adds_tags,
            has_references: false,
            mentions_data: false,
        };
        let mut raw = reader.value(nodes);
        let (has_references, mentions_data) = (reader.has_references, reader.mentions_data);
        if change.is_open {
            raw = raw.with(Flags::OPEN);
        }
        // What was there before may be a secret too, and is in the same text.
        sensitive_places(tree, change.before, sensitive);
        let unset = if configured.is_some() && canonical::is_split(change.source_type) {
            let written = Lookup::new(tree, expression);
            raw.entries().iter().map(|entry| written.get(&entry.key).is_none()).collect()
        } else {
            Vec::new()
        };
        Attributes { raw, unset, has_references, mentions_data }
    }

    /// What stands beside the attributes.
    fn beside(
        &mut self,
        change: &Change<'t>,
        scope: Option<&Scope>,
        configured: Option<NodeId>,
    ) -> Value {
        let tree = self.tree;
        let mut map = Map::with_capacity(4);
        let mut add = |key: Arc<str>, value: Value| {
            map.push(Entry { key, key_span: value.span, value });
        };
        if let Some(actions) = change.actions {
            let value = self.actions(actions);
            add(self.intern("actions"), value);
        }
        if !change.module.is_empty() {
            let module = self.intern(change.module);
            add(self.intern("module"), Value::string(module, change.span));
        }
        let provider = configured.and_then(|id| tree.get(id, "provider_config_key"));
        let region = provider.and_then(|id| self.regions.get(tree.text(id)));
        if let Some(region) = region.cloned() {
            add(self.intern("region"), region);
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

    /// Puts policies in the place of references to the data sources that make them.
    fn resolve_in(&mut self, value: &mut Value, depth: usize) {
        match &mut value.kind {
            ValueKind::List(items) => {
                for item in Arc::make_mut(items) {
                    self.resolve_in(item, depth);
                }
            }
            ValueKind::Map(map) => {
                for entry in Arc::make_mut(map).entries_mut() {
                    self.resolve_in(&mut entry.value, depth);
                }
            }
            ValueKind::Reference(reference) => {
                if let Some(resolved) = self.data_value(&reference.clone(), depth) {
                    let kind = resolved.kind;
                    *value = Value { kind, flags: resolved.flags.with(value.flags), ..resolved };
                }
            }
            _ => {}
        }
    }

    /// What a reference to a data source stands for; `None` for other references.
    fn data_value(&mut self, reference: &Reference, depth: usize) -> Option<Value> {
        let data = self.references.data(&reference.address)?;
        let unknown = |name: &str| Value::unknown(Reason::DataSource(name.into()), self.fallback);
        let json = matches!(&*reference.attribute, "json" | "minified_json");
        if data.source_type != "aws_iam_policy_document" || !json || depth > POLICY_DEPTH {
            return Some(unknown(&reference.address));
        }
        if let Some(policy) = self.policies.get(&reference.address) {
            return Some(policy.clone());
        }
        let policy = self.policy(&data, depth);
        self.policies.insert(reference.address.clone(), policy.clone());
        Some(policy)
    }

    /// The policy that a data source makes of its blocks.
    fn policy(&mut self, data: &Instance<'t>, depth: usize) -> Value {
        let Some(change) = read(self.tree, data.node) else {
            return Value::unknown(Reason::DataSource(data.address.clone()), self.fallback);
        };
        let scope = self.scope(&change);
        let configured = scope.as_ref().and_then(|scope| {
            self.references.configuration.resource(scope.configuration, &change.local)
        });
        let Attributes { mut raw, .. } =
            self.attributes(&change, scope.as_ref(), configured, &mut Vec::new());
        for attribute in
            ["source_json", "source_policy_documents", "override_json", "override_policy_documents"]
        {
            if let ValueKind::Map(map) = &mut raw.kind
                && let Some(entry) =
                    Arc::make_mut(map).entries_mut().iter_mut().find(|e| &*e.key == attribute)
            {
                self.resolve_in(&mut entry.value, depth + 1);
            }
        }
        let mut read = |text: &Value| match &text.kind {
            ValueKind::String(_) => self.document(text).unwrap_or_else(|()| Value {
                kind: ValueKind::Unknown(Reason::Malformed),
                ..text.clone()
            }),
            _ => text.clone(),
        };
        policy(&raw, &mut read)
    }
}

impl Documents for Plan<'_> {
    fn document(&self, text: &Value) -> Result<Value, ()> {
        let node = self.documents.get(&text.span.start).ok_or(())?;
        let segments = Segments::of_scalar(self.tree, *node).ok_or(())?;
        let ParsedTree { tree, errors } = parse_embedded_json(segments);
        let document = *tree.documents().first().ok_or(())?;
        if errors.iter().any(crate::tree::SyntaxError::is_fatal) {
            return Err(());
        }
        let value = to_value(&tree, document);
        Ok(Value { flags: value.flags.with(text.flags), ..value })
    }
}

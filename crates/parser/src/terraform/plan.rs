//! The JSON of a plan: `terraform show -json`.
//!
//! What will exist is in `resource_changes`: `planned_values` says the same again, and
//! `prior_state` what was. Data sources and the configuration fill in what is known only after
//! apply, where they can.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use trilith_graph::{
    Diagnostic, Entry, Flags, Format, Formula, Map, Reason, Reference, Resource, Root, Severity,
    Span, Value, ValueKind,
};

use super::plan_values::{Nodes, Reader};
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
    plan.resolve_policies(&mut drafts);
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
        Diagnostic::new("unknown-plan-format", Severity::Info, tree.span(version), message)
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

/// One element of `resource_changes`.
#[derive(Debug)]
struct Change<'t> {
    node: NodeId,
    nodes: Nodes,
    before: Nodes,
    actions: Option<NodeId>,
    /// Whether attributes that are missing are known after apply.
    is_open: bool,
    address: Arc<str>,
    span: Span,
    /// Type and name, with `data.` in front of those of data sources.
    local: String,
    name: &'t str,
    source_type: &'t str,
    module: &'t str,
    key: Option<String>,
    is_data: bool,
}

struct Plan<'t> {
    tree: &'t Tree<'t>,
    changes: Vec<Change<'t>>,
    references: References<'t>,
    /// Scopes of the module instances that occur.
    scopes: HashMap<&'t str, Option<Scope>>,
    documents: HashMap<u32, NodeId>,
    /// Rebuilt policies by the address of their data source.
    policies: HashMap<Arc<str>, Value>,
    /// Regions by `provider_config_key`.
    regions: HashMap<&'t str, Value>,
    /// Keys of the providers with default tags.
    adds_tags: HashSet<&'t str>,
    actions: HashMap<Vec<&'t str>, Value>,
    fallback: Span,
}

impl<'t> Plan<'t> {
    fn new(tree: &'t Tree<'t>, document: NodeId) -> Self {
        let list = match tree.get(document, "resource_changes") {
            Some(changes) => tree.items(changes).collect(),
            None => planned(tree, document),
        };
        let mut changes: Vec<Change<'t>> =
            list.into_iter().filter_map(|node| read(tree, node)).collect();
        // Two changes with one address cannot be told apart; the later one is a deposed object.
        let mut seen = HashSet::new();
        changes.retain(|change| seen.insert(change.address.clone()));
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
            actions: HashMap::new(),
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
                key: change.key.clone(),
                node: change.node,
                values: change.nodes.after,
                unknown: change.nodes.unknown,
            },
        );
        if !self.scopes.contains_key(change.module) {
            let scope = self.references.module_of(change.module).map(|configuration| Scope {
                module: change.module.to_owned(),
                configuration,
                key: None,
            });
            self.scopes.insert(change.module, scope);
        }
    }

    fn scope(&self, change: &Change<'t>) -> Option<Scope> {
        let scope = self.scopes.get(change.module)?.clone()?;
        Some(Scope { key: change.key.clone(), ..scope })
    }

    fn draft(&mut self, change: &Change<'t>, sensitive: &mut Vec<Span>) -> Option<Draft> {
        let tree = self.tree;
        let Nodes { after, unknown, .. } = change.nodes;
        let exists = after.is_some_and(|after| tree.kind(after) != Kind::Null);
        if !exists && !unknown.is_some_and(|unknown| tree.children(unknown).next().is_some()) {
            return None;
        }
        let scope = self.scope(change);
        let configured = scope.as_ref().and_then(|scope| {
            self.references.configuration.resource(scope.configuration, &change.local)
        });
        let (raw, unset) = self.attributes(change, scope.as_ref(), configured, sensitive);
        let parent = scope.as_ref().and_then(|scope| self.parent(change, &raw, scope, configured?));
        Some(Draft {
            address: change.address.clone(),
            name: change.name.into(),
            source_type: change.source_type.into(),
            span: change.span,
            raw,
            attributes: self.beside(change, scope.as_ref(), configured),
            guard: Formula::True,
            unset,
            parent,
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
    ) -> (Value, Vec<Arc<str>>) {
        let tree = self.tree;
        let expression = configured.and_then(|id| tree.get(id, "expressions"));
        let nodes = Nodes { expression, ..change.nodes };
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
        };
        let mut raw = reader.value(nodes);
        if change.is_open {
            raw = raw.with(Flags::OPEN);
        }
        // What was there before may be a secret too, and is in the same text.
        sensitive_places(tree, change.before, sensitive);
        let unset = configured.map_or_else(Vec::new, |configured| {
            let written = tree.get(configured, "expressions");
            let is_written =
                |key: &str| written.is_some_and(|written| tree.get(written, key).is_some());
            let provider = tree.get(configured, "provider_config_key");
            let adds_tags = provider.is_some_and(|id| self.adds_tags.contains(tree.text(id)));
            let keys = raw.entries().iter().filter(|entry| {
                !matches!(entry.value.kind, ValueKind::Null)
                    && !is_written(&entry.key)
                    && !(adds_tags && &*entry.key == "tags_all")
                    && !(&*entry.key == "tags_all" && matches!(entry.value.kind, ValueKind::Map(_)))
            });
            keys.map(|entry| entry.key.clone()).collect()
        });
        (raw, unset)
    }

    /// What stands beside the attributes.
    fn beside(
        &mut self,
        change: &Change<'t>,
        scope: Option<&Scope>,
        configured: Option<NodeId>,
    ) -> Value {
        let tree = self.tree;
        let mut map = Map::default();
        let mut add = |key: &str, value: Value| {
            map.push(Entry { key: key.into(), key_span: value.span, value });
        };
        if let Some(actions) = change.actions {
            let texts: Vec<&str> = tree.items(actions).map(|id| tree.text(id)).collect();
            let value = self.actions.entry(texts).or_insert_with(|| to_value(tree, actions));
            add("actions", Value { span: tree.span(actions), ..value.clone() });
        }
        if !change.module.is_empty() {
            add("module", Value::string(change.module, change.span));
        }
        let provider = configured.and_then(|id| tree.get(id, "provider_config_key"));
        let region = provider.and_then(|id| self.regions.get(tree.text(id)));
        if let Some(region) = region {
            add("region", region.clone());
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
                add("DependsOn", Value::list(references, tree.span(orders)));
            }
        }
        Value::map(map, change.span)
    }

    /// Puts policies in the place of references to the data sources that make them.
    fn resolve_policies(&mut self, drafts: &mut [Draft]) {
        for draft in drafts {
            let ValueKind::Map(map) = &draft.raw.kind else { continue };
            let has = map.entries().iter().any(|entry| mentions_data(&entry.value));
            if has {
                self.resolve_in(&mut draft.raw, 0);
            }
        }
    }

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
        let (mut raw, _) = self.attributes(&change, scope.as_ref(), configured, &mut Vec::new());
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

    /// Input variables as resources.
    fn variables(&mut self, document: NodeId, root: &mut Root) {
        let tree = self.tree;
        let declared = tree.get_path(document, &["configuration", "root_module", "variables"]);
        let given = tree.get(document, "variables");
        let mut seen = HashSet::new();
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
            root.resources.push(resource);
        }
    }

    /// Outputs as resources.
    fn outputs(&mut self, document: NodeId, root: &mut Root) {
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
                module: String::new(),
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
                fallback: member.key_span,
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
            root.resources.push(beside_resource(
                "output",
                "output",
                Resource::OUTPUT,
                &member,
                map,
            ));
        }
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

fn named(member: &crate::tree::Member<'_>) -> Map {
    let mut map = Map::default();
    let name = Value::string(member.key.clone(), member.key_span);
    map.push(Entry { key: "Name".into(), key_span: member.key_span, value: name });
    map
}

fn beside_resource(
    prefix: &str,
    source_type: &str,
    resource_type: &str,
    member: &crate::tree::Member<'_>,
    properties: Map,
) -> Resource {
    let properties = Value::map(properties, member.key_span);
    Resource {
        root: trilith_graph::RootId(0),
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

fn mentions_data(value: &Value) -> bool {
    match &value.kind {
        ValueKind::Reference(reference) => {
            reference.address.starts_with("data.") || reference.address.contains(".data.")
        }
        ValueKind::List(items) => items.iter().any(mentions_data),
        ValueKind::Map(map) => map.entries().iter().any(|entry| mentions_data(&entry.value)),
        _ => false,
    }
}

fn sensitive_places(tree: &Tree<'_>, nodes: Nodes, places: &mut Vec<Span>) {
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
fn planned(tree: &Tree<'_>, document: NodeId) -> Vec<NodeId> {
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

/// Reads one element of `resource_changes` or of the resources of `planned_values`. A deposed
/// object is about to be destroyed and is none.
fn read<'t>(tree: &'t Tree<'_>, node: NodeId) -> Option<Change<'t>> {
    let text = |key: &str| tree.get(node, key).and_then(|id| tree.string(id));
    let source_type = text("type")?;
    let name = text("name")?;
    if text("deposed").is_some() {
        return None;
    }
    let change = tree.get(node, "change");
    let of = |key: &str| change.and_then(|change| tree.get(change, key));
    let nodes = Nodes {
        after: of("after").or_else(|| tree.get(node, "values")),
        unknown: of("after_unknown"),
        sensitive: of("after_sensitive").or_else(|| tree.get(node, "sensitive_values")),
        expression: None,
    };
    let before =
        Nodes { after: of("before"), sensitive: of("before_sensitive"), ..Nodes::default() };
    let is_data = text("mode") == Some("data");
    let local = format!("{}{source_type}.{name}", if is_data { "data." } else { "" });
    let key = tree.get(node, "index").map(|id| match tree.kind(id) {
        Kind::String => {
            format!("\"{}\"", tree.text(id).replace('\\', "\\\\").replace('"', "\\\""))
        }
        _ => tree.text(id).to_owned(),
    });
    let written = tree.get(node, "address").filter(|id| tree.string(*id).is_some());
    let module = match (text("module_address"), written) {
        (Some(module), _) => module,
        // `planned_values` names the module in the address alone.
        (None, Some(id)) => {
            let address = tree.text(id);
            let end = super::address::module_end(address);
            &address[..end]
        }
        (None, None) => "",
    };
    let (address, span) = match written {
        Some(id) => (tree.text(id).into(), tree.text_span(id)),
        None => {
            let dot = if module.is_empty() { "" } else { "." };
            let key = key.as_ref().map_or(String::new(), |key| format!("[{key}]"));
            let span = tree.get(node, "name").map_or(tree.span(node), |id| tree.text_span(id));
            (format!("{module}{dot}{local}{key}").into(), span)
        }
    };
    Some(Change {
        node,
        nodes,
        before,
        actions: of("actions"),
        is_open: change.is_none(),
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

fn providers<'t>(
    tree: &'t Tree<'_>,
    document: NodeId,
) -> impl Iterator<Item = crate::tree::Member<'t>> {
    let providers = tree.get_path(document, &["configuration", "provider_config"]);
    providers.into_iter().flat_map(|id| tree.own_members(id))
}

/// The regions that the configuration gives its providers.
fn regions<'t>(tree: &'t Tree<'_>, document: NodeId) -> HashMap<&'t str, Value> {
    providers(tree, document)
        .filter_map(|member| {
            let path = ["expressions", "region", "constant_value"];
            Some((member.key.as_ref(), to_value(tree, tree.get_path(member.value, &path)?)))
        })
        .collect()
}

fn providers_with_tags<'t>(tree: &'t Tree<'_>, document: NodeId) -> HashSet<&'t str> {
    let has_tags = |member: &crate::tree::Member<'_>| {
        tree.get_path(member.value, &["expressions", "default_tags"]).is_some()
    };
    providers(tree, document).filter(has_tags).map(|member| member.key.as_ref()).collect()
}

//! The attributes of a planned resource.
//!
//! A plan writes a resource three times over: `after` has the values, `after_unknown` says which
//! of them are known after apply, `after_sensitive` which must not be shown. The three are walked
//! side by side. `null` in `after` means "not given" only where `after_unknown` does not say
//! that it is unknown.

use rustc_hash::FxHashMap as HashMap;
use std::sync::Arc;

use trilith_graph::{Entry, Flags, Map, Reason, Span, Value, ValueKind};

use super::references::{References, Resolved, Scope};
use super::secret_names::is_secret;
use super::texts::Texts;
use crate::tree::{Kind, Member, NodeId, Tree};

/// Members up to which a linear search is as good as an index.
const SMALL: usize = 32;

/// The nodes that speak of one value.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Nodes {
    pub(super) after: Option<NodeId>,
    pub(super) unknown: Option<NodeId>,
    pub(super) sensitive: Option<NodeId>,
    /// In the configuration.
    pub(super) expression: Option<NodeId>,
}

/// Reads the values of one resource.
pub(super) struct Reader<'r, 't> {
    pub(super) tree: &'t Tree<'t>,
    pub(super) references: &'r References<'t>,
    /// Where the expressions stand; `None` without a configuration.
    pub(super) scope: Option<&'r Scope>,
    /// Attributes that say which resource another one is: `id`, `arn` and what `Ref` gives.
    pub(super) is_identity: &'r dyn Fn(&Resolved<'t>) -> bool,
    /// Places of sensitive values.
    pub(super) sensitive: &'r mut Vec<Span>,
    /// Texts that may be documents, by the place where they start.
    pub(super) documents: &'r mut HashMap<u32, NodeId>,
    /// The texts of the plan.
    pub(super) texts: &'r mut Texts,
    /// Where to point for what is nowhere written.
    pub(super) fallback: Span,
    /// Whether the provider adds tags to those that are written.
    pub(super) adds_tags: bool,
    /// Set where a value refers to something.
    pub(super) has_references: bool,
    /// Set where a value refers to a data source.
    pub(super) mentions_data: bool,
}

impl<'t> Reader<'_, 't> {
    /// The value that the nodes speak of.
    pub(super) fn value(&mut self, nodes: Nodes) -> Value {
        let mut value = self.plain(nodes);
        if nodes.sensitive.is_some_and(|id| self.tree.kind(id) == Kind::Bool(true)) {
            self.hide(nodes, &mut value);
        }
        value
    }

    /// Marks a value as secret, wherever it is written.
    fn hide(&mut self, nodes: Nodes, value: &mut Value) {
        let constant = nodes.expression.and_then(|id| self.tree.get(id, "constant_value"));
        let places = nodes.after.into_iter().chain(constant);
        self.sensitive.extend(places.map(|id| self.tree.span(id)));
        mark_sensitive(value);
    }

    fn plain(&mut self, nodes: Nodes) -> Value {
        if nodes.unknown.is_some_and(|id| self.tree.kind(id) == Kind::Bool(true)) {
            let span = nodes.unknown.map_or(self.fallback, |id| self.tree.span(id));
            return self.unknown(nodes.expression, span);
        }
        let Some(after) = nodes.after else { return self.missing(nodes) };
        let span = self.tree.span(after);
        match self.tree.kind(after) {
            Kind::Null => Value::new(ValueKind::Null, span),
            Kind::Bool(value) => Value::new(ValueKind::Bool(value), span),
            Kind::Int(value) => Value::new(ValueKind::Int(value), span),
            Kind::Float(value) => Value::new(ValueKind::Float(value), span),
            Kind::String | Kind::PlainString => self.text(after, nodes.expression, span),
            Kind::List => self.list(nodes, span).with(self.cut(after)),
            Kind::Map => Value::map(self.members(nodes), span).with(self.cut(after)),
            Kind::Alias(_) => Value::unknown(Reason::Malformed, span),
        }
    }

    /// What is only mentioned in `after_unknown`.
    fn missing(&mut self, nodes: Nodes) -> Value {
        let null = Value::new(ValueKind::Null, self.fallback);
        let Some(unknown) = nodes.unknown else { return null };
        let span = self.tree.span(unknown);
        match self.tree.kind(unknown) {
            Kind::List if self.tree.items(unknown).next().is_some() => self.list(nodes, span),
            Kind::Map => {
                let members = self.members(nodes);
                if members.is_empty() { null } else { Value::map(members, span) }
            }
            _ => null,
        }
    }

    fn cut(&self, id: NodeId) -> Flags {
        if self.tree.is_cut(id) { Flags::OPEN } else { Flags::NONE }
    }

    /// Known text. Where it names another resource of the plan, it becomes a reference to that.
    fn text(&mut self, id: NodeId, expression: Option<NodeId>, span: Span) -> Value {
        let text = self.tree.text(id);
        if text.starts_with(['{', '[', ' ', '\n', '\t', '\r']) {
            self.documents.insert(span.start, id);
        } else if let (Some(expression), Some(scope)) = (expression, self.scope) {
            let named = self.references.all(expression, scope).and_then(|all| {
                all.into_iter().find(|one| {
                    (self.is_identity)(one)
                        && self.references.known_text(&one.instance, one.attribute) == Some(text)
                })
            });
            if let Some(resolved) = named {
                self.has_references = true;
                let kind = ValueKind::Reference(Arc::new(resolved.reference()));
                return Value::new(kind, span);
            }
        }
        Value::string(self.texts.share(text), span)
    }

    /// A value that is known after apply: a reference, if nothing else can be meant.
    fn unknown(&mut self, expression: Option<NodeId>, span: Span) -> Value {
        let computed = Value::unknown(Reason::ComputedAfterApply, span);
        let (Some(expression), Some(scope)) = (expression, self.scope) else { return computed };
        let Some(all) = self.references.all(expression, scope) else { return computed };
        // An attribute that is known cannot be what makes the value unknown; then the expression
        // does more than refer.
        let is_whole =
            |one: &Resolved<'t>| self.references.is_unknown(&one.instance, one.attribute);
        if all.is_empty() || !all.iter().all(is_whole) {
            return computed;
        }
        let reference =
            |one: &Resolved<'t>| Value::new(ValueKind::Reference(Arc::new(one.reference())), span);
        self.has_references = true;
        self.mentions_data |= all.iter().any(Resolved::is_data);
        match all.as_slice() {
            [one] => reference(one),
            // A list of these, most likely, but perhaps of more.
            several => Value::list(several.iter().map(reference).collect(), span).with(Flags::OPEN),
        }
    }

    fn list(&mut self, nodes: Nodes, span: Span) -> Value {
        let items = self.items(nodes.after);
        let unknown = self.items(nodes.unknown);
        let sensitive = self.items(nodes.sensitive);
        let blocks = self.items(nodes.expression);
        let mut element = self.elements(nodes.expression, &unknown);
        let count = items.len().max(unknown.len());
        let mut values = Vec::with_capacity(count);
        for at in 0..count {
            let is_unknown =
                unknown.get(at).is_some_and(|id| self.tree.kind(*id) == Kind::Bool(true));
            let known = match (is_unknown, element.as_mut()) {
                (true, Some(references)) => references.next(),
                _ => None,
            };
            if let Some(reference) = known {
                let span = items.get(at).or(unknown.get(at)).map(|id| self.tree.span(*id));
                values.push(Value { span: span.unwrap_or(self.fallback), ..reference });
                continue;
            }
            values.push(self.value(Nodes {
                after: items.get(at).copied(),
                unknown: unknown.get(at).copied(),
                sensitive: sensitive.get(at).copied(),
                expression: blocks.get(at).copied().or(nodes.expression.filter(|_| {
                    // The expression of a whole list speaks of each known element too.
                    blocks.is_empty() && !is_unknown
                })),
            }));
        }
        Value::list(values, span)
    }

    fn items(&self, id: Option<NodeId>) -> Vec<NodeId> {
        id.into_iter().flat_map(|id| self.tree.items(id)).collect()
    }

    /// What the unknown elements of a list are, if there are as many references as those.
    fn elements(
        &mut self,
        expression: Option<NodeId>,
        unknown: &[NodeId],
    ) -> Option<std::vec::IntoIter<Value>> {
        let count = unknown.iter().filter(|id| self.tree.kind(**id) == Kind::Bool(true)).count();
        let expression = expression.filter(|_| count > 0)?;
        let all = self.references.all(expression, self.scope?)?;
        let unknown = |one: &Resolved<'t>| self.references.is_unknown(&one.instance, one.attribute);
        self.has_references = true;
        self.mentions_data |= all.iter().any(Resolved::is_data);
        let values: Vec<Value> = all
            .iter()
            .filter(|one| unknown(one))
            .map(|one| Value::new(ValueKind::Reference(Arc::new(one.reference())), self.fallback))
            .collect();
        (values.len() == count).then(|| values.into_iter())
    }

    /// The members of a map, those that are only known after apply too.
    ///
    /// What is known after apply and not written in the configuration is left out: the provider
    /// decides it, as it does where a template leaves a property out.
    fn members(&mut self, nodes: Nodes) -> Map {
        let tree = self.tree;
        let unknown = Lookup::new(tree, nodes.unknown);
        let sensitive = Lookup::new(tree, nodes.sensitive);
        let expressions = Lookup::new(tree, nodes.expression);
        let mut seen = vec![false; unknown.members.len()];
        let written = nodes.after.map_or(0, |id| tree.own_members(id).count());
        let mut map = Map::with_capacity(written);
        let mut last: Option<&str> = None;
        let mut sorted = true;
        for member in nodes.after.into_iter().flat_map(|id| tree.own_members(id)) {
            sorted &= last.is_none_or(|last| last < &**member.key);
            last = Some(member.key);
            let unknown_at = unknown.position(member.key);
            if let Some(at) = unknown_at {
                seen[at] = true;
            }
            let nodes = Nodes {
                after: Some(member.value),
                unknown: unknown_at.map(|at| unknown.members[at].value),
                sensitive: sensitive.get(member.key),
                expression: expressions.get(member.key),
            };
            let mut value = self.value(nodes);
            let is_marked = value.flags.has(Flags::SENSITIVE);
            if !is_marked && matches!(value.kind, ValueKind::String(_)) && is_secret(member.key) {
                self.hide(nodes, &mut value);
            }
            let entry = Entry { key: member.key.clone(), key_span: member.key_span, value };
            // Terraform writes keys in order, so that none can occur twice.
            if sorted {
                map.push(entry);
            } else {
                map.insert(entry.key, entry.key_span, entry.value);
            }
        }
        let is_block = is_block(tree, nodes.expression);
        for (at, member) in unknown.members.iter().enumerate() {
            let expression = expressions.get(member.key);
            let is_kept = !is_block
                || expression.is_some()
                || (self.adds_tags && &**member.key == "tags_all");
            if seen[at] || !is_kept || tree.kind(member.value) == Kind::Bool(false) {
                continue;
            }
            let value = self.value(Nodes {
                after: None,
                unknown: Some(member.value),
                sensitive: sensitive.get(member.key),
                expression,
            });
            // What is unknown only in part is written in `after`; an empty list or map here says
            // nothing.
            if !matches!(value.kind, ValueKind::Null) {
                map.push(Entry { key: member.key.clone(), key_span: member.key_span, value });
            }
        }
        map.shrink_to_fit();
        map
    }
}

/// Whether an expression is that of a block: the expressions of its attributes by name.
fn is_block(tree: &Tree<'_>, expression: Option<NodeId>) -> bool {
    expression.is_some_and(|id| {
        tree.kind(id) == Kind::Map
            && tree.get(id, "references").is_none()
            && tree.get(id, "constant_value").is_none()
    })
}

/// Whether anything is marked.
pub(super) fn has_true(tree: &Tree<'_>, id: NodeId) -> bool {
    match tree.kind(id) {
        Kind::Bool(value) => value,
        Kind::List | Kind::Map => tree.children(id).any(|inner| has_true(tree, inner)),
        _ => false,
    }
}

/// The members of a map, to be found by key.
pub(super) struct Lookup<'t> {
    members: Vec<Member<'t>>,
    index: HashMap<&'t str, usize>,
}

impl<'t> Lookup<'t> {
    pub(super) fn new(tree: &'t Tree<'_>, id: Option<NodeId>) -> Self {
        let mut members = Vec::new();
        if let Some(id) = id.filter(|id| tree.kind(*id) == Kind::Map) {
            members.extend(tree.own_members(id));
        }
        let index = if members.len() > SMALL {
            members.iter().enumerate().map(|(at, member)| (member.key.as_ref(), at)).collect()
        } else {
            HashMap::default()
        };
        Self { members, index }
    }

    fn position(&self, key: &Arc<str>) -> Option<usize> {
        if !self.index.is_empty() {
            return self.index.get(key.as_ref()).copied();
        }
        // Keys are interned: the same key is the same text in memory.
        self.members.iter().position(|member| Arc::ptr_eq(member.key, key))
    }

    pub(super) fn get(&self, key: &Arc<str>) -> Option<NodeId> {
        self.position(key).map(|at| self.members[at].value)
    }
}

/// Marks a value and all that is inside of it as secret.
pub(super) fn mark_sensitive(value: &mut Value) {
    value.flags = value.flags.with(Flags::SENSITIVE);
    match &mut value.kind {
        ValueKind::List(items) => Arc::make_mut(items).iter_mut().for_each(mark_sensitive),
        ValueKind::Map(map) => {
            for entry in Arc::make_mut(map).entries_mut() {
                mark_sensitive(&mut entry.value);
            }
        }
        _ => {}
    }
}

//! The resources that the blocks of a module make, as they are written.

use std::sync::Arc;

use trilith_graph::{Entry, Flags, Formula, Map, Reason, Reference, Span, Value, ValueKind};

use super::body::{Texts, body_value};
use super::calls::Calls;
use super::directory::Section;
use super::instance::Module;
use super::instances::Instances;
use super::providers::Provider;
use crate::canonical::Draft;
use crate::hcl::{Bindings, Block, Expression, ExpressionKind, Scope, StepKind};

/// Arguments and blocks that are about a resource block and not about what it makes.
const META: [&str; 8] = [
    "count",
    "for_each",
    "provider",
    "depends_on",
    "lifecycle",
    "provisioner",
    "connection",
    "timeouts",
];

impl<'a> Module<'a> {
    /// Adds the resources of the module and of those that it calls. False if there may be more
    /// that cannot be seen.
    pub(super) fn collect(&'a self, drafts: &mut Vec<Draft>, modules: &mut Vec<&'a Self>) -> bool {
        modules.push(self);
        let mut is_whole = !self.directory.is_cut;
        for at in 0..self.directory.resources.len() {
            self.drafts(at, drafts);
        }
        for at in 0..self.directory.calls.len() {
            match self.calls(at) {
                Some(Calls::Made(made)) => {
                    for module in &made.modules {
                        is_whole &= module.collect(drafts, modules);
                    }
                }
                _ => is_whole = false,
            }
        }
        is_whole
    }

    fn drafts(&'a self, at: usize, drafts: &mut Vec<Draft>) {
        let block = self.directory.resource(at);
        let mut one = |key: &str, guard: &Formula, scope: &dyn Scope| {
            drafts.push(self.draft(block, key, guard, scope));
        };
        let symbolic = |name: &'static str, span: Span| {
            let unknown = Value::unknown(Reason::Undecided, span);
            Bindings::new(self.scope()).bind(name, unknown)
        };
        match self.instances(Section::Resource, at) {
            Some(Instances::Single) => {
                self.world.take_resources(1);
                one("", &Formula::True, self.scope());
            }
            Some(Instances::Keyed(list)) if self.world.take_resources(list.len()) => {
                for instance in list {
                    let scope = Bindings::new(self.scope())
                        .bind(instance.name, instance.value.clone())
                        .label(instance.key.clone());
                    one(&instance.key, &instance.guard, &scope);
                }
            }
            Some(Instances::Unknown(name, span)) => {
                one("", &Formula::True, &symbolic(name, *span));
            }
            Some(Instances::Keyed(list)) => {
                let name = list.first().map_or("each", |instance| instance.name);
                one("", &Formula::True, &symbolic(name, block.header_span()));
            }
            None => one("", &Formula::True, &symbolic("each", block.header_span())),
        }
    }

    fn draft(&'a self, block: &Block, key: &str, guard: &Formula, scope: &dyn Scope) -> Draft {
        let label = |at: usize| block.label(at).cloned().unwrap_or_else(|| "".into());
        let (source_type, name) = (label(0), label(1));
        let span = block.header_span();
        let provider = self.providers().of(block);
        let mut texts = self.world.texts.borrow_mut();
        let mut raw = body_value(&block.body, span, &META, scope, &mut texts);
        let tags = provider.and_then(|provider| provider.tags.as_ref());
        if let (Some(defaults), ValueKind::Map(map)) = (tags, &mut raw.kind) {
            add_default_tags(Arc::make_mut(map), defaults, span);
        }
        Draft {
            address: format!("{}{source_type}.{name}{key}", self.prefix).into(),
            name,
            source_type,
            span,
            raw,
            attributes: self.beside(block, span, scope, provider),
            guard: Formula::all([self.guard.clone(), guard.clone()]),
            unset: Vec::new(),
            has_references: true,
            parent: None,
        }
    }

    /// What stands beside the attributes: the order of creation, the lifecycle, the region.
    fn beside(
        &self,
        block: &Block,
        span: Span,
        scope: &dyn Scope,
        provider: Option<&Provider>,
    ) -> Value {
        let mut map = Map::default();
        if let Some(order) = block.body.attribute("depends_on") {
            let references: Vec<Value> = match &order.value.kind {
                ExpressionKind::List(items) => {
                    items.iter().filter_map(|item| named(item, &self.prefix)).collect()
                }
                _ => Vec::new(),
            };
            let value = Value::list(references, order.value.span);
            map.push(Entry { key: "DependsOn".into(), key_span: order.name_span, value });
        }
        if let Some(lifecycle) = block.body.blocks_of("lifecycle").next() {
            let mut texts = Texts::default();
            let value = body_value(&lifecycle.body, lifecycle.span, &[], scope, &mut texts);
            map.push(Entry { key: "lifecycle".into(), key_span: lifecycle.type_span, value });
        }
        if let Some(region) = provider.and_then(|provider| provider.region.clone()) {
            map.push(Entry { key: "region".into(), key_span: region.span, value: region });
        }
        Value::map(map, span)
    }
}

/// `tags_all`: the provider's tags and the resource's own, which come first.
fn add_default_tags(map: &mut Map, defaults: &Value, span: Span) {
    let own = map.get("tags").cloned();
    let all = match (own.as_ref().map(|own| &own.kind), &defaults.kind) {
        (None | Some(ValueKind::Null), _) => defaults.clone(),
        (Some(ValueKind::Map(own)), ValueKind::Map(defaults)) => {
            let mut all = Map::clone(own);
            for entry in defaults.entries() {
                if all.get(&entry.key).is_none() {
                    all.push(entry.clone());
                }
            }
            Value::map(all, span)
        }
        _ => Value::unknown(Reason::Undecided, span),
    };
    let open = |value: &Value| value.flags.has(Flags::OPEN);
    let is_open = open(defaults) || own.as_ref().is_some_and(open);
    let all = if is_open { all.with(Flags::OPEN) } else { all };
    map.get_or_insert_with("tags", span, || Value::new(ValueKind::Null, span));
    map.insert("tags_all", span, all.with(Flags::SYNTHETIC));
}

/// The resource that an element of `depends_on` names.
fn named(expression: &Expression, prefix: &str) -> Option<Value> {
    let ExpressionKind::Traversal(traversal) = &expression.kind else { return None };
    let ExpressionKind::Variable(kind) = &traversal.root.kind else { return None };
    let StepKind::Attribute(name) = &traversal.steps.first()?.kind else { return None };
    let address = format!("{prefix}{kind}.{name}");
    let reference = Reference { address: address.into(), attribute: "".into() };
    Some(Value::new(ValueKind::Reference(Arc::new(reference)), expression.span))
}

//! What an expression of a plan's configuration refers to.
//!
//! The plan gives for an expression nothing but the references in it. One that leads to a single
//! attribute which is itself known after apply is taken to be that attribute; whatever is less
//! certain stays unknown.

use rustc_hash::FxHashMap as HashMap;
use std::borrow::Cow;
use std::sync::Arc;

use trilith_graph::Reference;

use super::address::{self, Target};
use super::configuration::Configuration;
use crate::tree::{Kind, NodeId, Tree};

/// References that are looked at for one expression, through all modules.
const LIMIT: usize = 256;

/// The instances of a plan, and how they refer to each other.
pub(super) struct References<'t> {
    tree: &'t Tree<'t>,
    pub(super) configuration: Configuration<'t>,
    /// By module address, then by address without module and key.
    instances: HashMap<&'t str, HashMap<Cow<'t, str>, Vec<Instance<'t>>>>,
    /// Data sources by full address.
    data: HashMap<Arc<str>, Instance<'t>>,
    modules: HashMap<String, Option<usize>>,
}

/// One instance of a resource or data source.
#[derive(Debug, Clone)]
pub(super) struct Instance<'t> {
    /// Its full address.
    pub(super) address: Arc<str>,
    /// Its type.
    pub(super) source_type: &'t str,
    /// Whether it is a data source.
    pub(super) is_data: bool,
    /// What stands in brackets behind its name.
    pub(super) key: Option<String>,
    /// Its element of `resource_changes`.
    pub(super) node: NodeId,
    /// Its attributes.
    pub(super) values: Option<NodeId>,
    /// Which of them are known after apply; where the plan does not say, those that are missing.
    pub(super) unknown: Option<NodeId>,
}

/// Where an expression stands.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    /// Address of the module instance; empty for the root module.
    pub(super) module: Arc<str>,
    /// Its module in the configuration.
    pub(super) configuration: usize,
    /// Instance key of the resource that holds the expression.
    pub(super) key: Option<String>,
}

/// A resolved reference.
#[derive(Debug, Clone)]
pub(super) struct Resolved<'t> {
    /// What is referred to.
    pub(super) instance: Instance<'t>,
    /// The attribute; empty for the whole.
    pub(super) attribute: &'t str,
}

impl Resolved<'_> {
    /// Whether the target is a data source.
    pub(super) fn is_data(&self) -> bool {
        self.instance.is_data
    }

    /// As a value has it.
    pub(super) fn reference(&self) -> Reference {
        Reference { address: self.instance.address.clone(), attribute: self.attribute.into() }
    }
}

impl<'t> References<'t> {
    pub(super) fn new(tree: &'t Tree<'t>, configuration: Option<NodeId>) -> Self {
        Self {
            tree,
            configuration: Configuration::new(tree, configuration),
            instances: HashMap::default(),
            data: HashMap::default(),
            modules: HashMap::default(),
        }
    }

    /// Adds an instance; `local` is its address without module and key.
    pub(super) fn add(&mut self, module: &'t str, local: Cow<'t, str>, instance: Instance<'t>) {
        if instance.is_data {
            self.data.insert(instance.address.clone(), instance.clone());
        }
        let here = self.instances.entry(module).or_default();
        // Most blocks have one instance.
        here.entry(local).or_insert_with(|| Vec::with_capacity(1)).push(instance);
    }

    /// The data source with a full address.
    pub(super) fn data(&self, address: &str) -> Option<Instance<'t>> {
        self.data.get(address).cloned()
    }

    /// Whether an address is one of the plan.
    pub(super) fn is_planned(&self, address: &str) -> bool {
        let (module, rest) = address.split_at(address::module_end(address));
        let block = address::without_keys(rest);
        let instances = self.instances.get(module).and_then(|here| here.get(block.as_str()));
        instances.is_some_and(|all| all.iter().any(|instance| *instance.address == *address))
    }

    /// The instance that a text such as an element of `depends_on` names.
    pub(super) fn named(&self, text: &'t str, scope: &Scope) -> Option<Instance<'t>> {
        match address::target(text) {
            Target::Resource { address, key, .. } => {
                self.instance(&scope.module, address, key, scope.key.as_deref())
            }
            _ => None,
        }
    }

    /// The module of the configuration that a module instance is one of.
    pub(super) fn module_of(&mut self, module: &str) -> Option<usize> {
        if let Some(known) = self.modules.get(module) {
            return *known;
        }
        let mut at = self.configuration.root();
        // `module.a["k"].module.b`: every second step is a name.
        for step in address::steps(module).iter().skip(1).step_by(2) {
            at = at.and_then(|at| self.configuration.child(at, step.name));
        }
        self.modules.insert(module.to_owned(), at);
        at
    }

    /// Every reference of an expression, resolved; `None` if one of them cannot be.
    pub(super) fn all(&self, expression: NodeId, scope: &Scope) -> Option<Vec<Resolved<'t>>> {
        self.all_from(expression, scope, &mut { LIMIT }, false)
    }

    /// The references of an expression that can be resolved.
    pub(super) fn some(&self, expression: NodeId, scope: &Scope) -> Vec<Resolved<'t>> {
        self.all_from(expression, scope, &mut { LIMIT }, true).unwrap_or_default()
    }

    fn all_from(
        &self,
        expression: NodeId,
        scope: &Scope,
        budget: &mut usize,
        lenient: bool,
    ) -> Option<Vec<Resolved<'t>>> {
        let list = self.tree.get(expression, "references")?;
        let items = self.tree.items(list).take(*budget + 1);
        let texts: Vec<&str> = items.filter_map(|id| self.tree.string(id)).collect();
        *budget = budget.checked_sub(texts.len() + 1)?;
        // They pick an instance; the reference that they are part of says of what.
        let picks = |text: &str| text.starts_with("each.") || text.starts_with("count.");
        let is_pick = texts.iter().any(|text| picks(text));
        let mut found = Vec::new();
        for text in most_specific(&texts) {
            if text.starts_with("each.key") || text.starts_with("count.") {
                continue;
            }
            match self.one(text, scope, is_pick, budget, lenient) {
                Some(mut resolved) => found.append(&mut resolved),
                None if lenient => {}
                None => return None,
            }
        }
        Some(found)
    }

    fn one(
        &self,
        text: &'t str,
        scope: &Scope,
        is_pick: bool,
        budget: &mut usize,
        lenient: bool,
    ) -> Option<Vec<Resolved<'t>>> {
        match address::target(text) {
            // `x[*].id` loses its attribute: all of the instances are meant.
            Target::Resource { address, key: None, attribute: None } if !is_pick => {
                let all = self.instances.get(&*scope.module)?.get(address)?;
                *budget = budget.checked_sub(all.len())?;
                Some(
                    all.iter()
                        .map(|one| Resolved { instance: one.clone(), attribute: "" })
                        .collect(),
                )
            }
            Target::Resource { address, key, attribute } if !address::is_nested(text) => {
                let instance = self.instance(&scope.module, address, key, scope.key.as_deref())?;
                let attribute = attribute.unwrap_or_default();
                Some(vec![Resolved { instance, attribute }])
            }
            Target::Variable(name) => {
                let module = self.configuration.module(scope.configuration);
                let argument = self.tree.get(module.arguments?, name)?;
                let outer = self.outer(scope)?;
                self.all_from(argument, &outer, budget, lenient)
            }
            Target::Module { name, key, output } => {
                let child = self.configuration.child(scope.configuration, name)?;
                let output = self.configuration.output(child, output?)?;
                let dot = if scope.module.is_empty() { "" } else { "." };
                let key = key.map_or(String::new(), |key| format!("[{key}]"));
                let module = format!("{}{dot}module.{name}{key}", scope.module).into();
                let inner = Scope { module, configuration: child, key: None };
                self.all_from(output, &inner, budget, lenient)
            }
            Target::Resource { .. } | Target::Local(_) | Target::Other => None,
        }
    }

    /// The scope of the call of a module.
    fn outer(&self, scope: &Scope) -> Option<Scope> {
        let configuration = self.configuration.module(scope.configuration).parent?;
        let steps = address::steps(&scope.module);
        let [.., before, own] = steps.as_slice() else { return None };
        let module = scope.module[..before.start].trim_end_matches('.').into();
        Some(Scope { module, configuration, key: own.key.map(str::to_owned) })
    }

    fn instance(
        &self,
        module: &str,
        address: &str,
        key: Option<&str>,
        own_key: Option<&str>,
    ) -> Option<Instance<'t>> {
        let instances = self.instances.get(module)?.get(address)?;
        let with_key = |key: &str| instances.iter().find(|one| one.key.as_deref() == Some(key));
        let found = match (key, instances.as_slice()) {
            (Some(key), _) if with_key(key).is_some() => with_key(key),
            (_, [only]) => Some(only),
            // `x[count.index]` and `x[each.key]` lose their index: an instance with the key of
            // the referring one is what such a pair is written for.
            _ => own_key.and_then(with_key),
        };
        found.cloned()
    }

    /// Whether an attribute of an instance is known after apply.
    pub(super) fn is_unknown(&self, instance: &Instance<'_>, attribute: &str) -> bool {
        // A reference to the whole stands for what it is known by.
        let attribute = if attribute.is_empty() { "id" } else { attribute };
        match (instance.unknown, instance.values) {
            (Some(unknown), _) => {
                let unknown = self.tree.get(unknown, attribute);
                unknown.is_some_and(|unknown| self.tree.kind(unknown) == Kind::Bool(true))
            }
            (None, Some(values)) => self.tree.get(values, attribute).is_none(),
            (None, None) => true,
        }
    }

    /// A text attribute of an instance, where it is known.
    pub(super) fn known_text(&self, instance: &Instance<'_>, attribute: &str) -> Option<&'t str> {
        self.tree.get(instance.values?, attribute).and_then(|id| self.tree.string(id))
    }
}

/// The references without those that another one continues: the plan lists `x.y.id` and `x.y`.
fn most_specific<'t>(texts: &[&'t str]) -> Vec<&'t str> {
    let mut kept: Vec<&'t str> = Vec::new();
    for text in texts {
        let continued = kept.iter().any(|longer| {
            longer
                .strip_prefix(text)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        });
        if !continued {
            kept.push(text);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_most_specific_references_count() {
        let texts = ["aws_a.x[0].id", "aws_a.x[0]", "aws_a.x", "aws_a.xy.id", "aws_a.xy"];
        assert_eq!(most_specific(&texts), ["aws_a.x[0].id", "aws_a.xy.id"]);
    }
}

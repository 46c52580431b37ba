//! The provider configurations of a module: its own, and those that its caller hands down.

use std::collections::HashMap;
use std::sync::Arc;

use trilith_graph::Value;

use super::instance::Module;
use crate::hcl::{Block, Expression, ExpressionKind, ObjectKey, StepKind, evaluate};

/// What a provider configuration says about the resources that use it.
#[derive(Debug, Clone, Default)]
pub(super) struct Provider {
    pub(super) region: Option<Value>,
    pub(super) tags: Option<Value>,
}

/// The configurations that a module can use, by the name that resources use: `aws`, `aws.west`.
#[derive(Debug, Default)]
pub(super) struct Providers {
    by_name: HashMap<Arc<str>, Provider>,
}

impl Providers {
    /// The configuration of a resource or data source.
    pub(super) fn of(&self, block: &Block) -> Option<&Provider> {
        let own = block.body.attribute("provider").and_then(|given| name_of(&given.value));
        match own {
            Some(name) => self.by_name.get(&name),
            None => {
                let kind = block.label(0)?;
                self.by_name.get(kind.split('_').next().unwrap_or_default())
            }
        }
    }
}

impl<'a> Module<'a> {
    /// The provider configurations of the module.
    pub(super) fn providers(&'a self) -> &'a Providers {
        if let Some(found) = self.providers.get() {
            return found;
        }
        let mut by_name = self.handed_down();
        for at in &self.directory.providers {
            let block = &self.directory.blocks[*at];
            let Some(name) = block.label(0) else { continue };
            let name = match block.body.attribute("alias").map(|alias| &alias.value.kind) {
                Some(ExpressionKind::String(alias)) => format!("{name}.{alias}").into(),
                Some(_) => continue,
                None => name.clone(),
            };
            let value =
                |attribute: &crate::hcl::Attribute| evaluate(&attribute.value, self.scope());
            let tags = block.body.blocks_of("default_tags").next();
            let tags = tags.and_then(|tags| tags.body.attribute("tags")).map(value);
            let region = block.body.attribute("region").map(value);
            // What only names a provider, as modules did before Terraform 0.13, sets nothing.
            if region.is_some() || tags.is_some() || !by_name.contains_key(&name) {
                by_name.insert(name, Provider { region, tags });
            }
        }
        self.providers.get_or_init(|| Providers { by_name })
    }

    /// What the caller passes: the default configurations of each provider, unless the call says
    /// what the names of the module stand for.
    fn handed_down(&'a self) -> HashMap<Arc<str>, Provider> {
        let Some(caller) = &self.caller else { return HashMap::new() };
        let outer = caller.module.providers();
        let mut by_name: HashMap<Arc<str>, Provider> = (outer.by_name.iter())
            .filter(|(name, _)| !name.contains('.'))
            .map(|(name, provider)| (name.clone(), provider.clone()))
            .collect();
        let passed = caller.block.body.attribute("providers").map(|given| &given.value.kind);
        if let Some(ExpressionKind::Object(items)) = passed {
            for item in items {
                let inner = match &item.key {
                    ObjectKey::Name(name) => Some(name.text.clone()),
                    ObjectKey::Expression(key) => name_of(key),
                };
                if let (Some(inner), Some(outer_name)) = (inner, name_of(&item.value)) {
                    let provider = outer.by_name.get(&outer_name).cloned().unwrap_or_default();
                    by_name.insert(inner, provider);
                }
            }
        }
        by_name
    }
}

/// The name that a reference to a provider spells: `aws`, `aws.west`, or the same in quotes.
fn name_of(expression: &Expression) -> Option<Arc<str>> {
    match &expression.unwrapped().kind {
        ExpressionKind::Variable(name) | ExpressionKind::String(name) => Some(name.clone()),
        ExpressionKind::Traversal(traversal) => {
            let ExpressionKind::Variable(name) = &traversal.root.kind else { return None };
            match &traversal.steps.first()?.kind {
                StepKind::Attribute(alias) => Some(format!("{name}.{alias}").into()),
                _ => None,
            }
        }
        _ => None,
    }
}

//! Calls of modules: each makes instances of a directory with the arguments that it passes.

use std::sync::Arc;

use trilith_graph::{Formula, Reason, Span, Value};

use super::instance::{Caller, Identity, Module};
use super::instances::{self, Instances};
use super::paths;
use crate::hcl::{Bindings, Block, ExpressionKind, Scope};

/// Calls that may lead to a module.
const DEPTH_LIMIT: usize = 24;

/// What one call makes.
pub(super) enum Calls<'a> {
    /// Instances of a module that is here.
    Made(Made<'a>),
    /// A module that cannot be looked into: anything may be in it.
    Unseen(Reason),
}

/// The instances that one call makes.
pub(super) struct Made<'a> {
    pub(super) instances: Instances,
    /// One for each of them; one where nobody knows how many there are.
    pub(super) modules: Vec<Module<'a>>,
}

impl<'a> Made<'a> {
    /// The only instance of a call without `count` and `for_each`.
    pub(super) fn single(&'a self) -> Option<&'a Module<'a>> {
        match self.instances {
            Instances::Single => self.modules.first(),
            _ => None,
        }
    }
}

impl<'a> Module<'a> {
    /// What is in front of the addresses of its resources, and where it is called.
    pub(super) fn call(&self) -> Option<(Arc<str>, Span)> {
        let address = self.prefix.strip_suffix('.')?;
        Some((address.into(), self.caller.as_ref()?.block.header_span()))
    }

    /// Where it calls modules that cannot be looked into.
    pub(super) fn unseen_calls(&'a self) -> impl Iterator<Item = Span> {
        let calls = self.directory.calls.iter().enumerate();
        calls
            .filter(|(at, _)| !matches!(self.calls(*at), Some(Calls::Made(_))))
            .map(|(_, block)| self.directory.blocks[*block].header_span())
    }

    /// What a call makes; `None` while that is being found out.
    pub(super) fn calls(&'a self, at: usize) -> Option<&'a Calls<'a>> {
        if let Some(made) = self.calls[at].get() {
            return Some(made);
        }
        let block = &self.directory.blocks[self.directory.calls[at]];
        let name = block.label(0)?;
        let made = match self.target(block, name) {
            Ok((location, path)) => {
                if !self.begin_call(at) {
                    return None;
                }
                let instances = instances::of(&block.body, self.scope());
                self.end_call();
                self.make(block, name, &location, &path, instances)
            }
            Err(reason) => Calls::Unseen(reason),
        };
        Some(self.calls[at].get_or_init(|| made))
    }

    /// The directory that a call names, as the run knows it and as Terraform gives its path.
    fn target(&self, block: &Block, name: &Arc<str>) -> Result<(Arc<str>, Arc<str>), Reason> {
        let unseen = || Reason::RemoteModule(name.clone());
        let source = block.body.attribute("source").ok_or_else(unseen)?;
        let ExpressionKind::String(source) = &source.value.kind else { return Err(unseen()) };
        let (location, path) = if paths::is_local(source) {
            (paths::join(&self.location, source), paths::join(&self.path, source))
        } else {
            self.world.installed(&self.key(), name).ok_or_else(unseen)?
        };
        if !self.world.has_directory(&location) {
            return Err(unseen());
        }
        if self.depth() >= DEPTH_LIMIT || self.is_inside(&location) {
            return Err(Reason::Budget(format!("module `{name}` calls itself").into()));
        }
        Ok((location.into(), path.into()))
    }

    /// Whether this module, or one that it is called from, has a directory.
    fn is_inside(&self, location: &str) -> bool {
        if &*self.location == location {
            return true;
        }
        self.caller.as_ref().is_some_and(|caller| caller.module.is_inside(location))
    }

    /// The names of the calls that lead here, as `modules.json` writes them: `a.b`.
    fn key(&self) -> String {
        let Some(caller) = &self.caller else { return String::new() };
        let name = caller.block.label(0).map_or("", |name| name);
        match caller.module.key() {
            outer if outer.is_empty() => name.to_owned(),
            outer => format!("{outer}.{name}"),
        }
    }

    fn make(
        &'a self,
        block: &'a Block,
        name: &Arc<str>,
        location: &Arc<str>,
        path: &Arc<str>,
        instances: Instances,
    ) -> Calls<'a> {
        let Some(directory) = self.world.directory(location) else {
            return Calls::Unseen(Reason::RemoteModule(name.clone()));
        };
        let count = match &instances {
            Instances::Keyed(list) => list.len(),
            _ => 1,
        };
        // Too many are one that stands for all; too many of those are none that can be seen.
        let instances = match instances {
            Instances::Keyed(list) if !self.world.has_room_for(count) => {
                let name = list.first().map_or("each", |one| one.name);
                Instances::Unknown(name, block.header_span())
            }
            other => other,
        };
        let one = |key: &str, guard: &Formula, bound: Option<(&'static str, Value)>| {
            let mut scope = Bindings::new(self.scope() as &dyn Scope);
            if let Some((name, value)) = bound {
                scope = scope.bind(name, value).label(format!("module.{}{key}", name_of(block)));
            }
            let caller = Caller { module: self, block, scope, depth: self.depth() + 1 };
            let identity = Identity {
                location: location.clone(),
                path: path.clone(),
                prefix: format!("{}module.{name}{key}.", self.prefix).into(),
                guard: Formula::all([self.guard.clone(), guard.clone()]),
                caller: Some(caller),
            };
            Module::new(self.world, directory, identity)
        };
        let modules = match &instances {
            Instances::Single => vec![one("", &Formula::True, None)],
            Instances::Unknown(kind, span) => {
                if !self.world.has_room_for(1) {
                    let limit = "there are too many instances of modules".into();
                    return Calls::Unseen(Reason::Budget(limit));
                }
                let unknown = Value::unknown(Reason::Undecided, *span);
                vec![one("", &Formula::True, Some((*kind, unknown)))]
            }
            Instances::Keyed(list) => list
                .iter()
                .map(|instance| {
                    let bound = (instance.name, instance.value.clone());
                    one(&instance.key, &instance.guard, Some(bound))
                })
                .collect(),
        };
        self.world.note_modules(modules.len());
        Calls::Made(Made { instances, modules })
    }
}

fn name_of(block: &Block) -> &str {
    block.label(0).map_or("", |name| name)
}

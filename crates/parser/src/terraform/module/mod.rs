//! Modules in Terraform's own syntax and in its JSON syntax: from the files of a run to one root
//! for each module that nobody calls, with everything that it calls inside.

mod body;
mod calls;
mod directory;
mod documents;
mod instance;
mod instances;
mod json;
mod needs;
mod parameters;
mod paths;
mod project;
mod providers;
mod resources;
mod scope;
mod settings;
mod variables;
mod world;

use std::collections::BTreeMap;
use std::sync::Arc;

use trilith_graph::{Diagnostic, Format, Formula, Resource, Root, SourceId, SourceMap, Span};

pub(super) use self::body::Texts;
pub use self::needs::{Need, manifest_directories};
pub use self::project::{Project, TerraformFile};
pub use self::variables::{Given, Variables};

use self::directory::{Directory, Section};
use self::instance::{Identity, Module};
use self::world::World;
use crate::canonical::{self, Draft};
use crate::wording;

/// What a root module and the modules that it calls say, before it is put into CloudFormation's
/// words.
#[derive(Debug)]
pub(super) struct Written {
    /// Their resources.
    pub(super) drafts: Vec<Draft>,
    /// The documents inside of texts of the resources.
    pub(super) texts: Texts,
    /// Variables, outputs, settings, and policies that none of the resources takes.
    pub(super) stated: Vec<Resource>,
    /// Places of secrets.
    pub(super) sensitive: Vec<Span>,
    /// Where each module is called, by what is in front of the addresses of its resources.
    pub(super) calls: BTreeMap<Arc<str>, Span>,
    /// Where modules are called that cannot be looked into.
    pub(super) unseen_calls: Vec<Span>,
    /// What is wrong in them.
    diagnostics: Vec<Diagnostic>,
    /// Whether there may be more than can be seen.
    is_open: bool,
}

impl Project {
    /// Reads one root module, with the modules that it calls, as a root called `name`.
    ///
    /// Input variables take the values that are given from outside, else their defaults, which
    /// are flagged as assumed. Modules whose files are not here leave the root open. References
    /// are not yet edges; see [`crate::link`].
    pub fn lower(
        &self,
        sources: &SourceMap,
        name: &str,
        variables: &Variables,
    ) -> (Root, Vec<Diagnostic>) {
        let Some(directory) = self.directory(name) else {
            return (Root::new(name, SourceId(0), Format::Terraform), Vec::new());
        };
        let format = if directory.is_json { Format::TerraformJson } else { Format::Terraform };
        let mut root = Root::new(name, directory.source.unwrap_or(SourceId(0)), format);
        root.written = Some(wording::written_at);
        let written = self.written(sources, name, directory, variables);
        root.open = written.is_open;
        let mut diagnostics = canonical::map_drafts(written.drafts, &written.texts, &mut root);
        root.resources.extend(written.stated);
        root.sensitive = written.sensitive;
        root.calls = written.calls;
        root.unseen_calls = written.unseen_calls;
        diagnostics.extend(written.diagnostics);
        (root, diagnostics)
    }

    /// Reads the root module in a directory, if that is one.
    pub(super) fn written_in(
        &self,
        sources: &SourceMap,
        name: &str,
        variables: &Variables,
    ) -> Option<Written> {
        Some(self.written(sources, name, self.directory(name)?, variables))
    }

    fn written(
        &self,
        sources: &SourceMap,
        name: &str,
        directory: &Directory,
        variables: &Variables,
    ) -> Written {
        let world = World::new(self, sources, name, self.given(name, variables));
        let identity = Identity {
            location: name.into(),
            path: ".".into(),
            prefix: "".into(),
            guard: Formula::True,
            caller: None,
        };
        let module = Module::new(&world, directory, identity);
        let mut drafts: Vec<Draft> = Vec::new();
        let mut modules = Vec::new();
        let is_open = !module.collect(&mut drafts, &mut modules);
        let mut stated = parameters::of(&modules);
        stated.extend(settings::of(&modules));
        stated.extend(documents::unused(&modules));
        let once = modules.iter().filter(|module| !module.is_repeated);
        let diagnostics = once.flat_map(|module| module.directory.diagnostics.iter().cloned());
        Written {
            drafts,
            texts: world.texts.take(),
            stated,
            sensitive: world.sensitive(),
            calls: modules.iter().filter_map(|module| module.call()).collect(),
            unseen_calls: modules.iter().flat_map(|module| module.unseen_calls()).collect(),
            diagnostics: diagnostics.collect(),
            is_open,
        }
    }

    /// Whether a directory is one of the project's.
    pub(super) fn has(&self, root: &str) -> bool {
        self.directory(root).is_some()
    }

    /// Whether a directory declares a resource, or a data source.
    pub(super) fn declares_in(&self, root: &str, is_data: bool, kind: &str, name: &str) -> bool {
        let section = if is_data { Section::Data } else { Section::Resource };
        let directory = self.directory(root);
        directory.is_some_and(|directory| directory.find_kind(section, kind, name).is_some())
    }

    /// Whether a directory calls a module by a name.
    pub(super) fn calls_in(&self, root: &str, name: &str) -> bool {
        let directory = self.directory(root);
        directory.is_some_and(|directory| directory.find(Section::Call, &name.into()).is_some())
    }
}

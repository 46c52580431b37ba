//! Modules in Terraform's own syntax and in its JSON syntax: from the files of a run to one root
//! for each module that nobody calls, with everything that it calls inside.

mod body;
mod calls;
mod directory;
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
mod variables;
mod world;

use trilith_graph::{Diagnostic, Format, Formula, Root, SourceId, SourceMap};

pub use self::needs::{Need, manifest_directories};
pub use self::project::{Project, TerraformFile};
pub use self::variables::{Given, Variables};

use self::instance::{Identity, Module};
use self::world::World;
use crate::canonical::{self, Draft};

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
        root.open = !module.collect(&mut drafts, &mut modules);
        let parameters = parameters::of(&modules);
        let texts = world.texts.take();
        let mut diagnostics = canonical::map_drafts(drafts, &texts, &mut root);
        root.resources.extend(parameters);
        root.sensitive = world.sensitive();
        for module in modules.iter().filter(|module| !module.is_repeated) {
            diagnostics.extend(module.directory.diagnostics.iter().cloned());
        }
        (root, diagnostics)
    }
}

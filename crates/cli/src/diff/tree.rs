//! The files of a commit, as if they lay on the disk.

use std::collections::BTreeMap;
use std::path::Path;

use super::git::Git;
use crate::analyse::{Input, Loader};
use crate::check::directory_of;
use crate::discover::{has_known_ending, is_not_ours};
use crate::failure::Failure;
use crate::loader::{FileLoader, is_inside, is_values_of_root};
use crate::siblings::is_part_of_module;
use crate::terraform::matches;

/// Texts above this size are no templates and no policies that an expression reads.
const MAX_TEXT: usize = 1 << 20;

/// Files by name, read at once: one question to git instead of thousands.
#[derive(Debug)]
pub(super) struct Tree {
    files: BTreeMap<String, Vec<u8>>,
}

impl Tree {
    /// Reads files: by name, the objects of git.
    pub(super) fn read(names: BTreeMap<String, String>) -> Result<Self, Failure> {
        let wanted: Vec<(String, String)> =
            names.into_iter().filter(|(name, _)| !is_not_ours(Path::new(name))).collect();
        let objects: Vec<&str> = wanted.iter().map(|(_, object)| object.as_str()).collect();
        let contents = Git::read(&objects)?;
        let files = wanted.iter().map(|(name, _)| name.clone()).zip(contents).collect();
        Ok(Self { files })
    }

    /// The files that may hold a template, a plan, a module or a policy.
    pub(super) fn candidates(&self) -> impl Iterator<Item = Input> {
        let named = self.files.iter().filter(|(name, _)| has_known_ending(Path::new(name)));
        named.map(|(name, content)| Input::decode(name.clone(), content.clone()))
    }

    fn in_directory(&self, directory: &str, is_wanted: impl Fn(&str) -> bool) -> Vec<Input> {
        let found = self.files.iter().filter(|(name, _)| {
            let path = Path::new(name.as_str());
            let file = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            directory_of(path) == Path::new(directory) && is_wanted(file)
        });
        let inputs = found.map(|(name, content)| Input::decode(name.clone(), content.clone()));
        inputs.filter(|input| input.problem.is_none()).collect()
    }
}

/// Reads from a commit; what was installed and is in no commit, from the disk.
#[derive(Debug)]
pub(super) struct TreeLoader(Tree);

impl TreeLoader {
    pub(super) fn new(tree: Tree) -> Self {
        Self(tree)
    }
}

impl Loader for TreeLoader {
    fn module(&self, directory: &str) -> Vec<Input> {
        let found = self.0.in_directory(directory, is_part_of_module);
        let is_installed = directory.split('/').any(|part| part == ".terraform");
        if found.is_empty() && is_installed {
            FileLoader::of_disk().module(directory)
        } else {
            found
        }
    }

    fn values(&self, directory: &str) -> Vec<Input> {
        self.0.in_directory(directory, is_values_of_root)
    }

    fn manifest(&self, directory: &str) -> Option<String> {
        FileLoader::of_disk().manifest(directory)
    }

    fn texts(&self, pattern: &str, modules: &[&str]) -> Vec<Input> {
        if !modules.iter().any(|module| is_inside(pattern, module)) {
            return Vec::new();
        }
        let meant = self
            .0
            .files
            .iter()
            .filter(|(name, content)| matches(pattern, name) && content.len() <= MAX_TEXT);
        let inputs = meant.map(|(name, content)| Input::decode(name.clone(), content.clone()));
        inputs.filter(|input| input.problem.is_none()).collect()
    }
}

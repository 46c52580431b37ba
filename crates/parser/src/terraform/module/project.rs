//! All Terraform modules of a run: their files, and which of them are roots.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use trilith_graph::{Diagnostic, SourceId, SourceMap};

use super::directory::{Directory, Part};
use super::needs::{self, Need};
use super::variables::{Given, ValueFile, add_file, add_text};
use super::{Variables, json, paths};
use crate::hcl::{File, parse_file};
use crate::tree::{JsonOptions, SyntaxError, parse_json};

/// A file of Terraform, parsed.
#[derive(Debug)]
pub struct TerraformFile {
    source: SourceId,
    name: String,
    file: File,
    is_values: bool,
}

impl TerraformFile {
    /// Parses a module file (`.tf`, `.tf.json`) or a file of values (`.tfvars`, `.tfvars.json`).
    pub fn parse(sources: &SourceMap, source: SourceId) -> Self {
        let file = sources.file(source);
        let lower = file.name().to_ascii_lowercase();
        let stem = lower.strip_suffix(".json").unwrap_or(&lower);
        let is_values = stem.ends_with(".tfvars") || stem.ends_with(".tofuvars");
        let parsed = if stem.len() < lower.len() {
            let tree = parse_json(source, file.text(), &JsonOptions::default());
            if is_values { json::values_file(&tree) } else { json::module_file(&tree) }
        } else {
            parse_file(source, file.text())
        };
        Self { source, name: file.name().to_owned(), file: parsed, is_values }
    }

    /// What is wrong with its syntax.
    pub fn diagnostics(&self) -> impl Iterator<Item = Diagnostic> {
        self.file.errors.iter().map(SyntaxError::to_diagnostic)
    }

    /// What must be there for the file to be understood: directories of modules, files.
    pub fn needs(&self) -> Vec<Need> {
        if self.is_values {
            return Vec::new();
        }
        needs::of(&self.file, paths::directory_of(&self.name))
    }

    /// The directory that it lies in.
    pub fn directory(&self) -> &str {
        paths::directory_of(&self.name)
    }
}

/// All Terraform modules of a run.
#[derive(Debug, Default)]
pub struct Project {
    directories: BTreeMap<String, Directory>,
    /// Directories of the modules that a directory calls.
    called: BTreeMap<String, BTreeSet<String>>,
    values: BTreeMap<String, Vec<ValueFile>>,
    named_values: BTreeMap<String, File>,
    /// By root directory and key: where `terraform init` has put a module.
    installed: BTreeMap<String, BTreeMap<String, String>>,
    texts: BTreeMap<String, SourceId>,
}

impl Project {
    /// Puts the files of a run together.
    pub fn new(files: Vec<TerraformFile>) -> Self {
        let mut project = Self::default();
        let mut parts: BTreeMap<String, Vec<Part>> = BTreeMap::new();
        for file in files {
            let directory = file.directory().to_owned();
            if file.is_values {
                project.add_values(file);
                continue;
            }
            for need in file.needs() {
                if let Need::Module(called) = need {
                    project.called.entry(directory.clone()).or_default().insert(called);
                }
            }
            let part = Part { source: file.source, name: file.name, file: file.file };
            parts.entry(directory).or_default().push(part);
        }
        let directories = parts.into_iter().map(|(name, parts)| (name, Directory::new(parts)));
        project.directories = directories.collect();
        project
    }

    /// Adds a file of values for variables.
    pub fn add_values(&mut self, file: TerraformFile) {
        let directory = file.directory().to_owned();
        let value_file = ValueFile { name: file.name, file: file.file };
        if value_file.rank().is_some() {
            self.values.entry(directory).or_default().push(value_file);
        } else {
            self.named_values.insert(value_file.name, value_file.file);
        }
    }

    /// Adds a file that expressions may read.
    pub fn add_text(&mut self, name: &str, source: SourceId) {
        self.texts.insert(name.to_owned(), source);
    }

    /// Adds what `.terraform/modules/modules.json` of a root says: where the modules are that its
    /// calls name. Text that is no such file adds nothing.
    pub fn add_manifest(&mut self, root: &str, text: &str) {
        let installed: BTreeMap<String, String> = needs::manifest(text).into_iter().collect();
        for path in installed.values() {
            let called = self.called.entry(root.to_owned()).or_default();
            called.insert(paths::join(root, path));
        }
        self.installed.insert(root.to_owned(), installed);
    }

    /// The directories that no other one calls, and those that are called by nobody but
    /// themselves, in order: each is a root.
    pub fn roots(&self) -> Vec<&str> {
        let mut reached: BTreeSet<&str> = BTreeSet::new();
        let mut roots: Vec<&str> = Vec::new();
        let called: BTreeSet<&str> = (self.called.iter())
            .flat_map(|(from, to)| to.iter().filter(move |to| *to != from))
            .map(String::as_str)
            .collect();
        for name in self.directories.keys().filter(|name| !called.contains(name.as_str())) {
            roots.push(name);
            self.reach(name, &mut reached);
        }
        // Modules that call each other in a circle are called by somebody, but by no root.
        for name in self.directories.keys() {
            if !reached.contains(name.as_str()) {
                roots.push(name);
                self.reach(name, &mut reached);
            }
        }
        roots.sort_unstable();
        roots
    }

    fn reach<'p>(&'p self, from: &'p str, reached: &mut BTreeSet<&'p str>) {
        let mut open = vec![from];
        while let Some(name) = open.pop() {
            if reached.insert(name) {
                open.extend(self.called.get(name).into_iter().flatten().map(String::as_str));
            }
        }
    }

    /// The directories that a directory calls, directly or through others, and itself.
    pub fn reached_from<'p>(&'p self, directory: &'p str) -> BTreeSet<&'p str> {
        let mut reached = BTreeSet::new();
        self.reach(directory, &mut reached);
        reached
    }

    /// The directory with a name.
    pub(super) fn directory(&self, name: &str) -> Option<&Directory> {
        self.directories.get(name)
    }

    /// The path of a module that is installed for a root.
    pub(super) fn installed(&self, root: &str, key: &str) -> Option<&str> {
        self.installed.get(root)?.get(key).map(String::as_str)
    }

    /// The source of a file that may be read.
    pub(super) fn text(&self, name: &str) -> Option<SourceId> {
        self.texts.get(name).copied()
    }

    /// The values that are given to the variables of a root, by name.
    pub(super) fn given(
        &self,
        root: &str,
        variables: &Variables,
    ) -> BTreeMap<Arc<str>, trilith_graph::Value> {
        let mut values = BTreeMap::new();
        for (name, text) in &variables.environment {
            add_text(&mut values, name, text);
        }
        let mut files: Vec<&ValueFile> = self.values.get(root).into_iter().flatten().collect();
        files.sort_by_key(|file| file.rank());
        for file in files {
            add_file(&mut values, &file.file);
        }
        for given in &variables.given {
            match given {
                Given::Value { name, text } => add_text(&mut values, name, text),
                Given::File(name) => {
                    if let Some(file) = self.named_values.get(name) {
                        add_file(&mut values, file);
                    } else if let Some(file) =
                        self.values.values().flatten().find(|file| file.name == *name)
                    {
                        add_file(&mut values, &file.file);
                    }
                }
            }
        }
        values
    }

    /// Whether some directory declares a variable.
    pub fn declares(&self, variable: &str) -> bool {
        let name: Arc<str> = variable.into();
        let section = super::directory::Section::Variable;
        self.directories.values().any(|directory| directory.find(section, &name).is_some())
    }
}

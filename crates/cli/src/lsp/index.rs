//! Who calls whom: which modules and templates are understood through others.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use trilith_graph::{SourceFile, SourceMap};
use trilith_parser::detect::{Detection, detect};
use trilith_parser::stacks;
use trilith_parser::terraform::{Need, TerraformFile};

use super::names::Names;
use crate::analyse::Input;
use crate::check::directory_of;
use crate::discover::{self, Walk};
use crate::file_system::{Disk, FileSystem};
use crate::siblings::{is_part_of_module, is_values};

/// Files that are looked at in a workspace.
const MOST_FILES: usize = 50_000;
/// Files above this size are plans, and call nothing.
const MOST_BYTES: u64 = 2 << 20;
/// Ways up that are followed.
const MOST_CALLERS: usize = 4_096;

/// What is looked at as one, from its outside.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Root {
    /// A directory with a Terraform module.
    Module(String),
    /// Any other file.
    File(String),
}

/// What the files of a workspace call: modules and templates of nested stacks.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// By file: what it calls.
    calls: BTreeMap<String, BTreeSet<Root>>,
    /// By what is called: the callers, each with how often it calls.
    callers: BTreeMap<Root, BTreeMap<Root, usize>>,
}

/// What a file is a part of.
pub(super) fn part_of(name: &str) -> Root {
    if is_part_of_module(name) || is_values(name) {
        let directory = directory_of(Path::new(name));
        return Root::Module(crate::files::display(directory));
    }
    Root::File(name.to_owned())
}

impl Index {
    /// Looks through directories.
    pub(super) fn of(folders: &[PathBuf], names: &Names) -> Self {
        let mut index = Self::default();
        let candidates = discover::discover(folders, &Walk::default()).unwrap_or_default();
        for candidate in candidates.iter().take(MOST_FILES) {
            if Disk.size(&candidate.path) > MOST_BYTES {
                continue;
            }
            let Ok(bytes) = Disk.read(&candidate.path) else { continue };
            let input = Input::decode(names.of(&candidate.path), bytes);
            index.update(&input.name, &input.text, names);
        }
        index
    }

    /// Takes in what a file says now. Returns whether it calls others than before.
    pub(super) fn update(&mut self, name: &str, text: &str, names: &Names) -> bool {
        let calls = calls(name, text, names);
        if self.calls.get(name).map_or(calls.is_empty(), |before| *before == calls) {
            return false;
        }
        self.remove(name);
        let caller = part_of(name);
        for called in &calls {
            let callers = self.callers.entry(called.clone()).or_default();
            *callers.entry(caller.clone()).or_default() += 1;
        }
        if !calls.is_empty() {
            self.calls.insert(name.to_owned(), calls);
        }
        true
    }

    /// Forgets a file.
    pub(super) fn remove(&mut self, name: &str) {
        let caller = part_of(name);
        for called in self.calls.remove(name).unwrap_or_default() {
            let Some(callers) = self.callers.get_mut(&called) else { continue };
            if let Some(count) = callers.get_mut(&caller) {
                *count -= 1;
                if *count == 0 {
                    callers.remove(&caller);
                }
            }
            if callers.is_empty() {
                self.callers.remove(&called);
            }
        }
    }

    /// The roots through which a file is understood: what nobody calls, on the ways up from it.
    pub(super) fn roots(&self, name: &str) -> BTreeSet<Root> {
        let own = part_of(name);
        let mut roots = BTreeSet::new();
        let mut seen = BTreeSet::from([own.clone()]);
        let mut open = vec![own.clone()];
        while let Some(one) = open.pop() {
            let callers = self.callers.get(&one).into_iter().flatten();
            let mut callers = callers.map(|(caller, _)| caller).filter(|it| **it != one).peekable();
            if callers.peek().is_none() {
                roots.insert(one);
                continue;
            }
            for caller in callers {
                if seen.len() < MOST_CALLERS && seen.insert(caller.clone()) {
                    open.push(caller.clone());
                }
            }
        }
        // What calls itself in a circle has no root.
        if roots.is_empty() { BTreeSet::from([own]) } else { roots }
    }
}

/// What a file calls.
fn calls(name: &str, text: &str, names: &Names) -> BTreeSet<Root> {
    if is_part_of_module(name) {
        if !text.contains("module") {
            return BTreeSet::new();
        }
        let mut sources = SourceMap::new();
        let source = sources.add(SourceFile::new(name, text));
        let needs = TerraformFile::parse(&sources, source).needs().into_iter();
        return needs
            .filter_map(|need| match need {
                Need::Module(directory) => Some(Root::Module(names.canonical(&directory))),
                Need::Text(_) => None,
            })
            .collect();
    }
    let templates = stacks::local_templates(name, text);
    if templates.is_empty() || !matches!(detect(name, text), Detection::CloudFormation(_)) {
        return BTreeSet::new();
    }
    templates.iter().map(|template| Root::File(names.canonical(template))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn updated(index: &mut Index, name: &str, text: &str) -> bool {
        index.update(name, text, &Names::new(Some(Path::new("/w/x"))))
    }

    fn module(name: &str) -> Root {
        Root::Module(name.into())
    }

    #[test]
    fn a_module_is_understood_through_those_that_call_it() {
        let mut index = Index::default();
        let call = |source: &str| format!("module \"m\" {{\n  source = \"{source}\"\n}}\n");
        assert!(updated(&mut index, "a/main.tf", &call("../m")));
        assert!(!updated(&mut index, "a/main.tf", &call("../m")), "nothing new");
        updated(&mut index, "b/main.tf", &call("../../x/n"));
        updated(&mut index, "n/main.tf", &call("../m"));
        assert_eq!(index.roots("m/variables.tf"), BTreeSet::from([module("a"), module("b")]));
        assert_eq!(index.roots("a/prod.tfvars"), BTreeSet::from([module("a")]));
        updated(&mut index, "n/main.tf", "");
        assert_eq!(index.roots("m/main.tf"), BTreeSet::from([module("a")]));
        index.remove("a/main.tf");
        assert_eq!(index.roots("m/main.tf"), BTreeSet::from([module("m")]));
    }

    #[test]
    fn a_circle_is_its_own_root() {
        let mut index = Index::default();
        updated(&mut index, "a/main.tf", "module \"b\" {\n  source = \"../b\"\n}\n");
        updated(&mut index, "b/main.tf", "module \"a\" {\n  source = \"../a\"\n}\n");
        assert_eq!(index.roots("a/main.tf"), BTreeSet::from([module("a")]));
    }

    #[test]
    fn a_nested_template_is_understood_through_its_parent() {
        let mut index = Index::default();
        let parent = "Resources:\n  N:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      \
                      TemplateURL: ./nested.yaml\n";
        updated(&mut index, "stacks/parent.yaml", parent);
        let expected = BTreeSet::from([Root::File("stacks/parent.yaml".into())]);
        assert_eq!(index.roots("stacks/nested.yaml"), expected);
    }
}

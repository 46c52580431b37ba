//! The policies of a run: built-in rules, rule folders and loose policies of the user, bundles.

mod archive;
mod data;
mod folder;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value as Json};
use trilith_rules::engine::rego::{Bundle, Choice, load};
use trilith_rules::{ModuleText, Predicate, Problem, Registry, Rule, guard_rules};

use crate::args::RuleArgs;
use crate::builtin::BUILT_IN;
use crate::config::Config;
use crate::failure::Failure;
use crate::files;

pub use data::merge;
pub use folder::Folder;

/// Everything that a run could apply, and what is wrong with it.
#[derive(Debug)]
pub struct Policies {
    /// The rules.
    pub registry: Registry,
    /// Policies that cannot be used, and why.
    pub problems: Vec<Problem>,
    /// What an author may want to know.
    pub notes: Vec<String>,
    /// The texts of policies by file, to show problems in.
    pub texts: BTreeMap<String, String>,
    /// The Rego files that were compiled together, one bundle for every `--rules`.
    pub bundles: Vec<Arc<Bundle>>,
    /// The rule folders of the user.
    pub folders: Vec<Folder>,
    /// Guard's own tests: name of the file and text.
    pub guard_tests: Vec<(String, String)>,
}

/// What lies in a directory, file or bundle that the user named.
#[derive(Debug, Default)]
pub struct Found {
    /// Folders with a `rule.md`.
    pub folders: Vec<Folder>,
    /// Other Rego files.
    pub modules: Vec<ModuleText>,
    /// Data that a bundle carries.
    pub data: Map<String, Json>,
    /// Other Guard rules files: name as printed and text.
    pub guard: Vec<(String, String)>,
    /// Tests of Guard rules files: name as printed and text.
    pub guard_tests: Vec<(String, String)>,
}

impl Policies {
    /// The policies that arguments and configuration name, besides the built-in rules.
    pub fn load(arguments: &RuleArgs, config: &Config) -> Result<Self, Failure> {
        let mut policies = Self::built_in();
        let data = data::read(config.data.iter().chain(&arguments.data))?;
        let mut namespaces = config.namespaces.clone();
        namespaces.extend(arguments.namespaces.iter().cloned());
        for path in config.rules.iter().chain(&arguments.rule_dirs) {
            policies.add(path, &data, &namespaces, false)?;
        }
        Ok(policies)
    }

    /// The built-in rules alone.
    pub fn built_in() -> Self {
        Self {
            registry: Registry::new(BUILT_IN),
            problems: Vec::new(),
            notes: Vec::new(),
            texts: BTreeMap::new(),
            bundles: Vec::new(),
            folders: Vec::new(),
            guard_tests: Vec::new(),
        }
    }

    /// Adds what a directory, file or bundle holds; tests of policies too, if asked. One that
    /// holds no policy is a failure: rules that are not there check nothing.
    pub fn add(
        &mut self,
        path: &Path,
        data: &Map<String, Json>,
        namespaces: &[String],
        with_tests: bool,
    ) -> Result<(), Failure> {
        let mut found = find(path)?;
        if !with_tests {
            found.modules.retain(|module| !module.is_test());
        }
        let has_rules = !found.folders.is_empty() || !found.modules.is_empty();
        if !has_rules && found.guard.is_empty() {
            let shown = files::display(path);
            let message = "no rule folder (one with a `rule.md`), Rego or Guard file in it";
            return Err(Failure::new(format!("{shown}: {message}")));
        }
        let mut all = found.data;
        merge(&mut all, data.clone());
        self.add_folders(found.folders, &mut found.modules);
        for module in &found.modules {
            self.texts.insert(module.name.clone(), module.text.clone());
        }
        self.add_rego(found.modules, &Json::Object(all), namespaces);
        self.add_guard(found.guard);
        if with_tests {
            self.guard_tests.extend(found.guard_tests);
        }
        Ok(())
    }

    /// Adds rule folders. Those whose Rego needs other files join `modules`.
    fn add_folders(&mut self, folders: Vec<Folder>, modules: &mut Vec<ModuleText>) {
        for folder in folders {
            match &folder.predicate {
                Ok(Predicate::Rego(text)) if folder::needs_more(text) => {
                    let name = format!("{}/rule.rego", folder.name);
                    modules.push(ModuleText { name, text: text.to_string() });
                }
                Ok(predicate) => {
                    // Said of a rule that no resource asks for, too.
                    self.problems.extend(predicate.problem(&folder.policy_file()));
                    self.add_rule(folder.rule(predicate.clone()), &folder.page_file());
                    if let Predicate::Rego(text) | Predicate::Guard(text) = predicate {
                        let file = folder.policy_file();
                        self.texts.insert(file, text.to_string());
                    }
                }
                Err(message) => {
                    self.problems.push(Problem::of_file(&folder.page_file(), message.as_str()));
                }
            }
            self.texts.insert(folder.page_file(), folder.page.clone());
            self.folders.push(folder);
        }
    }

    fn add_rule(&mut self, rule: Result<Rule, String>, file: &str) {
        if let Err(message) = rule.and_then(|rule| self.registry.add(rule)) {
            self.problems.push(Problem::of_file(file, message));
        }
    }

    /// Compiles Rego files together and adds their rules.
    fn add_rego(&mut self, modules: Vec<ModuleText>, data: &Json, namespaces: &[String]) {
        if modules.is_empty() {
            return;
        }
        let of_folders: BTreeMap<String, usize> = self
            .folders
            .iter()
            .enumerate()
            .map(|(index, folder)| (format!("{}/rule.rego", folder.name), index))
            .collect();
        let resource_files: BTreeSet<String> = of_folders.keys().cloned().collect();
        let loaded = load(modules, data, &Choice { namespaces, resource_files: &resource_files });
        self.problems.extend(loaded.problems);
        self.notes.extend(loaded.notes);
        self.bundles.extend(loaded.bundle);
        for rule in loaded.rules {
            let file = rule.policy_file();
            // The page of a folder says what its rule is; the package only decides.
            let rule = match of_folders.get(&file) {
                Some(index) => self.folders[*index].rule(rule.predicate),
                None => Ok(rule),
            };
            self.add_rule(rule, &file);
        }
    }

    /// Adds the rules of Guard files. A name that another file has already is told apart by the
    /// file in front of it.
    fn add_guard(&mut self, files: Vec<(String, String)>) {
        for (name, text) in files {
            match guard_rules(&name, &text) {
                Ok(rules) => {
                    for mut rule in rules {
                        if self.registry.rules().any(|other| other.id() == rule.id()) {
                            rule.metadata.id = format!("{name}/{}", rule.id()).into();
                        }
                        self.add_rule(Ok(rule), &name);
                    }
                }
                Err(error) => self.problems.push(Problem {
                    file: name.clone(),
                    line: error.line,
                    column: error.column,
                    message: error.message,
                }),
            }
            self.texts.insert(name, text);
        }
    }
}

/// Looks for policies in a path.
fn find(path: &Path) -> Result<Found, Failure> {
    let mut found = Found::default();
    let name = files::display(path);
    if files::is_directory(path) {
        visit(path, 0, &mut found)?;
    } else if let Some(folder) = folder_of(path) {
        found.folders.push(Folder::read(folder)?);
    } else if files::has_ending(&name, ".tar.gz") || files::has_ending(&name, ".tgz") {
        archive::read(&name, &files::read(path)?, &mut found)?;
    } else {
        add_file(path, &name, &mut found)?;
    }
    found.modules.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// The rule folder that a file is a part of: its page says what its policy is shown.
fn folder_of(path: &Path) -> Option<&Path> {
    let name = path.file_name()?.to_str()?;
    let folder =
        path.parent().filter(|_| matches!(name, "rule.md" | "rule.rego" | "rule.guard"))?;
    files::is_file(&folder.join("rule.md")).then_some(folder)
}

/// How deep directories with policies may be nested.
const MAX_DEPTH: usize = 12;

fn visit(directory: &Path, depth: usize, found: &mut Found) -> Result<(), Failure> {
    if files::is_file(&directory.join("rule.md")) {
        found.folders.push(Folder::read(directory)?);
        return Ok(());
    }
    for entry in files::list(directory)? {
        let name = entry.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if files::is_directory(&entry) {
            if depth < MAX_DEPTH && !name.starts_with('.') {
                visit(&entry, depth + 1, found)?;
            }
        } else if is_policy(name) {
            add_file(&entry, &files::display(&entry), found)?;
        } else if is_guard_test(name) {
            found.guard_tests.push((files::display(&entry), files::read_text(&entry)?));
        }
    }
    Ok(())
}

/// `NAME_tests.yml` and its like.
fn is_guard_test(name: &str) -> bool {
    let stem = [".yml", ".yaml", ".json"].iter().find_map(|ending| name.strip_suffix(ending));
    stem.is_some_and(|stem| stem.ends_with("_tests") || stem.ends_with("_test"))
}

fn is_policy(name: &str) -> bool {
    files::has_ending(name, ".rego") || is_guard(name)
}

fn is_guard(name: &str) -> bool {
    files::has_ending(name, ".guard") || files::has_ending(name, ".ruleset")
}

fn add_file(path: &Path, name: &str, found: &mut Found) -> Result<(), Failure> {
    let text = files::read_text(path)?;
    if is_guard(name) {
        found.guard.push((name.to_owned(), text));
    } else if files::has_ending(name, ".rego") {
        found.modules.push(ModuleText { name: name.to_owned(), text });
    } else {
        let hint = "is neither a directory, .rego, .guard nor .tar.gz";
        return Err(Failure::new(format!("{name}: {hint}")));
    }
    Ok(())
}

/// Reads data files into one object.
pub fn read_data(paths: &[PathBuf]) -> Result<Map<String, Json>, Failure> {
    data::read(paths.iter())
}

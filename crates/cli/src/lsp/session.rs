//! What the server knows: open documents, and the units that they belong to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use lsp_types::{Diagnostic, TextDocumentContentChangeEvent, Uri};
use trilith_parser::detect::{Detection, detect};
use trilith_rules::Registry;

use super::document::{Document, Edit};
use super::index::{Index, Root, part_of};
use super::names::Names;
use super::overlay::Overlay;
use super::position::Encoding;
use super::project::{self, Project};
use super::report::{Reporter, of_slip};
use super::unit::{Key, Unit};
use super::uri;
use crate::args::RuleArgs;
use crate::check::directory_of;
use crate::config::NAMES;
use crate::discover::is_not_ours;
use crate::failure::Failure;

/// Roots that are looked at together: a module that hundreds call is looked at through these.
const MOST_ROOTS: usize = 32;

/// The state of the server.
pub(super) struct Session {
    pub(super) names: Names,
    pub(super) encoding: Encoding,
    rules: RuleArgs,
    overlay: Arc<Overlay>,
    pub(super) documents: BTreeMap<String, Document>,
    pub(super) index: Index,
    projects: BTreeMap<Option<PathBuf>, Rc<Project>>,
    pub(super) units: Vec<Unit>,
    /// The configurations that are open themselves.
    configurations: Vec<Rc<Project>>,
    /// Whether the units are other ones than when the client was told.
    is_regrouped: bool,
}

impl Session {
    pub(super) fn new(names: Names, encoding: Encoding, rules: RuleArgs) -> Self {
        Self {
            names,
            encoding,
            rules,
            overlay: Arc::default(),
            documents: BTreeMap::new(),
            index: Index::default(),
            projects: BTreeMap::new(),
            units: Vec::new(),
            configurations: Vec::new(),
            is_regrouped: false,
        }
    }

    /// The name of a document; `None` if it is no file.
    pub(super) fn name(&self, uri: &Uri) -> Option<String> {
        uri::to_path(uri).map(|path| self.names.of(&path))
    }

    /// The open document at an address.
    pub(super) fn document(&self, uri: &Uri) -> Option<(&str, &Document)> {
        let (name, document) = self.documents.get_key_value(&self.name(uri)?)?;
        Some((name, document))
    }

    /// A document was opened.
    pub(super) fn open(&mut self, uri: Uri, version: i32, text: String) {
        let Some(path) = uri::to_path(&uri) else { return };
        let name = self.names.of(&path);
        self.overlay.open(&path, &text);
        self.index.update(&name, &text, &self.names);
        self.documents.insert(name, Document::new(uri, version, text));
        self.regroup();
    }

    /// A document was changed.
    pub(super) fn change(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
    ) {
        let Some(path) = uri::to_path(uri) else { return };
        let name = self.names.of(&path);
        let Some(document) = self.documents.get_mut(&name) else { return };
        document.change(version, changes, self.encoding);
        self.overlay.open(&path, &document.text);
        let calls_others = self.index.update(&name, &document.text, &self.names);
        self.touch(&name);
        if calls_others {
            self.regroup();
        }
    }

    /// A document was closed: what is on the disk counts again.
    pub(super) fn close(&mut self, uri: &Uri) {
        let Some(path) = uri::to_path(uri) else { return };
        let name = self.names.of(&path);
        self.overlay.close(&path);
        self.touch(&name);
        self.documents.remove(&name);
        self.reindex(&path);
        self.regroup();
    }

    /// A file was changed by others, made or removed.
    pub(super) fn changed_on_disk(&mut self, path: &Path) {
        let name = self.names.of(path);
        if is_not_ours(Path::new(&name)) || self.documents.contains_key(&name) {
            return;
        }
        if is_policy_or_configuration(&name) {
            self.projects.clear();
        }
        self.reindex(path);
        // What was not there may be what a module lacked.
        self.units.iter_mut().for_each(|unit| unit.is_stale = true);
    }

    fn reindex(&mut self, path: &Path) {
        use crate::file_system::{Disk, FileSystem};
        let name = self.names.of(path);
        match Disk.read(path).ok().and_then(|bytes| String::from_utf8(bytes).ok()) {
            Some(text) => {
                self.index.update(&name, &text, &self.names);
            }
            None => self.index.remove(&name),
        }
    }

    /// Reads all configurations and policies anew.
    pub(super) fn reload(&mut self) {
        self.projects.clear();
        self.units.iter_mut().for_each(|unit| unit.is_stale = true);
    }

    /// Marks what depends on a file.
    fn touch(&mut self, name: &str) {
        let names = &self.names;
        for unit in &mut self.units {
            let is_part = unit.open.contains(name)
                || unit.key.roots.contains(&part_of(name))
                || unit.files().any(|file| names.canonical(file) == name);
            unit.is_stale |= is_part;
        }
    }

    /// Puts the open documents together that are looked at as one.
    pub(super) fn regroup(&mut self) {
        self.is_regrouped = true;
        let mut groups: Vec<(Key, BTreeSet<String>)> = Vec::new();
        let mut configurations = Vec::new();
        for (name, document) in &self.documents {
            let is_template = !matches!(detect(name, &document.text), Detection::NotOurs(_));
            let is_configuration = NAMES.contains(&file_name(name));
            if is_configuration && !is_template {
                configurations.push(self.names.path_here(Path::new(name)));
            }
            if is_not_ours(Path::new(name)) || (is_configuration && !is_template) {
                continue;
            }
            let mut own = self.index.roots(name);
            if own.len() > MOST_ROOTS {
                own = nearest(own, name);
            }
            let mut key = Key { config: self.config_of(name), roots: own };
            let mut open = BTreeSet::from([name.clone()]);
            // Those that share a root become one.
            let (joined, others): (Vec<_>, Vec<_>) = groups.into_iter().partition(|(other, _)| {
                other.config == key.config && !other.roots.is_disjoint(&key.roots)
            });
            for (other, names) in joined {
                key.roots.extend(other.roots);
                open.extend(names);
            }
            groups = others;
            groups.push((key, open));
        }
        // What is wrong with a configuration that is open is told whether it is used or not.
        self.configurations =
            configurations.iter().filter_map(|path| self.project(Some(path)).ok()).collect();
        let mut old = std::mem::take(&mut self.units);
        for (key, open) in groups {
            let known = old.iter().position(|unit| unit.key == key);
            let mut unit = match (known, self.project(key.config.as_deref())) {
                (Some(at), _) => old.swap_remove(at),
                (None, Ok(project)) => Unit::new(key, project),
                // Without any rules there is nothing to look at.
                (None, Err(_)) => continue,
            };
            unit.is_stale |= unit.open != open;
            unit.open = open;
            self.units.push(unit);
        }
    }

    fn config_of(&self, name: &str) -> Option<PathBuf> {
        if self.rules.no_config {
            return None;
        }
        let directory = directory_of(Path::new(name)).to_path_buf();
        self.rules.config.clone().or_else(|| project::nearest(&self.names.path_here(&directory)))
    }

    fn project(&mut self, config: Option<&Path>) -> Result<Rc<Project>, Failure> {
        let key = config.map(Path::to_path_buf);
        if let Some(project) = self.projects.get(&key).filter(|project| !project.is_stale()) {
            return Ok(project.clone());
        }
        let before = self.projects.remove(&key);
        let before = before.or_else(|| {
            let unit = self.units.iter().find(|unit| unit.key.config == key);
            unit.map(|unit| unit.project.clone())
        });
        let project = Rc::new(Project::read(config, &self.rules, before.as_deref())?);
        self.projects.insert(key, project.clone());
        Ok(project)
    }

    /// Looks at what changed. Returns the names of the units' roots that could not be looked at,
    /// with the reasons.
    pub(super) fn refresh(&mut self) -> Vec<Failure> {
        let mut failures = Vec::new();
        self.is_regrouped = false;
        for at in 0..self.units.len() {
            let config = self.units[at].key.config.clone();
            let project = self.project(config.as_deref());
            let unit = &mut self.units[at];
            if let Some(project) = project.ok().filter(|it| !Rc::ptr_eq(it, &unit.project)) {
                unit.project = project;
                unit.is_stale = true;
            }
            if !unit.is_stale {
                continue;
            }
            let edits: BTreeMap<String, Vec<Edit>> = (unit.open.iter())
                .filter_map(|name| Some((name.clone(), self.documents.get(name)?.edits.clone())))
                .collect();
            if let Err(failure) = unit.examine(&self.overlay, &edits) {
                failures.push(failure);
            }
            for name in &unit.open {
                if let Some(document) = self.documents.get_mut(name) {
                    document.edits.clear();
                }
            }
        }
        failures
    }

    /// Whether something has to be looked at.
    pub(super) fn is_stale(&self) -> bool {
        self.is_regrouped || self.units.iter().any(|unit| unit.is_stale)
    }

    /// Leaves what could not be looked at as it is, until something changes.
    pub(super) fn give_up(&mut self) {
        self.is_regrouped = false;
        self.units.iter_mut().for_each(|unit| unit.is_stale = false);
    }

    /// The unit of an open document.
    pub(super) fn unit(&self, name: &str) -> Option<&Unit> {
        self.units.iter().find(|unit| unit.open.contains(name))
    }

    /// The rules that hold for a document; the first there are, where none are for it.
    pub(super) fn registry(&self, name: &str) -> Option<&Registry> {
        let own = self.unit(name).map(|unit| &unit.project.loaded.setup.policies.registry);
        own.or_else(|| self.registries().next())
    }

    /// The rules of all configurations.
    pub(super) fn registries(&self) -> impl Iterator<Item = &Registry> {
        let projects = self.projects.values().map(|it| &it.loaded.setup.policies.registry);
        let units = self.units.iter().map(|unit| &unit.project.loaded.setup.policies.registry);
        projects.chain(units)
    }

    /// What turns findings into diagnostics.
    pub(super) fn with_reporter<T>(&self, work: impl FnOnce(&Reporter<'_>) -> T) -> T {
        let uris = self.documents.iter().map(|(name, one)| (name.clone(), one.uri.clone()));
        let uris = uris.collect();
        work(&Reporter { names: &self.names, encoding: self.encoding, uris: &uris })
    }

    /// The diagnostics of all files that are looked at, by name, in the order of their places.
    pub(super) fn diagnostics(&self) -> BTreeMap<String, Vec<Diagnostic>> {
        let mut all: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
        let mut holders: BTreeMap<String, usize> = BTreeMap::new();
        let reports: Vec<BTreeMap<String, Vec<Diagnostic>>> =
            self.with_reporter(|it| self.units.iter().map(|unit| it.of_unit(unit)).collect());
        for report in reports {
            for (name, found) in report {
                *holders.entry(name.clone()).or_default() += 1;
                all.entry(name).or_default().extend(found);
            }
        }
        for (name, found) in &mut all {
            merge(found, holders.get(name).copied().unwrap_or(1));
        }
        let used = self.units.iter().map(|unit| &unit.project).chain(&self.configurations);
        let slips = used.flat_map(|project| &project.slips);
        for slip in slips {
            let name = self.names.of(&self.names.path(&slip.path.to_string_lossy()));
            let own = all.entry(name).or_default();
            let diagnostic = of_slip(slip);
            if !own.contains(&diagnostic) {
                own.push(diagnostic);
            }
        }
        all
    }
}

/// Puts the findings of several units in the same file together. A waiver that one of them uses
/// is not unused.
fn merge(found: &mut Vec<Diagnostic>, holders: usize) {
    let key = |one: &Diagnostic| {
        let code = one.code.clone();
        let code = code.map(|code| match code {
            lsp_types::NumberOrString::String(text) => text,
            lsp_types::NumberOrString::Number(number) => number.to_string(),
        });
        (one.range.start, one.range.end, code, one.message.clone())
    };
    found.sort_by_key(key);
    if holders > 1 {
        let all = found.clone();
        found.retain(|one| {
            one.tags.is_none() || all.iter().filter(|it| key(it) == key(one)).count() == holders
        });
        found.dedup_by_key(|one| key(one));
    }
}

/// The roots that lie nearest to a file.
fn nearest(roots: BTreeSet<Root>, name: &str) -> BTreeSet<Root> {
    let shared = |root: &Root| {
        let (Root::Module(other) | Root::File(other)) = root;
        other.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count()
    };
    let mut roots: Vec<Root> = roots.into_iter().collect();
    roots.sort_by_key(|root| std::cmp::Reverse(shared(root)));
    roots.truncate(MOST_ROOTS);
    roots.into_iter().collect()
}

fn file_name(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// Whether a file may hold a configuration or a policy.
pub(super) fn is_policy_or_configuration(name: &str) -> bool {
    const ENDINGS: [&str; 5] = [".toml", ".rego", ".guard", ".ruleset", "rule.md"];
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

//! What is looked at as one: a module with those that it calls, a stack with its nested ones.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use trilith_graph::{Diagnostic, Fix, SourceFile, SourceId};
use trilith_waivers::{Baseline, Names};

use super::document::Edit;
use super::index::Root;
use super::keep;
use super::overlay::Overlay;
use super::project::{Loaded, Project};
use super::shown::Shown;
use crate::analyse::Input;
use crate::args::ScopeArgs;
use crate::check::{Examined, Examiner, Findings, RuleNames, read_candidates};
use crate::discover::Candidate;
use crate::failure::Failure;
use crate::file_system::FileSystem;
use crate::siblings;

/// Which files are a unit: their roots, and the configuration that holds for them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) config: Option<PathBuf>,
    pub(super) roots: BTreeSet<Root>,
}

/// A unit, and what is known of it.
pub(super) struct Unit {
    pub(super) key: Key,
    /// Names of the open documents in it.
    pub(super) open: BTreeSet<String>,
    /// Whether something changed since it was looked at.
    pub(super) is_stale: bool,
    pub(super) project: Rc<Project>,
    /// What was found when it was looked at.
    pub(super) examined: Option<Examined>,
    /// What was found before, until there is time to take it apart.
    pub(super) retired: Option<Examined>,
    /// The findings of that to which a fix and other actions may refer.
    pub(super) shown: Vec<Shown>,
}

impl Unit {
    pub(super) fn new(key: Key, project: Rc<Project>) -> Self {
        let (open, shown) = (BTreeSet::new(), Vec::new());
        Self { key, open, is_stale: true, project, examined: None, retired: None, shown }
    }

    /// Looks at the files anew. `edits` gives what was changed in an open document since then.
    pub(super) fn examine(
        &mut self,
        overlay: &Arc<Overlay>,
        edits: &BTreeMap<String, Vec<Edit>>,
    ) -> Result<(), Failure> {
        self.is_stale = false;
        let project = self.project.loaded.clone();
        let mut examined = examine(&project, self.candidates(&**overlay), overlay)?;
        let mut findings = Findings::of(&examined, None)?;
        if let Some(known) = &project.known {
            take_out(&mut findings, known, &examined, &project);
        }
        let now = Shown::all(findings.diagnostics, &examined);
        let before = std::mem::take(&mut self.shown);
        self.shown = if keep::is_broken(&now) {
            let old = self.examined.as_ref();
            let edits = |file: &str| match edits.get(file) {
                Some(edits) if !edits.is_empty() => edits.clone(),
                _ => changed_on_disk(file, old, &examined, &**overlay).into_iter().collect(),
            };
            keep::while_broken(&before, now, &examined, &edits)
        } else {
            now
        };
        add_texts(&self.shown, &mut examined, &**overlay);
        self.retired = self.examined.replace(examined);
        Ok(())
    }

    /// The proved fix of each finding, where there is one.
    pub(super) fn fixes(&self, shown: &[&Shown]) -> Vec<Option<Fix>> {
        // What was found in an earlier text has no place in this one.
        let current: Vec<usize> = (0..shown.len()).filter(|at| !shown[*at].is_kept).collect();
        let mut findings: Vec<Diagnostic> =
            current.iter().map(|at| shown[*at].diagnostic.clone()).collect();
        let paths = self.files().take(1).map(PathBuf::from).collect();
        if let Some(examined) = self.examined.as_ref().filter(|_| !findings.is_empty()) {
            // Without rules there were no findings.
            let _ = with_examiner(&self.project.loaded, paths, |examiner| {
                crate::fix::add(examiner, examined, &mut findings);
                Ok(())
            });
        }
        let mut fixes: Vec<Option<Fix>> = shown.iter().map(|_| None).collect();
        for (at, finding) in current.into_iter().zip(findings) {
            fixes[at] = finding.fix.map(|fix| *fix);
        }
        fixes
    }

    /// Whether nothing new is found, and everything can be read, when some texts are others.
    pub(super) fn stays_as_good(
        &self,
        overlay: &Arc<Overlay>,
        texts: &BTreeMap<String, String>,
    ) -> bool {
        let changed = Arc::new(overlay.with(texts));
        let loaded = &self.project.loaded;
        let known: BTreeSet<keep::Identity> = self.shown.iter().map(keep::identity).collect();
        let Ok(examined) = examine(loaded, self.candidates(&*changed), &changed) else {
            return false;
        };
        let findings = Findings::of(&examined, None);
        findings.is_ok_and(|mut findings| {
            if let Some(baseline) = &loaded.known {
                take_out(&mut findings, baseline, &examined, loaded);
            }
            let shown = Shown::all(findings.diagnostics, &examined);
            shown.iter().all(|one| known.contains(&keep::identity(one)))
        })
    }

    /// The names of the files that were looked at.
    pub(super) fn files(&self) -> impl Iterator<Item = &str> {
        let sources = self.examined.iter().flat_map(|it| it.analysis.sources.files());
        sources.map(|(_, file)| file.name())
    }

    /// The source of a file.
    pub(super) fn source(&self, name: &str) -> Option<SourceId> {
        let mut sources = self.examined.iter().flat_map(|it| it.analysis.sources.files());
        sources.find(|(_, file)| file.name() == name).map(|(id, _)| id)
    }

    /// The files that the roots consist of.
    fn candidates(&self, files: &dyn FileSystem) -> Vec<Candidate> {
        let mut found: Vec<Candidate> = Vec::new();
        for root in &self.key.roots {
            match root {
                Root::Module(directory) => {
                    found.extend(siblings::parts_in(Path::new(directory), files));
                    // Values that Terraform reads only when it is told to are looked at if open.
                    let open = self.open.iter().filter(|name| siblings::is_values(name));
                    let open = open.filter(|name| super::index::part_of(name) == *root);
                    found.extend(open.map(|name| Candidate::new(PathBuf::from(name), false)));
                }
                Root::File(name) => found.push(Candidate::new(PathBuf::from(name), false)),
            }
        }
        found.sort();
        found.dedup();
        found
    }
}

/// Looks at files as `trilith check` would, and reports on everything that they lead to.
fn examine(
    project: &Loaded,
    candidates: Vec<Candidate>,
    overlay: &Arc<Overlay>,
) -> Result<Examined, Failure> {
    let config = &project.setup.config;
    // A part of a project is looked at, so the paths are those of files.
    let paths: Vec<PathBuf> =
        candidates.iter().take(1).map(|candidate| candidate.path.clone()).collect();
    with_examiner(project, paths, |examiner| {
        let files: Arc<dyn FileSystem> = overlay.clone();
        let mut inputs = read_candidates(candidates, true, examiner.args, config, &files)?;
        inputs.given = None;
        Ok(examiner.examine(inputs))
    })
}

/// Takes out what the baseline of the project has.
fn take_out(findings: &mut Findings, known: &Baseline, examined: &Examined, project: &Loaded) {
    let names = RuleNames::new(&project.setup.policies.registry, &[]);
    let stands_for = |name: &str, rule: &str| names.stands_for(name, rule);
    findings.take_out(known, examined, &stands_for, &|_| true);
}

fn with_examiner<T>(
    project: &Loaded,
    paths: Vec<PathBuf>,
    work: impl FnOnce(&Examiner<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let rules = project.rules()?;
    let args = ScopeArgs { paths, ..project.args.clone() };
    let (setup, values) = (&project.setup, &project.values);
    work(&Examiner::new(&args, setup, &rules, values, None))
}

/// What another program changed in a file that is not open.
fn changed_on_disk(
    name: &str,
    old: Option<&Examined>,
    new: &Examined,
    files: &dyn FileSystem,
) -> Option<Edit> {
    let old = text_of(name, old?)?;
    match text_of(name, new) {
        Some(new) => Edit::between(old, new),
        None => Edit::between(old, &read(name, files).unwrap_or_default()),
    }
}

/// Adds the texts of files with findings that nothing leads to while the file that calls them is
/// broken.
fn add_texts(shown: &[Shown], examined: &mut Examined, files: &dyn FileSystem) {
    for name in shown.iter().map(|one| &one.place.file) {
        if text_of(name, examined).is_none()
            && let Some(text) = read(name, files)
        {
            examined.analysis.sources.add(SourceFile::new(&**name, text));
        }
    }
}

fn text_of<'e>(name: &str, examined: &'e Examined) -> Option<&'e str> {
    let mut files = examined.analysis.sources.files();
    files.find(|(_, file)| file.name() == name).map(|(_, file)| file.text())
}

fn read(name: &str, files: &dyn FileSystem) -> Option<String> {
    let bytes = files.read(Path::new(name)).ok()?;
    Some(Input::decode(name, bytes).text)
}

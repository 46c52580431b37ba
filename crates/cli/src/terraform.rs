//! The Terraform files of a run: what they need is read until nothing is missing, then every root
//! module is evaluated with the modules that it calls.

use std::collections::{BTreeMap, BTreeSet};

use trilith_graph::{Root, SourceId, SourceMap};
use trilith_parser::terraform::{Given, Need, Project, TerraformFile, manifest_directories};
use trilith_parser::{Options, Parsed, PlanModule, Reading, lower_root, parse_plan};

use crate::analyse::{Analysis, Input, Loader, each};
use crate::siblings::is_part_of_module;

/// Directories and files that one run may read because others need them.
const NEED_LIMIT: usize = 20_000;
/// Root modules up to which a plan's sources are looked for in all of them.
const PLAN_ROOTS: usize = 64;

/// What is known of the Terraform files of a run while they are collected.
#[derive(Default)]
pub(crate) struct Terraform {
    /// Module files and files of values.
    pub(crate) files: Vec<SourceId>,
    /// The same, of modules that are there for plans to be understood and are not checked.
    pub(crate) context: Vec<SourceId>,
    /// Plans.
    pub(crate) plans: Vec<SourceId>,
    /// Other files of the run, which expressions may read.
    pub(crate) known: BTreeMap<String, SourceId>,
    spare: BTreeMap<String, Input>,
    directories: BTreeSet<String>,
    needed: BTreeSet<Need>,
}

impl Terraform {
    /// Keeps a file that is not ours, since an expression may read it.
    pub(crate) fn spare(&mut self, input: Input) {
        if input.problem.is_none() {
            self.spare.insert(input.name.clone(), input);
        }
    }

    /// Whether there is nothing to read.
    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty() && self.plans.is_empty()
    }

    /// Parses the files, reads what they need, and evaluates the roots that were asked for and the
    /// plans.
    pub(crate) fn read(
        mut self,
        analysis: &mut Analysis,
        reading: &dyn Reading,
        loader: &dyn Loader,
    ) {
        let files = std::mem::take(&mut self.files);
        let mut parsed = parse(&analysis.sources, &files);
        self.directories.extend(parsed.iter().map(|file| file.directory().to_owned()));
        let asked_for = self.directories.clone();
        let context = parse(&analysis.sources, &std::mem::take(&mut self.context));
        self.directories.extend(context.iter().map(|file| file.directory().to_owned()));
        let given = self.directories.clone();
        let manifests: Vec<(&String, String)> = (given.iter())
            .filter_map(|directory| Some((directory, self.manifest(directory, loader)?)))
            .collect();
        let all = parsed.iter().chain(&context);
        let mut open: Vec<Need> = all.flat_map(TerraformFile::needs).collect();
        open.extend(manifests.iter().flat_map(|(root, text)| {
            let installed = manifest_directories(root, text);
            installed.into_iter().map(Need::Module)
        }));
        while !open.is_empty() && self.needed.len() < NEED_LIMIT {
            let ids = self.load(open, analysis, loader);
            let more = parse(&analysis.sources, &ids);
            self.directories.extend(more.iter().map(|file| file.directory().to_owned()));
            open = more.iter().flat_map(TerraformFile::needs).collect();
            parsed.extend(more);
        }
        let report = |analysis: &mut Analysis, files: &[TerraformFile]| {
            for file in files {
                analysis.diagnostics.extend(file.diagnostics());
            }
        };
        report(analysis, &parsed);
        parsed.extend(context);
        let mut project = Project::new(parsed);
        for (root, text) in &manifests {
            project.add_manifest(root, text);
        }
        for (name, source) in &self.known {
            project.add_text(name, *source);
        }
        let roots: Vec<String> = project.roots().into_iter().map(str::to_owned).collect();
        let roots: Vec<String> =
            roots.into_iter().filter(|root| asked_for.contains(root)).collect();
        let values = roots.iter().flat_map(|root| loader.values(root)).collect();
        let ids = add(values, analysis);
        let values = parse(&analysis.sources, &ids);
        report(analysis, &values);
        for file in values {
            project.add_values(file);
        }
        analysis.undeclared = undeclared(&project, reading.options(""));
        analysis.root_modules = roots.len();
        let sources = &analysis.sources;
        let bytes = sources.files().map(|(_, file)| file.text().len()).sum();
        let lowered =
            each(&roots, bytes, |root| lower_root(sources, &project, root, reading.options(root)));
        for root in lowered {
            analysis.add(root);
        }
        self.read_plans(&project, analysis);
    }

    /// Evaluates the plans, each with the modules that it was made of.
    fn read_plans(&self, project: &Project, analysis: &mut Analysis) {
        if self.plans.is_empty() {
            return;
        }
        let sources = &analysis.sources;
        let roots = project.roots();
        let bytes = self.plans.iter().map(|id| sources.file(*id).text().len()).sum();
        let lowered = each(&self.plans, bytes, |id| {
            let modules = plan_modules(sources.file(*id).name(), &roots);
            parse_plan(sources, *id, project, &modules)
        });
        for (id, parsed) in self.plans.iter().zip(lowered) {
            let names = made_of(&parsed, *id, project, &analysis.sources);
            if !names.is_empty() {
                let plan = analysis.sources.file(*id).name().to_owned();
                analysis.made_of.insert(plan, names);
            }
            analysis.add_file(*id, parsed);
        }
    }

    /// What `terraform init` wrote about the modules of a root.
    fn manifest(&self, directory: &str, loader: &dyn Loader) -> Option<String> {
        let below = if directory == "." { String::new() } else { format!("{directory}/") };
        let given = self.spare.get(&format!("{below}.terraform/modules/modules.json"));
        given.map(|input| input.text.clone()).or_else(|| loader.manifest(directory))
    }

    /// Reads what is needed and not there yet. The module files among it are given back.
    fn load(
        &mut self,
        needs: Vec<Need>,
        analysis: &mut Analysis,
        loader: &dyn Loader,
    ) -> Vec<SourceId> {
        let mut inputs = Vec::new();
        let mut patterns = Vec::new();
        for need in needs {
            if !self.needed.insert(need.clone()) {
                continue;
            }
            match need {
                Need::Module(directory) if !self.directories.contains(&directory) => {
                    inputs.extend(loader.module(&directory));
                }
                Need::Module(_) => {}
                Need::Text(pattern) => patterns.push(pattern),
            }
        }
        for pattern in patterns {
            self.texts(&pattern, analysis, loader);
        }
        add(inputs, analysis)
    }

    /// Adds the files that expressions read by a name.
    fn texts(&mut self, pattern: &str, analysis: &mut Analysis, loader: &dyn Loader) {
        if self.known.contains_key(pattern) {
            return;
        }
        let is_meant = |name: &&String| matches(pattern, name);
        let spare: Vec<String> = self.spare.keys().filter(is_meant).cloned().collect();
        let mut inputs: Vec<Input> =
            spare.iter().filter_map(|name| self.spare.remove(name)).collect();
        let modules: Vec<&str> = self.directories.iter().map(String::as_str).collect();
        inputs.extend(loader.texts(pattern, &modules));
        for Input { name, text, problem, .. } in inputs {
            if problem.is_none() && !self.known.contains_key(&name) && !analysis.has(&name) {
                analysis.needed.insert(name.clone());
                let id = analysis.add_source(name.clone(), text);
                self.known.insert(name, id);
            }
        }
    }
}

/// The directories that a plan may be made of: its own, then all root modules if they are not
/// many.
fn plan_modules<'m>(plan: &'m str, roots: &[&'m str]) -> Vec<PlanModule<'m>> {
    let own = directory_of(plan);
    let others = roots.iter().filter(|root| **root != own && roots.len() <= PLAN_ROOTS);
    let others = others.map(|directory| PlanModule { directory, is_beside: false });
    std::iter::once(PlanModule { directory: own, is_beside: true }).chain(others).collect()
}

/// The names of the files of the modules that a plan was made of, by the places of its resources.
fn made_of(
    parsed: &Parsed,
    plan: SourceId,
    project: &Project,
    sources: &SourceMap,
) -> BTreeSet<String> {
    let resources = parsed.roots.iter().flat_map(|root: &Root| &root.resources);
    let mut places: BTreeSet<SourceId> = resources.map(|resource| resource.span.source).collect();
    places.remove(&plan);
    let directories: BTreeSet<&str> = (places.into_iter())
        .flat_map(|place| project.reached_from(directory_of(sources.file(place).name())))
        .collect();
    if directories.is_empty() {
        return BTreeSet::new();
    }
    let names = sources.files().map(|(_, file)| file.name());
    let inside =
        names.filter(|name| is_part_of_module(name) && directories.contains(directory_of(name)));
    inside.map(str::to_owned).collect()
}

/// The directory of a file, by its name.
fn directory_of(name: &str) -> &str {
    name.rsplit_once('/').map_or(".", |(directory, _)| directory)
}

/// Adds module files or files of values that are new.
fn add(inputs: Vec<Input>, analysis: &mut Analysis) -> Vec<SourceId> {
    let mut ids = Vec::new();
    for Input { name, text, problem, .. } in inputs {
        if problem.is_some() || analysis.has(&name) {
            continue;
        }
        analysis.needed.insert(name.clone());
        ids.push(analysis.add_source(name, text));
        analysis.files += 1;
    }
    ids
}

/// The variables that options give a value to and that no module has.
fn undeclared(project: &Project, options: &Options) -> Vec<String> {
    let given = options.variables.given.iter().filter_map(|given| match given {
        Given::Value { name, .. } => Some(name.clone()),
        Given::File(_) => None,
    });
    given.filter(|name| !project.declares(name)).collect()
}

fn parse(sources: &SourceMap, ids: &[SourceId]) -> Vec<TerraformFile> {
    let bytes = ids.iter().map(|id| sources.file(*id).text().len()).sum();
    each(ids, bytes, |id| TerraformFile::parse(sources, *id))
}

/// Whether a name is meant by a pattern in which `*` stands for any part of a file's name.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.strip_suffix(last).is_some_and(|inside| !inside.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_a_part_of_a_name() {
        assert!(matches("a/*.json", "a/x.json"));
        assert!(matches("a/x.json", "a/x.json"));
        assert!(matches("a/p-*-*.json", "a/p-x-y.json"));
        assert!(!matches("a/*.json", "a/b/x.json"));
        assert!(!matches("a/*.json", "a/x.yaml"));
        assert!(!matches("a/x.json", "a/x.json2"));
    }
}

//! Which files must be looked at again when one of them changes.

use std::collections::{BTreeMap, BTreeSet};

use trilith_graph::{ResourceGraph, SourceId, Span, Via};

use crate::analyse::{Analysis, Input, Loader};

/// The files of a run by what they are evaluated with.
#[derive(Debug)]
pub(super) struct Units {
    /// For each source the number of its unit.
    of: Vec<usize>,
}

impl Units {
    /// Sources of which one root takes something belong together, and so do the Terraform files of
    /// a directory.
    pub(super) fn new(analysis: &Analysis) -> Self {
        let count = analysis.sources.files().count();
        let mut units = Self { of: (0..count).collect() };
        for sources in sources_of_roots(&analysis.graph) {
            units.join_all(sources.into_iter().map(|source| source.0 as usize));
        }
        let mut directories: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (id, file) in analysis.sources.files() {
            if is_terraform(file.name()) {
                let directory = file.name().rsplit_once('/').map_or("", |(above, _)| above);
                directories.entry(directory).or_default().push(id.0 as usize);
            }
        }
        for sources in directories.into_values() {
            units.join_all(sources.into_iter());
        }
        units
    }

    /// The sources that are evaluated with one.
    pub(super) fn around(&self, source: SourceId) -> Vec<SourceId> {
        let unit = self.of.get(source.0 as usize).copied();
        let members = self.of.iter().enumerate().filter(|(_, of)| Some(**of) == unit);
        members.map(|(at, _)| SourceId(at as u32)).collect()
    }

    fn join_all(&mut self, sources: impl Iterator<Item = usize>) {
        let sources: Vec<usize> = sources.filter(|at| *at < self.of.len()).collect();
        let units: BTreeSet<usize> = sources.iter().map(|at| self.of[*at]).collect();
        let Some(first) = units.first().copied() else { return };
        if units.len() > 1 {
            for of in &mut self.of {
                if units.contains(of) {
                    *of = first;
                }
            }
        }
    }
}

/// The sources that the resources of each root, and the ways of their values, lie in.
fn sources_of_roots(graph: &ResourceGraph) -> Vec<BTreeSet<SourceId>> {
    let mut all = vec![BTreeSet::new(); graph.roots().len()];
    for (_, resource) in graph.resources() {
        let Some(sources) = all.get_mut(resource.root.0 as usize) else { continue };
        let mut last = None;
        let mut note = |span: Span| {
            if last != Some(span.source) {
                last = Some(span.source);
                sources.insert(span.source);
            }
        };
        note(resource.span);
        for values in [&resource.properties, &resource.raw, &resource.attributes] {
            values.walk(&mut |_, value| {
                note(value.span);
                Via::steps(value.via.as_ref()).for_each(|step| note(step.span));
            });
        }
    }
    all
}

fn is_terraform(name: &str) -> bool {
    [".tf", ".tf.json", ".tfvars", ".tfvars.json"].iter().any(|ending| name.ends_with(ending))
}

/// The files of a unit, as a run would read them, with some of their texts changed.
pub(super) fn inputs(
    analysis: &Analysis,
    unit: &[SourceId],
    changed: &BTreeMap<String, String>,
) -> Vec<Input> {
    let is_module = unit.iter().any(|id| is_terraform(analysis.sources.file(*id).name()));
    let files = analysis.sources.files().filter(|(id, file)| {
        // Values that were named on the command line may be for any module.
        let is_values = is_module
            && [".tfvars", ".tfvars.json"].iter().any(|ending| file.name().ends_with(ending));
        (unit.contains(id) || is_values) && !analysis.needed.contains(file.name())
    });
    let text = |name: &str, text: &str| changed.get(name).map_or(text, String::as_str).to_owned();
    files.map(|(_, file)| Input::new(file.name(), text(file.name(), file.text()))).collect()
}

/// Reads what another loader reads, with some of the texts changed.
pub(super) struct Overlay<'l> {
    pub(super) inner: &'l dyn Loader,
    /// By name.
    pub(super) changed: &'l BTreeMap<String, String>,
}

impl Overlay<'_> {
    fn over(&self, mut inputs: Vec<Input>) -> Vec<Input> {
        for input in &mut inputs {
            if let Some(text) = self.changed.get(&input.name) {
                input.text.clone_from(text);
            }
        }
        inputs
    }
}

impl Loader for Overlay<'_> {
    fn module(&self, directory: &str) -> Vec<Input> {
        self.over(self.inner.module(directory))
    }

    fn values(&self, directory: &str) -> Vec<Input> {
        self.over(self.inner.values(directory))
    }

    fn manifest(&self, directory: &str) -> Option<String> {
        self.inner.manifest(directory)
    }

    fn texts(&self, pattern: &str, modules: &[&str]) -> Vec<Input> {
        self.over(self.inner.texts(pattern, modules))
    }
}

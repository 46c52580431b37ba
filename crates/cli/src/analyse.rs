//! Steps 2 to 5: files to one resource graph. Pure: texts are given, or asked of a [`Loader`].

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use trilith_graph::{Diagnostic, ResourceGraph, Root, SourceFile, SourceId, SourceMap, Span};
use trilith_parser::detect::{Detection, detect};
use trilith_parser::policy::PolicyKind;
use trilith_parser::tree::Tree;
use trilith_parser::{Options, Parsed, Reading, load, stacks};
use trilith_waivers::Waiver;

use crate::taken;
use crate::terraform::Terraform;

/// Files below which starting threads costs more than it saves.
const FILES_WORTH_THREADS: usize = 8;
/// Bytes above which even few files are parsed in threads.
const BYTES_WORTH_THREADS: usize = 400_000;

/// A file that was read.
#[derive(Debug, Clone)]
pub struct Input {
    /// Its name as printed.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Why its bytes are not text, if so.
    pub problem: Option<Problem>,
    /// Whether it is there for others to be understood, and is not checked itself.
    pub is_context: bool,
    /// What its policies are, where the configuration says so.
    pub policy_kind: Option<PolicyKind>,
}

/// Why a file is not text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// At which byte of the text.
    pub offset: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Whether it is no text at all, so that nothing can be told of it.
    pub binary: bool,
}

impl Input {
    /// A file with good text.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let (name, text) = (name.into(), text.into());
        Self { name, text, problem: None, is_context: false, policy_kind: None }
    }

    /// A file of these bytes.
    pub fn decode(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        let decoded = load::decode(bytes);
        let problem = decoded.problem.map(|problem| Problem {
            offset: problem.offset(),
            message: problem.message().into(),
            help: problem.help().map(str::to_owned),
            binary: problem.is_not_text(),
        });
        Self { problem, ..Self::new(name, decoded.text) }
    }
}

/// What the files of a run hold.
#[derive(Debug, Default)]
pub struct Analysis {
    /// The texts of the files that are ours.
    pub sources: SourceMap,
    /// Their resources.
    pub graph: ResourceGraph,
    /// What could not be read, or is odd.
    pub diagnostics: Vec<Diagnostic>,
    /// Text to mask in every output.
    pub masks: Vec<Span>,
    /// Names of files that are not ours, by reason.
    pub skipped: BTreeMap<String, Vec<String>>,
    /// Number of files that were taken for ours.
    pub files: usize,
    /// Names of files that were read because others need them.
    pub needed: BTreeSet<String>,
    /// By the name of a plan: the files of the modules that it was made of, if they are here.
    pub made_of: BTreeMap<String, BTreeSet<String>>,
    /// Variables that were given a value and that no module declares.
    pub undeclared: Vec<String>,
    /// Number of root modules of Terraform that were evaluated.
    pub root_modules: usize,
    names: BTreeSet<String>,
    /// The waivers of sources that were looked through for them while they were read.
    waivers: BTreeMap<SourceId, Vec<Waiver>>,
    /// Roots that have not joined the graph yet.
    roots: Vec<Root>,
}

/// Reads files that turn out to be needed.
pub trait Loader: Send + Sync {
    /// The module files of a directory.
    fn module(&self, directory: &str) -> Vec<Input>;
    /// The files of values that Terraform reads by itself in the directory of a root module.
    fn values(&self, directory: &str) -> Vec<Input>;
    /// What `terraform init` wrote about the modules that it installed for a root module.
    fn manifest(&self, directory: &str) -> Option<String>;
    /// The files that expressions read; `*` in the name stands for anything. `modules` are the
    /// directories of the modules of the run, outside of which nothing is read.
    fn texts(&self, pattern: &str, modules: &[&str]) -> Vec<Input>;
}

/// Reads nothing: all files of a run are given.
#[derive(Debug, Clone, Copy)]
pub struct NoLoader;

impl Loader for NoLoader {
    fn module(&self, _directory: &str) -> Vec<Input> {
        Vec::new()
    }

    fn values(&self, _directory: &str) -> Vec<Input> {
        Vec::new()
    }

    fn manifest(&self, _directory: &str) -> Option<String> {
        None
    }

    fn texts(&self, _pattern: &str, _modules: &[&str]) -> Vec<Input> {
        Vec::new()
    }
}

/// Reads files into a graph. They are all that there is.
pub fn analyse(inputs: Vec<Input>, options: &Options) -> Analysis {
    analyse_with(inputs, options, &NoLoader)
}

/// Reads files into a graph, and what they need besides.
pub fn analyse_with(inputs: Vec<Input>, reading: &dyn Reading, loader: &dyn Loader) -> Analysis {
    let mut analysis = Analysis::default();
    let mut files = Vec::new();
    let mut terraform = Terraform::default();
    let mut kinds = BTreeMap::new();
    for input in inputs {
        if let Some(problem) = input.problem.as_ref().filter(|problem| problem.binary) {
            analysis.skipped.entry(problem.message.clone()).or_default().push(input.name);
            continue;
        }
        let detection = detect(&input.name, &input.text);
        if let Detection::NotOurs(reason) = detection {
            if !input.is_context {
                let names = analysis.skipped.entry(reason.to_string()).or_default();
                names.push(input.name.clone());
            }
            terraform.spare(input);
            continue;
        }
        let Input { name, text, problem, is_context, policy_kind } = input;
        let id = analysis.add_source(name.clone(), text);
        kinds.extend(policy_kind.map(|kind| (id, kind)));
        analysis.files += usize::from(!is_context);
        if let Some(problem) = problem {
            let span = Span::at(id, problem.offset as u32);
            let mut diagnostic = trilith_parser::unreadable(span, &problem.message);
            diagnostic.help = problem.help;
            analysis.diagnostics.push(diagnostic);
            continue;
        }
        match detection {
            Detection::TerraformHcl
            | Detection::TerraformJson
            | Detection::TerraformVariables(_) => {
                let files = if is_context { &mut terraform.context } else { &mut terraform.files };
                files.push(id);
            }
            _ => {
                terraform.known.insert(name, id);
                if detection == Detection::TerraformPlan {
                    // A plan has neither comments nor metadata, and many megabytes to look for them.
                    analysis.waivers.insert(id, Vec::new());
                    terraform.plans.push(id);
                } else {
                    files.push((id, detection));
                }
            }
        }
    }
    parse_files(&mut analysis, &files, reading, &kinds);
    if !terraform.is_empty() {
        terraform.read(&mut analysis, reading, loader);
    }
    let mut roots = std::mem::take(&mut analysis.roots);
    taken::leave_out(&mut roots, &kinds);
    roots.sort_by(|a, b| (&a.name, a.source).cmp(&(&b.name, b.source)));
    let mut roots = join_stacks(&mut analysis, roots, reading);
    stacks::link_imports(&mut roots);
    // A module that two roots call says the same twice.
    Diagnostic::sort(&mut analysis.diagnostics);
    analysis.diagnostics.dedup();
    analysis.masks.extend(roots.iter().flat_map(|root| &root.sensitive));
    analysis.graph = ResourceGraph::new(roots);
    analysis
}

/// Applies `parse` to each, in threads where that is worth it.
pub(crate) fn each<T: Sync, R: Send>(
    items: &[T],
    bytes: usize,
    parse: impl Fn(&T) -> R + Sync + Send,
) -> Vec<R> {
    let in_threads =
        items.len() >= FILES_WORTH_THREADS || (items.len() > 1 && bytes >= BYTES_WORTH_THREADS);
    if in_threads {
        items.par_iter().map(parse).collect()
    } else {
        items.iter().map(parse).collect()
    }
}

fn parse_files(
    analysis: &mut Analysis,
    files: &[(SourceId, Detection)],
    reading: &dyn Reading,
    kinds: &BTreeMap<SourceId, PolicyKind>,
) {
    let sources = &analysis.sources;
    let bytes: usize = files.iter().map(|(id, _)| sources.file(*id).text().len()).sum();
    let parsed: Vec<(Parsed, Vec<Waiver>)> = each(files, bytes, |(id, detection)| {
        let options = reading.options(sources.file(*id).name());
        let of_kind =
            kinds.get(id).map(|kind| Options { policy_kind: Some(*kind), ..options.clone() });
        let options = of_kind.as_ref().unwrap_or(options);
        let mut waivers = Vec::new();
        let mut see = |tree: &Tree<'_>| {
            waivers = trilith_waivers::collect_in(*id, sources.file(*id).text(), tree);
        };
        let parsed = trilith_parser::parse_seen(sources, *id, *detection, options, &mut see);
        (parsed, waivers)
    });
    for ((id, _), (parsed, waivers)) in files.iter().zip(parsed) {
        analysis.add_file(*id, parsed);
        analysis.waivers.insert(*id, waivers);
    }
}

impl Analysis {
    /// Adds what a file gave that is ours by the look of it.
    pub(crate) fn add_file(&mut self, id: SourceId, parsed: Parsed) {
        if let Some(reason) = parsed.skipped {
            let name = self.sources.file(id).name().to_owned();
            self.skipped.entry(reason.to_string()).or_default().push(name);
            self.files -= 1;
        }
        self.add(parsed);
    }

    /// The waivers that the sources hold, in the order of the sources.
    pub(crate) fn take_waivers(&mut self) -> Vec<Waiver> {
        let mut known = std::mem::take(&mut self.waivers);
        let of_file =
            |(id, file)| known.remove(&id).unwrap_or_else(|| trilith_waivers::collect(id, file));
        self.sources.files().flat_map(of_file).collect()
    }

    /// Whether a file was read.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Adds a file of which something could not be read.
    pub(crate) fn add_unreadable(&mut self, name: String, message: &str, help: String) {
        let id = self.add_source(name, String::new());
        self.files += 1;
        let diagnostic = trilith_parser::unreadable(Span::at(id, 0), message);
        self.diagnostics.push(diagnostic.help(help));
    }

    /// Adds a file that was read.
    pub(crate) fn add_source(&mut self, name: String, text: String) -> SourceId {
        self.names.insert(name.clone());
        self.sources.add(SourceFile::new(name, text))
    }

    pub(crate) fn add(&mut self, parsed: Parsed) {
        self.diagnostics.extend(parsed.diagnostics);
        self.roots.extend(parsed.roots);
    }
}

/// Puts nested stacks into their parents.
fn join_stacks(analysis: &mut Analysis, roots: Vec<Root>, reading: &dyn Reading) -> Vec<Root> {
    let nested = stacks::nest(&analysis.sources, roots, reading);
    // What is wrong with a nested template is told from its instances, not from its defaults.
    analysis.diagnostics.retain(|diagnostic| {
        let is_child = nested.children.contains(&diagnostic.primary.span.source);
        !(is_child && &*diagnostic.rule == "template-malformed")
    });
    analysis.diagnostics.extend(nested.diagnostics);
    nested.roots
}

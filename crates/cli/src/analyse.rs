//! Steps 2 to 5: files to one resource graph. Pure: the texts are given, no file is touched.

use std::collections::BTreeMap;

use rayon::prelude::*;
use trilith_graph::{Diagnostic, ResourceGraph, Root, SourceFile, SourceId, SourceMap, Span};
use trilith_parser::detect::{Detection, detect};
use trilith_parser::{Options, Parsed, PlanModule, load};

/// Files below which starting threads costs more than it saves.
const FILES_WORTH_THREADS: usize = 8;
/// Bytes above which even few files are parsed in threads.
const BYTES_WORTH_THREADS: usize = 400_000;

/// A file that was read.
#[derive(Debug)]
pub struct Input {
    /// Its name as printed.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Why its bytes are not text, if so.
    pub problem: Option<Problem>,
    /// Whether it is there for others to be understood, and is not checked itself.
    pub is_context: bool,
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
        Self { name: name.into(), text: text.into(), problem: None, is_context: false }
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
        Self { name: name.into(), text: decoded.text, problem, is_context: false }
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
}

/// What is parsed together.
enum Unit {
    File(SourceId),
    Plan(SourceId),
    Module(Vec<SourceId>),
}

/// The files of one directory that are a module.
#[derive(Debug, Default)]
struct Module {
    files: Vec<SourceId>,
    /// Whether one of them is to be checked.
    is_checked: bool,
}

/// Modules by directory.
type Modules = BTreeMap<String, Module>;

/// Directories up to which a plan's sources are looked for in all of them.
const PLAN_DIRECTORIES: usize = 64;

/// Reads files into a graph.
pub fn analyse(inputs: Vec<Input>, options: &Options) -> Analysis {
    let mut analysis = Analysis::default();
    let mut files = Vec::new();
    let mut modules = Modules::new();
    for input in inputs {
        if let Some(problem) = input.problem.as_ref().filter(|problem| problem.binary) {
            analysis.skipped.entry(problem.message.clone()).or_default().push(input.name);
            continue;
        }
        let detection = detect(&input.name, &input.text);
        if let Detection::NotOurs(reason) = detection {
            analysis.skipped.entry(reason.to_string()).or_default().push(input.name);
            continue;
        }
        let directory = directory_of(&input.name).to_owned();
        let id = analysis.sources.add(SourceFile::new(input.name, input.text));
        analysis.files += usize::from(!input.is_context);
        if let Some(problem) = input.problem {
            let span = Span::at(id, problem.offset as u32);
            let mut diagnostic = trilith_parser::unreadable(span, &problem.message);
            diagnostic.help = problem.help;
            analysis.diagnostics.push(diagnostic);
            continue;
        }
        match detection {
            Detection::TerraformHcl | Detection::TerraformJson => {
                let module = modules.entry(directory).or_default();
                module.files.push(id);
                module.is_checked |= !input.is_context;
            }
            Detection::TerraformPlan => files.push(Unit::Plan(id)),
            _ => files.push(Unit::File(id)),
        }
    }
    let checked = modules.values().filter(|module| module.is_checked);
    let units = files.into_iter().chain(checked.map(|module| Unit::Module(module.files.clone())));
    let units: Vec<Unit> = units.collect();
    parse_units(&mut analysis, &units, &modules, options);
    analysis
}

/// The directory of a file, by its name.
fn directory_of(name: &str) -> &str {
    name.rsplit_once('/').map_or(".", |(directory, _)| directory)
}

/// The directories that a plan may be made of: its own, then all others if they are not many.
fn plan_modules<'m>(plan: &str, modules: &'m Modules) -> Vec<PlanModule<'m>> {
    let own = directory_of(plan);
    let one = |module: &'m Module, is_beside| PlanModule { files: &module.files, is_beside };
    let beside = modules.get(own).map(|module| one(module, true));
    let others = modules.iter().filter(|(directory, _)| *directory != own);
    let others = others.filter(|_| modules.len() <= PLAN_DIRECTORIES);
    beside.into_iter().chain(others.map(|(_, module)| one(module, false))).collect()
}

fn parse_units(analysis: &mut Analysis, units: &[Unit], modules: &Modules, options: &Options) {
    let sources = &analysis.sources;
    let bytes: usize = sources.files().map(|(_, file)| file.text().len()).sum();
    let parse = |unit: &Unit| match unit {
        Unit::File(id) => trilith_parser::parse(sources, *id, options),
        Unit::Plan(id) => {
            let modules = plan_modules(sources.file(*id).name(), modules);
            trilith_parser::parse_plan(sources, *id, &modules)
        }
        Unit::Module(ids) => trilith_parser::parse_module(sources, ids, options),
    };
    let in_threads =
        units.len() >= FILES_WORTH_THREADS || (units.len() > 1 && bytes >= BYTES_WORTH_THREADS);
    let parsed: Vec<Parsed> = if in_threads {
        units.par_iter().map(parse).collect()
    } else {
        units.iter().map(parse).collect()
    };
    let mut roots: Vec<Root> = Vec::new();
    for (unit, parsed) in units.iter().zip(parsed) {
        if let (Some(reason), Unit::File(id) | Unit::Plan(id)) = (parsed.skipped, unit) {
            let name = sources.file(*id).name().to_owned();
            analysis.skipped.entry(reason.to_string()).or_default().push(name);
            analysis.files -= 1;
        }
        analysis.diagnostics.extend(parsed.diagnostics);
        for root in parsed.roots {
            analysis.masks.extend(&root.sensitive);
            roots.push(root);
        }
    }
    roots.sort_by(|a, b| (&a.name, a.source).cmp(&(&b.name, b.source)));
    analysis.graph = ResourceGraph::new(roots);
}

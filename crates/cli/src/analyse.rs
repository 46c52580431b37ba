//! Steps 2 to 5: files to one resource graph. Pure: the texts are given, no file is touched.

use std::collections::BTreeMap;

use rayon::prelude::*;
use trilith_graph::{Diagnostic, ResourceGraph, Root, SourceFile, SourceId, SourceMap, Span};
use trilith_parser::detect::{Detection, detect};
use trilith_parser::{Options, Parsed, load, stacks};

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
        Self { name: name.into(), text: text.into(), problem: None }
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
        Self { name: name.into(), text: decoded.text, problem }
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
    Module(Vec<SourceId>),
}

/// Reads files into a graph.
pub fn analyse(inputs: Vec<Input>, options: &Options) -> Analysis {
    let mut analysis = Analysis::default();
    let mut files = Vec::new();
    let mut modules: BTreeMap<String, Vec<SourceId>> = BTreeMap::new();
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
        let directory = match input.name.rsplit_once('/') {
            Some((directory, _)) => directory.to_owned(),
            None => ".".to_owned(),
        };
        let id = analysis.sources.add(SourceFile::new(input.name, input.text));
        analysis.files += 1;
        if let Some(problem) = input.problem {
            let span = Span::at(id, problem.offset as u32);
            let mut diagnostic = trilith_parser::unreadable(span, &problem.message);
            diagnostic.help = problem.help;
            analysis.diagnostics.push(diagnostic);
            continue;
        }
        match detection {
            Detection::TerraformHcl | Detection::TerraformJson => {
                modules.entry(directory).or_default().push(id);
            }
            _ => files.push(id),
        }
    }
    let units: Vec<Unit> =
        files.into_iter().map(Unit::File).chain(modules.into_values().map(Unit::Module)).collect();
    parse_units(&mut analysis, &units, options);
    analysis
}

fn parse_units(analysis: &mut Analysis, units: &[Unit], options: &Options) {
    let sources = &analysis.sources;
    let bytes: usize = sources.files().map(|(_, file)| file.text().len()).sum();
    let parse = |unit: &Unit| match unit {
        Unit::File(id) => trilith_parser::parse(sources, *id, options),
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
        if let (Some(reason), Unit::File(id)) = (parsed.skipped, unit) {
            let name = sources.file(*id).name().to_owned();
            analysis.skipped.entry(reason.to_string()).or_default().push(name);
            analysis.files -= 1;
        }
        analysis.diagnostics.extend(parsed.diagnostics);
        roots.extend(parsed.roots);
    }
    roots.sort_by(|a, b| (&a.name, a.source).cmp(&(&b.name, b.source)));
    let mut roots = join_stacks(analysis, roots, options);
    stacks::link_imports(&mut roots);
    for root in &roots {
        analysis.masks.extend(&root.sensitive);
    }
    analysis.graph = ResourceGraph::new(roots);
}

/// Puts nested stacks into their parents.
fn join_stacks(analysis: &mut Analysis, roots: Vec<Root>, options: &Options) -> Vec<Root> {
    let nested = stacks::nest(&analysis.sources, roots, options);
    // What is wrong with a nested template is told from its instances, not from its defaults.
    analysis.diagnostics.retain(|diagnostic| {
        let is_child = nested.children.contains(&diagnostic.primary.span.source);
        !(is_child && &*diagnostic.rule == "template-malformed")
    });
    analysis.diagnostics.extend(nested.diagnostics);
    nested.roots
}

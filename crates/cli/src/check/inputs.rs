//! Steps 1 and 2: the files of a run, read.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::examine::Limits;
use crate::analyse::{Input, Loader, NoLoader, Problem};
use crate::args::ScopeArgs;
use crate::config::{Config, DocumentKind};
use crate::discover::{self, Candidate, Walk};
use crate::failure::Failure;
use crate::file_system::{Disk, FileSystem};
use crate::loader::FileLoader;
use crate::paths::Paths;
use crate::plan_file::{PlanFile, PlanProblem};
use crate::{files, plan_file, siblings};

/// Files above this size are plans or not ours.
const MAX_FILE: u64 = 256 * 1024 * 1024;

/// The files of a run.
pub(crate) struct Inputs {
    pub(crate) list: Vec<Input>,
    /// The names of those to report on, if not all.
    pub(crate) given: Option<BTreeSet<String>>,
    /// What could not be read of files that `terraform plan -out` wrote.
    pub(crate) plan_problems: Vec<PlanProblem>,
    /// Reads what else is needed.
    pub(crate) loader: Box<dyn Loader>,
}

/// Reads what the arguments name, and what these files need to be understood.
pub(crate) fn read_inputs(args: &ScopeArgs, config: &Config) -> Result<Inputs, Failure> {
    if args.paths.iter().any(|path| path.as_os_str() == "-") {
        let name = args.stdin_filename.clone().unwrap_or_else(|| "stdin".into());
        let given = BTreeSet::from([name.clone()]);
        let mut list = vec![Input::decode(name, files::read_stdin()?)];
        add_nested_templates(&mut list, None, args, &Disk);
        set_kinds(&mut list, config);
        let (given, plan_problems) = (Some(given), Vec::new());
        return Ok(Inputs { list, given, plan_problems, loader: Box::new(NoLoader) });
    }
    let here = [PathBuf::from(".")];
    let paths = if args.paths.is_empty() { &here[..] } else { &args.paths[..] };
    let walk = Walk {
        no_ignore: args.no_ignore,
        exclude: &config.exclude,
        exclude_from: config.directory.as_deref(),
    };
    let mut candidates = discover::discover(paths, &walk)?;
    if args.force_exclude || args.report_given {
        let is_excluded = excluded(config)?;
        candidates.retain(|candidate| !candidate.named || !is_excluded(&candidate.name));
    }
    // Files that were named are what to report on; what they need to be understood is read too.
    let named_only = candidates.iter().all(|candidate| candidate.named);
    read_candidates(candidates, named_only, args, config, &(Arc::new(Disk) as Arc<_>))
}

/// Reads files, and what they need to be understood. If `named_only`, they are what to report on.
pub(crate) fn read_candidates(
    mut candidates: Vec<Candidate>,
    named_only: bool,
    args: &ScopeArgs,
    config: &Config,
    files: &Arc<dyn FileSystem>,
) -> Result<Inputs, Failure> {
    let mut given: Option<BTreeSet<String>> =
        named_only.then(|| candidates.iter().map(|c| c.name.clone()).collect());
    if named_only {
        siblings::add(&mut candidates, &**files);
    }
    let read: Result<Vec<Read>, Failure> =
        candidates.par_iter().map(|candidate| read(candidate, args, &**files)).collect();
    let mut list = Vec::with_capacity(candidates.len());
    let mut plan_files = Vec::new();
    for read in read? {
        match read {
            Read::File(input) => list.push(input),
            Read::Plan(plan) => plan_files.push(plan),
            Read::Nothing => {}
        }
    }
    let mut plan_problems = Vec::new();
    for plan in plan_files {
        plan_problems.extend(plan.problem);
        if let Some(given) = &mut given {
            given.extend(plan.inputs.iter().map(|input| input.name.clone()));
        }
        let known: BTreeSet<String> = list.iter().map(|input| input.name.clone()).collect();
        list.extend(plan.inputs.into_iter().filter(|input| !known.contains(&input.name)));
    }
    if given.is_some() {
        let beside = siblings::of_plans(&list, &candidates, &**files);
        list.extend(beside);
    }
    add_nested_templates(&mut list, given.as_mut(), args, &**files);
    set_kinds(&mut list, config);
    Ok(Inputs { list, given, plan_problems, loader: Box::new(FileLoader(files.clone())) })
}

/// Tells the files that the configuration leaves out: one of them may have been read because a
/// module that is not left out calls it.
pub(crate) fn excluded(config: &Config) -> Result<impl Fn(&str) -> bool + use<>, Failure> {
    leaving_out(&config.exclude, config.directory.as_deref())
}

/// Tells the files that one of several configurations leaves out.
pub(crate) fn excluded_by(limits: &Limits) -> Result<impl Fn(&str) -> bool + use<>, Failure> {
    leaving_out(&limits.exclude.0, limits.exclude.1.as_deref())
}

fn leaving_out(
    exclude: &[String],
    directory: Option<&Path>,
) -> Result<impl Fn(&str) -> bool + use<>, Failure> {
    let here = PathBuf::from(".");
    let globs = discover::excluding(exclude, directory.unwrap_or(&here))?;
    let paths = Paths::new(directory);
    Ok(move |name: &str| {
        let path = paths.of(name);
        let mut above = Path::new(&path).ancestors();
        let is_file = above.next().is_some_and(|path| globs.matched(path, false).is_ignore());
        let mut above = above.filter(|path| !path.as_os_str().is_empty());
        is_file || above.any(|path| globs.matched(path, true).is_ignore())
    })
}

/// Says what documents are where the configuration does.
pub(crate) fn set_kinds(list: &mut Vec<Input>, config: &Config) {
    if config.documents.is_empty() {
        return;
    }
    let paths = Paths::new(config.directory.as_deref());
    list.retain_mut(|input| {
        let kind = config.document_kind(&paths.of(&input.name));
        input.policy_kind = kind.and_then(DocumentKind::policy);
        kind != Some(DocumentKind::Ignored)
    });
}

/// Adds the templates that others create as nested stacks. Who names a template means what it
/// creates, so they are reported on too.
fn add_nested_templates(
    inputs: &mut Vec<Input>,
    mut given: Option<&mut BTreeSet<String>>,
    args: &ScopeArgs,
    files: &dyn FileSystem,
) {
    let mut known: BTreeSet<String> = inputs.iter().map(|input| input.name.clone()).collect();
    let mut at = 0;
    while let Some(input) = inputs.get(at) {
        at += 1;
        let is_given = given.as_ref().is_none_or(|given| given.contains(&input.name));
        let found = siblings::nested_templates(&input.name, &input.text, &mut known, files);
        for candidate in found {
            if let (true, Some(given)) = (is_given, given.as_mut()) {
                given.insert(candidate.name.clone());
            }
            if let Ok(Read::File(input)) = read(&candidate, args, files) {
                inputs.push(input);
            }
        }
    }
}

/// What a candidate turned out to be.
enum Read {
    File(Input),
    Plan(PlanFile),
    Nothing,
}

fn read(candidate: &Candidate, args: &ScopeArgs, files: &dyn FileSystem) -> Result<Read, Failure> {
    if files.size(&candidate.path) > MAX_FILE {
        let mut input = Input::new(candidate.name.clone(), String::new());
        let message = format!("larger than {} MiB", MAX_FILE >> 20);
        input.problem = Some(Problem { offset: 0, message, help: None, binary: true });
        return Ok(Read::File(input));
    }
    match files.read(&candidate.path) {
        Ok(bytes) => Ok(match plan_file::read(candidate, &bytes) {
            Some(plan) => Read::Plan(plan),
            None => Read::File(Input::decode(candidate.name.clone(), bytes)),
        }),
        // A file that was named must be readable; one that was found may have gone meanwhile.
        Err(failure) if candidate.named && !args.report_given => Err(failure),
        Err(_) => Ok(Read::Nothing),
    }
}

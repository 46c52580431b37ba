//! Files that are needed to understand the ones that were named.
//!
//! A hook passes the files that changed, but a module is all files of its directory: checking
//! a part of it would call missing what stands in the next file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use trilith_parser::detect::{Detection, detect};
use trilith_parser::stacks;

use crate::analyse::Input;
use crate::check::directory_of;
use crate::discover::Candidate;
use crate::file_system::FileSystem;

/// Adds the other files of the modules that named files belong to.
pub fn add(candidates: &mut Vec<Candidate>, files: &dyn FileSystem) {
    let directories: BTreeSet<_> = candidates
        .iter()
        .filter(|candidate| is_part_of_module(&candidate.name) || is_values(&candidate.name))
        .map(|candidate| directory_of(&candidate.path).to_path_buf())
        .collect();
    for directory in directories {
        for candidate in parts_in(&directory, files) {
            if candidates.iter().all(|other| other.name != candidate.name) {
                candidates.push(candidate);
            }
        }
    }
    candidates.sort();
}

/// Templates of nested stacks that lie beside those that create them, and theirs in turn: the
/// names of files that are not among `known` yet, each with the name to print.
pub fn nested_templates(
    name: &str,
    text: &str,
    known: &mut BTreeSet<String>,
    files: &dyn FileSystem,
) -> Vec<Candidate> {
    let paths = stacks::local_templates(name, text).into_iter();
    let candidates = paths.map(|path| Candidate::new(PathBuf::from(path), false));
    candidates
        .filter(|candidate| files.is_file(&candidate.path) && known.insert(candidate.name.clone()))
        .collect()
}

/// The modules in the directories of plans: what a plan was made of is there more often than not.
pub fn of_plans(inputs: &[Input], candidates: &[Candidate], files: &dyn FileSystem) -> Vec<Input> {
    let known: BTreeSet<&str> = inputs.iter().map(|input| &*input.name).collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for candidate in candidates {
        let directory = directory_of(&candidate.path);
        if is_part_of_module(&candidate.name) || seen.contains(directory) {
            continue;
        }
        let parts: Vec<Candidate> =
            parts_in(directory, files).filter(|part| !known.contains(&*part.name)).collect();
        // Finding out whether a file is a plan is the costlier question.
        let is_plan = |input: &Input| input.name == candidate.name && is_plan(input);
        if parts.is_empty() || !inputs.iter().any(is_plan) {
            continue;
        }
        seen.insert(directory.to_path_buf());
        for part in parts {
            if let Ok(bytes) = files.read(&part.path) {
                let input = Input::decode(part.name, bytes);
                found.push(Input { is_context: true, ..input });
            }
        }
    }
    found
}

/// The files of a directory that are parts of a module.
pub(crate) fn parts_in<'f>(
    directory: &Path,
    files: &'f dyn FileSystem,
) -> impl Iterator<Item = Candidate> + use<'f> {
    let entries = files.list(directory).into_iter();
    let candidates = entries.map(|path| Candidate::new(path, false));
    candidates.filter(|one| is_part_of_module(&one.name) && files.is_file(&one.path))
}

fn is_plan(input: &Input) -> bool {
    matches!(detect(&input.name, &input.text), Detection::TerraformPlan)
}

/// Whether a file of this name is part of a Terraform module.
pub fn is_part_of_module(name: &str) -> bool {
    const ENDINGS: [&str; 4] = [".tf", ".tofu", ".tf.json", ".tofu.json"];
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Whether a file of this name gives values to the variables of the module beside it.
pub(crate) fn is_values(name: &str) -> bool {
    name.ends_with(".tfvars") || name.ends_with(".tfvars.json")
}

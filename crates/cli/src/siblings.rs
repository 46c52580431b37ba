//! Files that are needed to understand the ones that were named.
//!
//! A hook passes the files that changed, but a module is all files of its directory: checking
//! a part of it would call missing what stands in the next file.

use std::collections::BTreeSet;
use std::path::PathBuf;

use trilith_parser::stacks;

use crate::check::directory_of;
use crate::discover::Candidate;
use crate::files;

/// Adds the other files of the modules that named files belong to.
pub fn add(candidates: &mut Vec<Candidate>) {
    let directories: BTreeSet<_> = candidates
        .iter()
        .filter(|candidate| is_part_of_module(&candidate.name) || is_values(&candidate.name))
        .map(|candidate| directory_of(&candidate.path).to_path_buf())
        .collect();
    for directory in directories {
        for path in files::list(&directory).unwrap_or_default() {
            let candidate = Candidate::new(path, false);
            let known = candidates.iter().any(|other| other.name == candidate.name);
            if !known && is_part_of_module(&candidate.name) && files::is_file(&candidate.path) {
                candidates.push(candidate);
            }
        }
    }
    candidates.sort();
}

/// Templates of nested stacks that lie beside those that create them, and theirs in turn: the
/// names of files that are not among `known` yet, each with the name to print.
pub fn nested_templates(name: &str, text: &str, known: &mut BTreeSet<String>) -> Vec<Candidate> {
    let paths = stacks::local_templates(name, text).into_iter();
    let candidates = paths.map(|path| Candidate::new(PathBuf::from(path), false));
    candidates
        .filter(|candidate| files::is_file(&candidate.path) && known.insert(candidate.name.clone()))
        .collect()
}

/// Whether a file of this name is part of a Terraform module.
pub fn is_part_of_module(name: &str) -> bool {
    const ENDINGS: [&str; 4] = [".tf", ".tofu", ".tf.json", ".tofu.json"];
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Whether a file of this name gives values to the variables of the module beside it.
fn is_values(name: &str) -> bool {
    name.ends_with(".tfvars") || name.ends_with(".tfvars.json")
}

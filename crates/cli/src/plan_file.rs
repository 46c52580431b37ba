//! Files that `terraform plan -out` wrote: what is checked of them are the sources inside.

use std::path::Path;

use trilith_parser::terraform::archive::{PlanArchive, read_archive};

use crate::analyse::Input;
use crate::check::directory_of;
use crate::discover::Candidate;
use crate::files;

/// Endings of the names of source files.
const SOURCES: [&str; 4] = [".tf", ".tofu", ".tf.json", ".tofu.json"];

/// What a plan file gave.
#[derive(Debug)]
pub struct PlanFile {
    /// The sources inside, and the values of the variables as a file.
    pub inputs: Vec<Input>,
    /// What was read, and what was not, for the summary.
    pub note: String,
}

/// Reads a plan file; `None` if the bytes are something else.
pub fn read(candidate: &Candidate, bytes: &[u8]) -> Option<PlanFile> {
    if !bytes.starts_with(b"PK\x03\x04") {
        return None;
    }
    let archive = read_archive(bytes)?;
    let note = note(candidate, &archive);
    let directory = prefix(candidate, &archive);
    let input = |(path, content): (String, Vec<u8>)| {
        let name = files::display(&Path::new(&directory).join(&path));
        let input = Input::decode(name, content);
        // Modules are checked through the root module, which calls them.
        Input { is_context: path.contains('/'), ..input }
    };
    let inputs = archive.files.into_iter().map(input).collect();
    Some(PlanFile { inputs, note })
}

/// The directory of the root module: that of the plan file, if the sources are still there as
/// they were; else the plan file itself stands for it.
fn prefix(candidate: &Candidate, archive: &PlanArchive) -> String {
    let directory = directory_of(&candidate.path);
    let mut own = archive.files.iter().filter(|(path, _)| is_source_of_root(path)).peekable();
    let is_same = |(path, content): &(String, Vec<u8>)| {
        files::read(&directory.join(path)).is_ok_and(|there| there == *content)
    };
    let is_there = own.peek().is_some() && own.all(is_same);
    if is_there { files::display(directory) } else { candidate.name.clone() }
}

fn is_source_of_root(path: &str) -> bool {
    !path.contains('/') && path != PlanArchive::VARIABLES
}

fn note(candidate: &Candidate, archive: &PlanArchive) -> String {
    let count = |number: usize, word: &str| {
        format!("{number} {word}{}", if number == 1 { "" } else { "s" })
    };
    let is_source = |path: &str| SOURCES.iter().any(|ending| path.ends_with(ending));
    let sources = archive.files.iter().filter(|(path, _)| is_source(path)).count();
    let cut = if archive.is_cut { "; what is too large was left out" } else { "" };
    format!(
        "{}: read the {} of {} inside and the values of the variables, not the planned values{cut} \
         (for those, check the output of `terraform show -json {}`)",
        candidate.name,
        count(sources, "source file"),
        count(archive.modules, "module"),
        candidate.name,
    )
}

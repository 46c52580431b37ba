//! Files that `terraform plan -out` wrote: what is checked of them are the sources inside.

use std::path::Path;

use trilith_parser::terraform::archive::{PlanArchive, read_archive};

use crate::analyse::Input;
use crate::check::directory_of;
use crate::discover::Candidate;
use crate::files;

/// Endings of the names of source files.
const SOURCES: [&str; 4] = [".tf", ".tofu", ".tf.json", ".tofu.json"];

/// Name of the plan where a plan file stands for the directory of its sources.
const PLAN: &str = "plan.json";

/// What a plan file gave.
#[derive(Debug)]
pub struct PlanFile {
    /// The sources inside, and the values of the variables as a file.
    pub inputs: Vec<Input>,
    /// What is wrong with it, if anything.
    pub problem: Option<PlanProblem>,
}

/// What of a plan file could not be read. What the run finds is about less than the plan then.
#[derive(Debug)]
pub struct PlanProblem {
    /// Name of the plan file.
    pub name: String,
    /// What was read instead.
    pub message: String,
    /// What to type.
    pub help: String,
}

/// Reads a plan file; `None` if the bytes are something else.
pub fn read(candidate: &Candidate, bytes: &[u8]) -> Option<PlanFile> {
    if !bytes.starts_with(b"PK\x03\x04") {
        return None;
    }
    let mut archive = read_archive(bytes)?;
    let problem = problem(candidate, &archive);
    let directory = prefix(candidate, &archive);
    let plan = archive.plan.take();
    let has_plan = plan.is_some();
    let named = |path: &str| files::display(&Path::new(&directory).join(path));
    let input = |(path, content): (String, Vec<u8>)| {
        let input = Input::decode(named(&path), content);
        // Modules are checked through the root module, which calls them; and where the planned
        // values are here, the sources only tell where they are written.
        Input { is_context: has_plan || path.contains('/'), ..input }
    };
    let files = std::mem::take(&mut archive.files).into_iter();
    let files = files.filter(|(path, _)| !has_plan || path != PlanArchive::VARIABLES);
    let mut inputs: Vec<Input> = files.map(input).collect();
    inputs.extend(plan.map(|text| {
        let stands_for_module = directory == candidate.name;
        let name = if stands_for_module { named(PLAN) } else { candidate.name.clone() };
        Input::new(name, text)
    }));
    Some(PlanFile { inputs, problem })
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

fn problem(candidate: &Candidate, archive: &PlanArchive) -> Option<PlanProblem> {
    let count = |number: usize, word: &str| {
        format!("{number} {word}{}", if number == 1 { "" } else { "s" })
    };
    let message = match (&archive.plan, archive.is_cut) {
        (Some(_), false) => return None,
        (Some(_), true) => "what is too large in this plan file was left out".into(),
        (None, _) => {
            let is_source = |path: &str| SOURCES.iter().any(|ending| path.ends_with(ending));
            let sources = archive.files.iter().filter(|(path, _)| is_source(path)).count();
            format!(
                "the planned values in this plan file cannot be read, only {} of {} with the \
                 values of the variables",
                count(sources, "source file"),
                count(archive.modules, "module"),
            )
        }
    };
    let help =
        format!("check the output of `terraform show -json {}`", files::display(&candidate.path));
    Some(PlanProblem { name: candidate.name.clone(), message, help })
}

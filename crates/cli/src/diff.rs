//! `--diff-base`: what was there already at another commit.

pub(crate) mod git;
mod tree;

use std::collections::BTreeMap;

use trilith_graph::Severity;
use trilith_waivers::Baseline;

use crate::analyse::Input;
use crate::baseline;
use crate::check::{Examiner, Findings, Inputs, excluded, paths_of, set_kinds};
use crate::failure::Failure;
use crate::files;
use crate::paths::normalised;
use git::Git;
use tree::{Tree, TreeLoader};

/// The findings at a commit, branch or tag: where it and what is here come from, if that can be
/// told, so that what others have repaired in the meantime does not count as new here.
#[expect(clippy::similar_names, reason = "who examines, and what is examined")]
pub(crate) fn known_findings(
    examiner: &Examiner<'_>,
    reference: &str,
    least: Option<Severity>,
) -> Result<Baseline, Failure> {
    let git = Git::open(reference)?;
    let config = &examiner.setup.config;
    let names = names(examiner, &git)?;
    let tree = Tree::read(names)?;
    let is_excluded = excluded(config)?;
    let mut list: Vec<Input> =
        tree.candidates().filter(|input| !is_excluded(&input.name)).collect();
    set_kinds(&mut list, config);
    let inputs = Inputs {
        list,
        given: None,
        plan_problems: Vec::new(),
        loader: Box::new(TreeLoader::new(tree)),
    };
    let examined = examiner.examine(inputs);
    // What was there counts whatever it was taken for.
    let findings = Findings::of(&examined, least)?;
    let known = baseline::of(&findings.diagnostics, &examined);
    Ok(known)
}

/// The files of the commit around the paths of the run: their names here, and their objects.
fn names(examiner: &Examiner<'_>, git: &Git) -> Result<BTreeMap<String, String>, Failure> {
    let here = files::current_directory();
    let mut names = BTreeMap::new();
    let listed = git.files()?;
    for path in paths_of(examiner.args) {
        // A file is understood with those around it, and a change here breaks something there.
        let directory = match path.extension() {
            Some(_) if !files::is_directory(&path) => {
                path.parent().map(std::path::Path::to_path_buf).unwrap_or_default()
            }
            _ => path.clone(),
        };
        let absolute = normalised(&here.join(&directory));
        for (path, object) in &listed {
            let file = git.root().join(path);
            if let Ok(below) = file.strip_prefix(&absolute) {
                names.insert(files::display(&directory.join(below)), object.clone());
            }
        }
    }
    Ok(names)
}

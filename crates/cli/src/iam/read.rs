//! The files that the commands about policies read: of a directory, or of a revision in git.

use std::path::{Path, PathBuf};
use std::process::Command;

use trilith_graph::Diagnostic;
use trilith_parser::Options;

use crate::analyse::{Analysis, Input, Loader, NoLoader, analyse_with};
use crate::discover::{self, Walk};
use crate::failure::Failure;
use crate::files;
use crate::loader::FileLoader;

/// Reads policies: a document, a template, a plan, a module's file, or a directory of those.
pub(crate) fn read(path: &Path) -> Result<Analysis, Failure> {
    let name = files::display(path);
    if name == "-" {
        let inputs = vec![Input::decode(name.clone(), files::read_stdin()?)];
        return analysed(inputs, &NoLoader, true);
    }
    let candidates = discover::discover(&[path.to_owned()], &Walk::default())?;
    let named = candidates.iter().all(|candidate| candidate.named);
    let read = |candidate: discover::Candidate| {
        Ok(Input::decode(candidate.name, files::read(&candidate.path)?))
    };
    let inputs = candidates.into_iter().map(read).collect::<Result<Vec<_>, Failure>>()?;
    analysed(inputs, &FileLoader::of_disk(), named)
}

/// Two revisions: `main..HEAD`; an end that is left out is what lies in the working tree.
pub(super) fn revisions(text: &str) -> Option<(&str, Option<&str>)> {
    let (old, new) = text.split_once("..")?;
    let new = new.strip_prefix('.').unwrap_or(new);
    (!old.is_empty()).then_some((old, Some(new).filter(|new| !new.is_empty())))
}

/// Reads policies as they are at a revision.
pub(super) fn read_at(revision: &str, path: &Path) -> Result<Analysis, Failure> {
    let name = files::display(path);
    let listed = git(&["ls-tree", "-r", "--name-only", "-z", revision, "--", &name])?;
    let listed = String::from_utf8_lossy(&listed).into_owned();
    let mut inputs = Vec::new();
    let files = listed.split('\0').filter(|file| !file.is_empty());
    let named = listed == format!("{name}\0");
    for file in files.filter(|file| named || discover::has_known_ending(&PathBuf::from(file))) {
        let text = git(&["show", &format!("{revision}:./{file}")])?;
        inputs.push(Input::decode(file, text));
    }
    analysed(inputs, &NoLoader, named)
}

/// What git prints; nothing is asked of any remote.
fn git(arguments: &[&str]) -> Result<Vec<u8>, Failure> {
    let done = Command::new("git").args(arguments).output();
    let done = done.map_err(|error| Failure::new(format!("git: {error}")))?;
    if done.status.success() {
        return Ok(done.stdout);
    }
    let message = String::from_utf8_lossy(&done.stderr);
    Err(Failure::new(format!("git: {}", message.lines().next().unwrap_or("failed"))))
}

/// What the files hold. Where one file was named, it must be readable.
fn analysed(
    inputs: Vec<Input>,
    loader: &dyn Loader,
    must_be_readable: bool,
) -> Result<Analysis, Failure> {
    let analysis = analyse_with(inputs, &Options::default(), loader);
    let unreadable = |it: &&Diagnostic| trilith_parser::is_unreadable(&it.rule);
    let broken = analysis.diagnostics.iter().find(unreadable).filter(|_| must_be_readable);
    if let Some(diagnostic) = broken {
        let span = diagnostic.primary.span;
        let (name, line) =
            (analysis.sources.file(span.source).name(), analysis.sources.start(span).line);
        return Err(Failure::new(format!("{name}:{line}: {}", diagnostic.message)));
    }
    Ok(analysis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_dots_part_revisions() {
        assert_eq!(revisions("main..HEAD"), Some(("main", Some("HEAD"))));
        assert_eq!(revisions("origin/main...HEAD"), Some(("origin/main", Some("HEAD"))));
        assert_eq!(revisions("v1.."), Some(("v1", None)));
        assert_eq!(revisions("../old.json"), None);
        assert_eq!(revisions("old.json"), None);
    }
}

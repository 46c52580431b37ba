//! What git knows, asked of the command `git`. The work tree is never touched.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::files;

/// A commit of the repository around the current directory.
#[derive(Debug)]
pub(super) struct Git {
    root: PathBuf,
    commit: String,
}

impl Git {
    /// Finds the repository and the commit.
    pub(super) fn open(reference: &str) -> Result<Self, Failure> {
        let root = text(&["rev-parse", "--show-toplevel"]).map_err(|error| {
            Failure::new(format!("--diff-base: this is no repository of git: {error}"))
        })?;
        if reference.starts_with('-') {
            return Err(Failure::new(format!("--diff-base: `{reference}` is no commit")));
        }
        let commit = format!("{reference}^{{commit}}");
        let commit = text(&["rev-parse", "--verify", "--quiet", &commit]).map_err(|_| {
            Failure::new(format!(
                "--diff-base: git knows no commit, branch or tag `{reference}`; in CI, fetch it \
                 first (`fetch-depth: 0`)"
            ))
        })?;
        // A shallow clone may not reach back to where the two parted.
        let commit = text(&["merge-base", &commit, "HEAD"]).unwrap_or(commit);
        Ok(Self { root: root_like_here(PathBuf::from(root)), commit })
    }

    /// The root of the repository.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The files of the commit, by their path from the root, each with its object.
    pub(super) fn files(&self) -> Result<Vec<(String, String)>, Failure> {
        let listed = bytes(&["ls-tree", "-r", "-z", "--full-tree", &self.commit], b"")?;
        let entries = listed.split(|byte| *byte == 0).filter(|entry| !entry.is_empty());
        // `100644 blob OBJECT\tPATH`; links and modules of git are no files.
        let files = entries.filter_map(|entry| {
            let entry = String::from_utf8_lossy(entry);
            let (facts, path) = entry.split_once('\t')?;
            let mut facts = facts.split(' ');
            let is_file = facts.next()?.starts_with("100") && facts.next()? == "blob";
            is_file.then_some((path.to_owned(), facts.next()?.to_owned()))
        });
        Ok(files.collect())
    }

    /// The contents of objects, in their order.
    pub(super) fn read(objects: &[&str]) -> Result<Vec<Vec<u8>>, Failure> {
        let asked = objects.join("\n") + "\n";
        let answer = bytes(&["cat-file", "--batch"], asked.as_bytes())?;
        let mut rest = answer.as_slice();
        let mut contents = Vec::with_capacity(objects.len());
        for object in objects {
            let broken = || Failure::new(format!("--diff-base: git gave no object {object}"));
            // `OBJECT blob SIZE`, a line break, the content, a line break.
            let end = rest.iter().position(|byte| *byte == b'\n').ok_or_else(broken)?;
            let head = String::from_utf8_lossy(&rest[..end]).into_owned();
            let size = head.rsplit(' ').next().and_then(|size| size.parse::<usize>().ok());
            let size = size.ok_or_else(broken)?;
            let content = rest.get(end + 1..end + 1 + size).ok_or_else(broken)?;
            contents.push(content.to_vec());
            rest = rest.get(end + size + 2..).unwrap_or_default();
        }
        Ok(contents)
    }
}

/// The commit that is checked out around the current directory, if this is a repository.
pub(crate) fn head() -> Option<String> {
    files::repository()?;
    text(&["rev-parse", "--verify", "--quiet", "HEAD"]).ok().filter(|commit| !commit.is_empty())
}

/// git follows links, the current directory may not.
fn root_like_here(root: PathBuf) -> PathBuf {
    files::repository().filter(|own| files::is_within(own, &root)).unwrap_or(root)
}

fn text(arguments: &[&str]) -> Result<String, Failure> {
    let output = bytes(arguments, b"")?;
    Ok(String::from_utf8_lossy(&output).trim().to_owned())
}

/// Runs git with an input and returns what it prints.
fn bytes(arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, Failure> {
    let fail = |error: std::io::Error| Failure::new(format!("cannot run git: {error}"));
    let mut child = Command::new("git")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(fail)?;
    let stdin = child.stdin.take();
    // The answer may fill the pipe before all is asked.
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
        child.wait_with_output()
    });
    let output = output.map_err(fail)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let error = String::from_utf8_lossy(&output.stderr);
    Err(Failure::new(format!("git {}: {}", arguments[0], error.trim())))
}

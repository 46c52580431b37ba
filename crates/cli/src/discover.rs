//! Step 1, discover: paths to candidate files.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use ignore::overrides::{Override, OverrideBuilder};

use crate::failure::Failure;
use crate::files;

/// Directories whose content is not the user's.
const NOT_OURS: [&str; 4] = [".git", ".terraform", "node_modules", ".venv"];
/// Endings of file names that may hold a template, a plan, a module or a policy.
const ENDINGS: [&str; 7] = [".yaml", ".yml", ".json", ".template", ".tf", ".tofu", ".tfplan"];

/// A file that may be checked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// Where it is.
    pub path: PathBuf,
    /// Its name as printed.
    pub name: String,
    /// Whether the user named this very file.
    pub named: bool,
}

impl Candidate {
    /// A candidate at a path.
    pub fn new(path: PathBuf, named: bool) -> Self {
        Self { name: files::display(&path), path, named }
    }
}

/// How to walk directories.
#[derive(Debug, Default)]
pub struct Walk<'a> {
    /// Also look at what .gitignore excludes.
    pub no_ignore: bool,
    /// Globs to leave out.
    pub exclude: &'a [String],
    /// Directory that the globs are relative to.
    pub exclude_from: Option<&'a Path>,
}

/// The candidates under some paths, sorted, each once. A path that does not exist is a failure.
pub fn discover(paths: &[PathBuf], walk: &Walk<'_>) -> Result<Vec<Candidate>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        if files::is_directory(path) {
            walk_directory(path, walk, &mut found)?;
        } else if files::exists(path) {
            found.push(Candidate::new(path.clone(), true));
        } else {
            return Err(Failure::new(format!("{}: no such file", files::display(path))));
        }
    }
    // A file that was named and found in a directory counts as named.
    found.sort_by(|a, b| a.name.cmp(&b.name).then(b.named.cmp(&a.named)));
    found.dedup_by(|later, first| later.name == first.name);
    Ok(found)
}

/// What ignores the paths that globs, relative to a directory, leave out.
pub fn excluding(globs: &[String], from: &Path) -> Result<Override, Failure> {
    let mut overrides = OverrideBuilder::new(from);
    for glob in globs {
        let added = overrides.add(&format!("!{glob}"));
        added.map_err(|error| Failure::new(format!("exclude: {error}")))?;
    }
    overrides.build().map_err(|error| Failure::new(error.to_string()))
}

fn walk_directory(
    directory: &Path,
    walk: &Walk<'_>,
    found: &mut Vec<Candidate>,
) -> Result<(), Failure> {
    let mut builder = WalkBuilder::new(directory);
    builder.hidden(false).standard_filters(!walk.no_ignore).hidden(false);
    builder.overrides(excluding(walk.exclude, walk.exclude_from.unwrap_or(directory))?);
    builder.filter_entry(|entry| {
        let name = entry.file_name().to_str().unwrap_or_default();
        !(NOT_OURS.contains(&name) && entry.path().is_dir())
    });
    for entry in builder.build() {
        // A directory that may not be read is passed over like one that is ignored.
        let Ok(entry) = entry else { continue };
        if entry.path().is_file() && has_known_ending(entry.path()) {
            found.push(Candidate::new(entry.into_path(), false));
        }
    }
    Ok(())
}

/// Whether a path leads into a directory whose content is not the user's.
pub fn is_not_ours(path: &Path) -> bool {
    path.iter().any(|part| NOT_OURS.iter().any(|name| part == *name))
}

/// Whether the name of a file may be that of a template.
pub fn has_known_ending(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

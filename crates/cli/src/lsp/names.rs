//! Names of files as they are printed, and their paths.

use std::path::{Path, PathBuf};

use crate::files;
use crate::paths::normalised;

/// Gives files the names that `trilith check` would print in the first folder of the workspace.
#[derive(Debug, Clone)]
pub(super) struct Names {
    /// The current directory, as the client calls it and as the system does: they differ where
    /// links lead there.
    here: [PathBuf; 2],
}

impl Names {
    /// Names relative to the current directory, which the client calls `here`.
    pub(super) fn new(here: Option<&Path>) -> Self {
        let current = files::current_directory();
        Self { here: [here.map_or_else(|| current.clone(), Path::to_path_buf), current] }
    }

    /// The name of a file.
    pub(super) fn of(&self, path: &Path) -> String {
        let below = self.here.iter().find_map(|here| path.strip_prefix(here).ok());
        files::display(below.unwrap_or(path))
    }

    /// The path of a directory, as the system calls it.
    pub(super) fn path_here(&self, directory: &Path) -> PathBuf {
        normalised(&self.here[1].join(directory))
    }

    /// The one name of a file that may be called in several ways: `../here/a.tf`.
    pub(super) fn canonical(&self, name: &str) -> String {
        self.of(&self.path(name))
    }

    /// The path of a file, as the client calls it.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        normalised(&self.here[0].join(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_relative_to_the_folder_of_the_editor() {
        let names = Names::new(Some(Path::new("/work/site")));
        assert_eq!(names.of(Path::new("/work/site/a/b.tf")), "a/b.tf");
        assert_eq!(names.of(Path::new("/elsewhere/b.tf")), "/elsewhere/b.tf");
        assert_eq!(names.path("a/b.tf"), Path::new("/work/site/a/b.tf"));
        assert_eq!(names.canonical("../site/a.tf"), "a.tf");
        assert_eq!(names.path("../x.toml"), Path::new("/work/x.toml"));
    }
}

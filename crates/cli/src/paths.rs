//! Names of files as the configuration means them.

use std::path::{Component, Path, PathBuf};

use crate::files;

/// Makes names, which are relative to the current directory, relative to another one.
#[derive(Debug)]
pub struct Paths {
    here: PathBuf,
    base: PathBuf,
}

impl Paths {
    /// Names relative to a directory; to the current one if there is none.
    pub fn new(base: Option<&Path>) -> Self {
        let here = files::current_directory();
        let base = base.map_or_else(|| here.clone(), |base| normalised(&here.join(base)));
        Self { here, base }
    }

    /// A name relative to the directory, with forward slashes; as it is if it lies elsewhere.
    pub fn of(&self, name: &str) -> String {
        let path = normalised(&self.here.join(name));
        match path.strip_prefix(&self.base) {
            Ok(relative) => files::display(relative),
            Err(_) => name.to_owned(),
        }
    }
}

/// A path without `.` and `..`, as far as its text tells.
pub fn normalised(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_relative_to_the_configuration() {
        let here = files::current_directory();
        let paths = Paths::new(here.parent());
        let own = here.file_name().expect("a name").to_string_lossy().into_owned();
        assert_eq!(paths.of("a/./b.tf"), format!("{own}/a/b.tf"));
        assert_eq!(Paths::new(None).of("a/../b.tf"), "b.tf");
        assert_eq!(Paths::new(Some(Path::new("a"))).of("a/b.tf"), "b.tf");
        assert_eq!(Paths::new(Some(Path::new("a"))).of("c/b.tf"), "c/b.tf");
    }
}

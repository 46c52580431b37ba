//! Reads what Terraform files need besides themselves: modules, values of variables, texts.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::analyse::{Input, Loader};
use crate::file_system::{Disk, FileSystem};
use crate::files;
use crate::siblings::is_part_of_module;
use crate::terraform::matches;

/// Files above this size are no templates and no policies.
const MAX_TEXT: u64 = 1 << 20;
/// Files that one pattern may stand for.
const MAX_MATCHES: usize = 200;

/// Reads from the disk, or wherever else files are.
#[derive(Debug, Clone)]
pub struct FileLoader(pub Arc<dyn FileSystem>);

impl FileLoader {
    /// Reads from the disk.
    pub fn of_disk() -> Self {
        Self(Arc::new(Disk))
    }

    /// The files of a directory whose name will do.
    fn files(&self, directory: &str, will_do: impl Fn(&str) -> bool) -> Vec<Input> {
        let named = self.0.list(Path::new(directory)).into_iter().filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            will_do(name) && self.0.is_file(path)
        });
        named.filter_map(|path| self.read(&path)).collect()
    }

    fn read(&self, path: &Path) -> Option<Input> {
        let bytes = self.0.read(path).ok()?;
        let input = Input::decode(files::display(path), bytes);
        input.problem.is_none().then_some(input)
    }
}

impl Loader for FileLoader {
    fn module(&self, directory: &str) -> Vec<Input> {
        self.files(directory, is_part_of_module)
    }

    fn values(&self, directory: &str) -> Vec<Input> {
        self.files(directory, is_values_of_root)
    }

    fn manifest(&self, directory: &str) -> Option<String> {
        let path = Path::new(directory).join(".terraform/modules/modules.json");
        let bytes = self.0.is_file(&path).then(|| self.0.read(&path).ok()).flatten()?;
        String::from_utf8(bytes).ok()
    }

    fn texts(&self, pattern: &str, modules: &[&str]) -> Vec<Input> {
        // What lies outside of the modules may be anything, the keys of the user among it.
        let Some(around) = modules.iter().find(|module| is_inside(pattern, module)) else {
            return Vec::new();
        };
        let paths = match pattern.rsplit_once('/') {
            _ if !pattern.contains('*') => vec![PathBuf::from(pattern)],
            Some((folder, _)) => self.0.list(Path::new(folder)),
            None => self.0.list(Path::new(".")),
        };
        let meant = paths.into_iter().filter(|path| {
            matches(pattern, &files::display(path))
                && self.0.is_file(path)
                && self.0.size(path) <= MAX_TEXT
                && self.0.is_within(path, Path::new(around))
        });
        meant.take(MAX_MATCHES).filter_map(|path| self.read(&path)).collect()
    }
}

/// Whether Terraform reads a file of this name by itself, for the values in it.
pub(crate) fn is_values_of_root(name: &str) -> bool {
    let name = name.strip_suffix(".json").unwrap_or(name);
    name == "terraform.tfvars" || name.ends_with(".auto.tfvars")
}

/// Whether a name lies below a directory, as far as the names tell.
pub(crate) fn is_inside(name: &str, directory: &str) -> bool {
    if directory == "." {
        return !name.starts_with("..") && !name.starts_with('/');
    }
    name.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_below_a_module_is_read() {
        assert!(is_inside("a/b.json", "a"));
        assert!(is_inside("b.json", "."));
        assert!(!is_inside("ab.json", "a"));
        assert!(!is_inside("../b.json", "."));
        assert!(!is_inside("/etc/passwd", "."));
        assert!(is_inside("../m/b.json", "../m"));
    }
}

//! Reads what Terraform files need besides themselves: modules, values of variables, texts.

use std::path::{Path, PathBuf};

use crate::analyse::{Input, Loader};
use crate::files;
use crate::siblings::is_part_of_module;
use crate::terraform::matches;

/// Files above this size are no templates and no policies.
const MAX_TEXT: u64 = 1 << 20;
/// Files that one pattern may stand for.
const MAX_MATCHES: usize = 200;

/// Reads from the disk.
#[derive(Debug, Clone, Copy)]
pub struct DiskLoader;

impl DiskLoader {
    /// The files of a directory whose name will do.
    fn files(directory: &str, will_do: impl Fn(&str) -> bool) -> Vec<Input> {
        let paths = files::list(Path::new(directory)).unwrap_or_default();
        let named = paths.into_iter().filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            will_do(name) && files::is_file(path)
        });
        named.filter_map(|path| read(&path)).collect()
    }
}

impl Loader for DiskLoader {
    fn module(&self, directory: &str) -> Vec<Input> {
        Self::files(directory, is_part_of_module)
    }

    fn values(&self, directory: &str) -> Vec<Input> {
        Self::files(directory, is_values_of_root)
    }

    fn manifest(&self, directory: &str) -> Option<String> {
        let path = Path::new(directory).join(".terraform/modules/modules.json");
        files::is_file(&path).then(|| files::read_text(&path).ok()).flatten()
    }

    fn texts(&self, pattern: &str, modules: &[&str]) -> Vec<Input> {
        // What lies outside of the modules may be anything, the keys of the user among it.
        let Some(around) = modules.iter().find(|module| is_inside(pattern, module)) else {
            return Vec::new();
        };
        let paths = match pattern.rsplit_once('/') {
            _ if !pattern.contains('*') => vec![PathBuf::from(pattern)],
            Some((folder, _)) => files::list(Path::new(folder)).unwrap_or_default(),
            None => files::list(Path::new(".")).unwrap_or_default(),
        };
        let meant = paths.into_iter().filter(|path| {
            matches(pattern, &files::display(path))
                && files::is_file(path)
                && files::size(path) <= MAX_TEXT
                && files::is_within(path, Path::new(around))
        });
        meant.take(MAX_MATCHES).filter_map(|path| read(&path)).collect()
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

fn read(path: &Path) -> Option<Input> {
    let bytes = files::read(path).ok()?;
    let input = Input::decode(files::display(path), bytes);
    input.problem.is_none().then_some(input)
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

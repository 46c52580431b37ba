//! The names that the providers know: trees of property and attribute names.

use std::collections::BTreeMap;

/// A name and the names inside it.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// What it holds, as `data/schemas/extract.py` codes it; empty for Terraform.
    pub(crate) code: String,
    /// Whether nobody can set it.
    pub(crate) read_only: bool,
    /// The names inside, those of an element for a list.
    pub(crate) inner: BTreeMap<String, Names>,
}

impl Names {
    /// The name that can be set and differs at most in case and underscores.
    pub(crate) fn alike(&self, name: &str) -> Option<&String> {
        let folded = fold(name);
        let mut names = self.inner.iter().filter(|(_, names)| !names.read_only);
        names.find(|(key, _)| fold(key) == folded).map(|(key, _)| key)
    }

    /// Whether this is a list of `{Key, Value}`.
    pub(crate) fn is_pairs(&self) -> bool {
        self.code == "lo" && self.inner.contains_key("Key") && self.inner.contains_key("Value")
    }
}

/// Letters and digits in lower case.
pub(crate) fn fold(name: &str) -> String {
    name.chars().filter(|c| *c != '_').map(|c| c.to_ascii_lowercase()).collect()
}

/// Reads the files of `data/schemas`: one name a line, indented by its depth.
pub(crate) fn read(text: &str) -> BTreeMap<String, Names> {
    let mut root = Names::default();
    let mut path: Vec<String> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let depth = line.len() - line.trim_start().len();
        let mut words = line.split_whitespace();
        let Some(name) = words.next() else { continue };
        path.truncate(depth);
        let parent = path.iter().fold(&mut root, |node, key| {
            node.inner.get_mut(key).expect("a name on the path was inserted")
        });
        let code = words.next().unwrap_or_default().to_owned();
        let read_only = words.next() == Some("read-only");
        parent.inner.insert(name.to_owned(), Names { code, read_only, inner: BTreeMap::new() });
        path.push(name.to_owned());
    }
    root.inner
}

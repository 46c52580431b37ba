//! Data files of policies: JSON and YAML, merged into `data`.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json};

use crate::failure::Failure;
use crate::files;

/// Reads files, and the JSON and YAML files of directories, into one object. As in conftest, the
/// names of files and directories are no part of it.
pub(super) fn read<'p>(
    paths: impl Iterator<Item = &'p PathBuf>,
) -> Result<Map<String, Json>, Failure> {
    let mut data = Map::new();
    for path in paths {
        add(path, &mut data)?;
    }
    Ok(data)
}

fn add(path: &Path, data: &mut Map<String, Json>) -> Result<(), Failure> {
    if files::is_directory(path) {
        for entry in files::list(path)? {
            let name = entry.to_string_lossy();
            let is_data = [".json", ".yaml", ".yml"].iter().any(|ending| name.ends_with(ending));
            if files::is_directory(&entry) || is_data {
                add(&entry, data)?;
            }
        }
        return Ok(());
    }
    let name = files::display(path);
    let read = parse(&name, &files::read_text(path)?)?;
    merge(data, read);
    Ok(())
}

/// The object that a data file holds.
pub(super) fn parse(name: &str, text: &str) -> Result<Map<String, Json>, Failure> {
    let fail = |message: String| Failure::new(format!("{name}: {message}"));
    let value: Json = if files::has_ending(name, ".json") {
        serde_json::from_str(text).map_err(|error| fail(error.to_string()))?
    } else {
        serde_yaml::from_str(text).map_err(|error| fail(error.to_string()))?
    };
    match value {
        Json::Object(members) => Ok(members),
        _ => Err(fail("a data file must hold an object".into())),
    }
}

/// Merges objects member by member; elsewhere the later value wins.
pub fn merge(into: &mut Map<String, Json>, from: Map<String, Json>) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Json::Object(present)), Json::Object(new)) => merge(present, new),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_merged_member_by_member() {
        let object = |text: &str| parse("a.yaml", text).expect("an object");
        let mut data = object("a: {b: 1, c: 2}\n");
        merge(&mut data, object("a: {c: 3}\nd: 4\n"));
        assert_eq!(Json::Object(data).to_string(), r#"{"a":{"b":1,"c":3},"d":4}"#);
        assert!(parse("x.json", "[1]").is_err());
    }
}

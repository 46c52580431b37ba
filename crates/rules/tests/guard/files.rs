//! Reading the files of collections that are not part of this repository.
#![expect(clippy::disallowed_methods, reason = "files that a variable of the environment names")]

use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

/// All files below a directory, sorted.
pub(crate) fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(directory, &mut found);
    found.sort();
    found
}

fn collect(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else {
            found.push(path);
        }
    }
}

pub(crate) fn is_rules_file(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "guard" || extension == "ruleset")
}

pub(crate) fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

/// JSON of YAML, with the long form of CloudFormation's tags.
pub(crate) fn json_of(yaml: &serde_yaml::Value) -> Json {
    use serde_yaml::Value as Yaml;
    match yaml {
        Yaml::Sequence(items) => items.iter().map(json_of).collect(),
        Yaml::Mapping(members) => {
            let key = |key: &Yaml| match key {
                Yaml::String(text) => text.clone(),
                other => serde_yaml::to_string(other).unwrap().trim().to_owned(),
            };
            let member = |(name, value): (&Yaml, &Yaml)| (key(name), json_of(value));
            Json::Object(members.iter().map(member).collect())
        }
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let tag = tag.trim_start_matches('!');
            let function = match tag {
                "Ref" | "Condition" => tag.to_owned(),
                _ => format!("Fn::{tag}"),
            };
            json!({ function: json_of(&tagged.value) })
        }
        Yaml::Number(number) if number.is_f64() => number
            .as_f64()
            .and_then(serde_json::Number::from_f64)
            .map_or(Json::String(number.to_string()), Json::Number),
        scalar => serde_json::to_value(scalar).unwrap(),
    }
}

/// A template as JSON, if the file holds one.
pub(crate) fn template(path: &Path) -> Option<Json> {
    let text = std::fs::read_to_string(path).ok()?;
    let document: serde_yaml::Value = serde_yaml::from_str(&text).ok()?;
    let document = json_of(&document);
    document["Resources"].is_object().then_some(document)
}

//! The configuration file `trilith.toml`.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use trilith_graph::Severity;
use trilith_rules::Settings;

use crate::failure::Failure;
use crate::files;

/// Names of a configuration file, the first found wins.
const NAMES: [&str; 2] = ["trilith.toml", ".trilith.toml"];

/// What a configuration file may say. An unknown key is an error.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    #[serde(default)]
    select: Vec<String>,
    #[serde(default)]
    ignore: Vec<String>,
    #[serde(default)]
    rules: Vec<PathBuf>,
    #[serde(default)]
    data: Vec<PathBuf>,
    #[serde(default)]
    namespaces: Vec<String>,
    #[serde(default)]
    exclude: Vec<String>,
    min_severity: Option<String>,
    fail_on: Option<String>,
    #[serde(default)]
    accounts: Vec<String>,
    #[serde(default)]
    tags: Tags,
    #[serde(default)]
    classification: Classification,
}

/// Which tags resources must have.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tags {
    #[serde(default)]
    required: Vec<String>,
}

/// How the sensitivity of data is told.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Classification {
    tag: Option<String>,
    #[serde(default)]
    values: Vec<String>,
}

/// The configuration of a run.
#[derive(Debug, Default)]
pub struct Config {
    /// Rules to apply; all if empty.
    pub select: Vec<String>,
    /// Rules not to apply.
    pub ignore: Vec<String>,
    /// Directories, files and bundles with rules of the user.
    pub rules: Vec<PathBuf>,
    /// Data files of the user's Rego policies.
    pub data: Vec<PathBuf>,
    /// Rego packages that are shown documents, besides `main`.
    pub namespaces: Vec<String>,
    /// Globs of paths, relative to the file, that are not looked at.
    pub exclude: Vec<String>,
    /// Least severity that is printed.
    pub min_severity: Option<Severity>,
    /// Least severity that fails the run.
    pub fail_on: Option<Severity>,
    /// What rules ask of the repository.
    pub settings: Settings,
    /// Directory of the file, against which its paths and globs are read.
    pub directory: Option<PathBuf>,
}

impl Config {
    /// Reads a file that the user named.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let text = files::read_text(path)?;
        Self::parse(&text, path)
    }

    /// Reads the nearest file in `start` or above it, up to the root of the repository.
    pub fn find(start: &Path) -> Result<Self, Failure> {
        for directory in start.ancestors() {
            for name in NAMES {
                let path = directory.join(name);
                if files::is_file(&path) {
                    return Self::read(&path);
                }
            }
            if files::exists(&directory.join(".git")) {
                break;
            }
        }
        Ok(Self::default())
    }

    fn parse(text: &str, path: &Path) -> Result<Self, Failure> {
        let fail = |message: &str| Failure::new(format!("{}: {message}", files::display(path)));
        let file: File = toml::from_str(text).map_err(|error| fail(error.to_string().trim()))?;
        let severity = |text: Option<String>| -> Result<Option<Severity>, Failure> {
            text.map(|text| text.parse().map_err(|error: String| fail(&error))).transpose()
        };
        let directory = path.parent().map(Path::to_path_buf);
        let in_directory = |rules: PathBuf| match &directory {
            Some(directory) => directory.join(rules),
            None => rules,
        };
        Ok(Self {
            select: file.select,
            ignore: file.ignore,
            rules: file.rules.into_iter().map(&in_directory).collect(),
            data: file.data.into_iter().map(&in_directory).collect(),
            namespaces: file.namespaces,
            exclude: file.exclude,
            min_severity: severity(file.min_severity)?,
            fail_on: severity(file.fail_on)?,
            settings: Settings {
                accounts: file.accounts,
                required_tags: file.tags.required,
                classification_tag: file.classification.tag,
                classes: file.classification.values,
            },
            directory,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_refused_by_name_and_line() {
        let error = Config::parse("selct = []\n", Path::new("trilith.toml")).expect_err("refused");
        assert!(error.to_string().contains("selct"), "{error}");
        assert!(error.to_string().starts_with("trilith.toml: "), "{error}");
    }

    #[test]
    fn paths_are_read_against_the_directory_of_the_file() {
        let text = "rules = [\"policies\"]\nfail-on = \"high\"\n";
        let config = Config::parse(text, Path::new("infra/trilith.toml")).expect("good");
        assert_eq!(config.rules, [Path::new("infra/policies")]);
        assert_eq!(config.fail_on, Some(Severity::High));
        assert!(Config::parse("fail-on = \"awful\"", Path::new("t")).is_err());
    }
}

//! The configuration file `trilith.toml`.

pub(crate) mod error;
mod file;
mod schema;
mod waivers;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use trilith_graph::Severity;
use trilith_parser::policy::PolicyKind;
use trilith_rules::Settings;
use trilith_waivers::{Policy, matches_path};

use crate::failure::Failure;
use crate::files;
use crate::paths::normalised;
pub use file::DocumentKind;
use file::File;
pub use schema::schema;
pub use waivers::ConfiguredWaiver;

/// Names of a configuration file, the first found wins.
pub const NAMES: [&str; 2] = ["trilith.toml", ".trilith.toml"];

/// Files that may extend each other in a chain.
const MOST_FILES: usize = 16;

/// The configuration of a run: a file and those that it extends.
#[derive(Debug, Default)]
pub struct Config {
    /// Rules to apply; all that are stable if empty.
    pub select: Vec<String>,
    /// Rules not to apply.
    pub ignore: Vec<String>,
    /// Whether rules that are new apply too.
    pub preview: bool,
    /// Release after which no rule may have come.
    pub rule_set: Option<String>,
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
    /// Severities of rules, by name, other than their own; a later one wins.
    pub severity: Vec<(String, Severity)>,
    /// What holds for some paths.
    pub overrides: Vec<Override>,
    /// Values of parameters of templates.
    pub parameters: BTreeMap<String, String>,
    /// Files with such values.
    pub parameter_files: Vec<PathBuf>,
    /// Values of Terraform's variables, as written on the command line.
    pub variables: BTreeMap<String, String>,
    /// Files with such values.
    pub var_files: Vec<PathBuf>,
    /// What documents are, by globs of paths; the last that fits wins.
    pub documents: Vec<(String, DocumentKind)>,
    /// The file with known findings.
    pub baseline: Option<PathBuf>,
    /// What rules ask of the repository.
    pub settings: Settings,
    /// Service control policies that apply to its accounts, one level of the organization each.
    pub guardrails: Vec<PathBuf>,
    /// What is demanded of waivers.
    pub waiver_policy: Policy,
    /// Waivers.
    pub waivers: Vec<ConfiguredWaiver>,
    /// The files that were read, as printed, with their texts.
    pub files: Vec<(String, String)>,
    /// Directory of the file, against which globs are read.
    pub directory: Option<PathBuf>,
}

/// What holds for some paths only.
#[derive(Debug, Clone, Default)]
pub struct Override {
    /// Globs of the paths.
    pub paths: Vec<String>,
    /// The only rules that apply there; all if empty.
    pub select: Vec<String>,
    /// Rules that do not apply there.
    pub ignore: Vec<String>,
    /// Severities of rules there.
    pub severity: Vec<(String, Severity)>,
}

impl Override {
    /// Whether it holds for a path.
    pub fn covers(&self, path: &str) -> bool {
        self.paths.iter().any(|glob| matches_path(glob, path))
    }
}

impl Config {
    /// Reads a file that the user named.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let mut config = Self::default();
        let mut chain = Vec::new();
        config.load(path, &mut chain)?;
        config.directory = Some(directory(path));
        Ok(config)
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

    /// What a document at a path is, if the configuration says so.
    pub fn document_kind(&self, path: &str) -> Option<DocumentKind> {
        let found = self.documents.iter().rfind(|(glob, _)| matches_path(glob, path));
        found.map(|(_, kind)| *kind)
    }

    /// Adds a file to what those that extend it said: it was extended, so it is read first.
    fn load(&mut self, path: &Path, chain: &mut Vec<PathBuf>) -> Result<(), Failure> {
        // A file that several extend, each by its own way, is one file.
        let plain = if path.is_absolute() { normalised(path) } else { path.to_path_buf() };
        let name = files::display_near(&plain);
        let text = files::read_text(path)?;
        let file: File =
            toml::from_str(&text).map_err(|error| error::explain(&name, &text, &error))?;
        let fail = |message: String| Failure::new(format!("{name}: {message}"));
        if let Some(base) = &file.extend {
            let base = directory(path).join(base);
            chain.push(path.to_path_buf());
            if chain.iter().any(|seen| is_same_file(seen, &base)) || chain.len() > MOST_FILES {
                return Err(fail(format!("`extend` leads back to {}", files::display(&base))));
            }
            if !files::is_file(&base) {
                let base = files::display(&base);
                return Err(fail(format!("`extend` names {base}, which is no file")));
            }
            self.load(&base, chain)?;
        }
        self.add(file, path, &name).map_err(fail)?;
        self.files.push((name, text));
        Ok(())
    }

    /// Puts a file on top of what is there. Lists replace those of the file that it extends,
    /// except where their name says that they extend them.
    fn add(&mut self, file: File, path: &Path, name: &str) -> Result<(), String> {
        let directory = directory(path);
        let near = |paths: Vec<PathBuf>| -> Vec<PathBuf> {
            paths.into_iter().map(|path| directory.join(path)).collect()
        };
        replace(&mut self.select, file.select);
        replace(&mut self.ignore, file.ignore);
        self.select.extend(file.extend_select);
        self.ignore.extend(file.extend_ignore);
        self.preview = file.preview.unwrap_or(self.preview);
        self.rule_set = file.rule_set.or(self.rule_set.take());
        replace(&mut self.rules, file.rules.map(near));
        replace(&mut self.data, file.data.map(near));
        replace(&mut self.namespaces, file.namespaces);
        replace(&mut self.exclude, file.exclude);
        self.min_severity = file.min_severity.map(Into::into).or(self.min_severity);
        self.fail_on = file.fail_on.map(Into::into).or(self.fail_on);
        self.severity.extend(severities(file.severity));
        self.overrides.extend(file.overrides.into_iter().map(|one| Override {
            paths: one.paths,
            select: one.select,
            ignore: one.ignore,
            severity: severities(one.severity),
        }));
        let parameters = file.parameters.into_iter();
        self.parameters.extend(parameters.map(|(name, value)| (name, value.to_string())));
        let variables = file.variables.into_iter();
        self.variables.extend(variables.map(|(name, value)| (name, value.to_hcl())));
        replace(&mut self.parameter_files, file.parameter_files.map(near));
        replace(&mut self.var_files, file.var_files.map(near));
        self.documents.extend(file.documents);
        self.baseline = file.baseline.map(|path| directory.join(path)).or(self.baseline.take());
        replace(&mut self.settings.accounts, file.accounts);
        replace(&mut self.guardrails, file.guardrails.map(near));
        replace(&mut self.settings.required_tags, file.tags.required);
        replace(&mut self.settings.classes, file.classification.values);
        let tag = self.settings.classification_tag.take();
        self.settings.classification_tag = file.classification.tag.or(tag);
        // A team cannot relax what the file demands that it extends.
        let is_first = self.files.is_empty();
        if let Some(policy) = file.waiver_policy {
            let own = policy.read(is_first);
            self.waiver_policy = if is_first { own } else { self.waiver_policy.and(&own) };
        }
        for waiver in file.waivers {
            self.waivers.push(waivers::read(waiver, name)?);
        }
        Ok(())
    }
}

fn severities(map: BTreeMap<String, file::SeverityName>) -> Vec<(String, Severity)> {
    map.into_iter().map(|(name, severity)| (name, severity.into())).collect()
}

fn replace<T>(list: &mut Vec<T>, with: Option<Vec<T>>) {
    if let Some(with) = with {
        *list = with;
    }
}

fn directory(path: &Path) -> PathBuf {
    path.parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

fn is_same_file(a: &Path, b: &Path) -> bool {
    files::is_within(a, b) && files::is_within(b, a)
}

impl DocumentKind {
    /// The kind of policy that it is, if it is one.
    pub const fn policy(self) -> Option<PolicyKind> {
        match self {
            Self::IdentityPolicy => Some(PolicyKind::Identity),
            Self::TrustPolicy => Some(PolicyKind::Trust),
            Self::ResourcePolicy => Some(PolicyKind::Resource),
            Self::ServiceControlPolicy => Some(PolicyKind::ServiceControl),
            Self::ResourceControlPolicy => Some(PolicyKind::ResourceControl),
            Self::Ignored => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, path: &str) -> Result<Config, Failure> {
        let file: File =
            toml::from_str(text).map_err(|error| error::explain(path, text, &error))?;
        let mut config = Config::default();
        config.add(file, Path::new(path), path).map_err(Failure::new)?;
        Ok(config)
    }

    #[test]
    fn an_unknown_key_is_refused_by_name_place_and_suggestion() {
        let error = parse("\nselct = []\n", "trilith.toml").expect_err("refused").to_string();
        assert!(error.starts_with("trilith.toml:2:1: unknown key `selct`"), "{error}");
        assert!(error.contains("did you mean `select`?"), "{error}");
        let error = parse("[[waivers]]\nrule = \"x\"\nownr = \"me\"\n", "t").expect_err("refused");
        assert!(error.to_string().contains("did you mean `owner`?"), "{error}");
    }

    #[test]
    fn paths_are_read_against_the_directory_of_the_file() {
        let text = "rules = [\"policies\"]\nfail-on = \"high\"\nbaseline = \"b.json\"\n";
        let config = parse(text, "infra/trilith.toml").expect("good");
        assert_eq!(config.rules, [Path::new("infra/policies")]);
        assert_eq!(config.baseline.as_deref(), Some(Path::new("infra/b.json")));
        assert_eq!(config.fail_on, Some(Severity::High));
        assert!(parse("fail-on = \"awful\"", "t").is_err());
    }

    #[test]
    fn the_last_kind_that_fits_a_document_wins() {
        let text = "[documents]\n\"scps/**\" = \"service-control-policy\"\n\"scps/old/**\" = \"ignored\"\n";
        let config = parse(text, "t").expect("good");
        assert_eq!(config.document_kind("scps/a.json"), Some(DocumentKind::ServiceControlPolicy));
        assert_eq!(config.document_kind("scps/old/a.json"), Some(DocumentKind::Ignored));
        assert_eq!(config.document_kind("a.json"), None);
    }

    #[test]
    fn a_file_replaces_the_lists_of_the_one_that_it_extends_or_adds_to_them() {
        let mut config = Config::default();
        for text in [
            "select = [\"a\"]\nignore = [\"b\"]\n[waiver-policy]\ninline = \"deny\"\nmax-days = 90\n",
            "select = [\"c\"]\nextend-ignore = [\"d\"]\n[waiver-policy]\ninline = \"allow\"\nmax-days = 400\n",
        ] {
            let file: File = toml::from_str(text).expect("good");
            config.add(file, Path::new("t"), "t").expect("good");
            config.files.push(("t".into(), text.into()));
        }
        assert_eq!(
            (config.select, config.ignore),
            (vec!["c".into()], vec!["b".into(), "d".into()])
        );
        assert_eq!(config.waiver_policy.inline, trilith_waivers::Permission::Deny);
        assert_eq!(config.waiver_policy.max_days, Some(90));
    }
}

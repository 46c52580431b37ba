//! A rule folder of the user: `rule.md` and one predicate.

use std::path::Path;

use trilith_rules::{Predicate, Rule};

use crate::failure::Failure;
use crate::files;

/// A folder with a `rule.md`.
#[derive(Debug, Clone)]
pub struct Folder {
    /// The folder as printed.
    pub name: String,
    /// Its last part: the id of the rule.
    pub id: String,
    /// The page.
    pub page: String,
    /// The predicate, or why there is none.
    pub predicate: Result<Predicate, String>,
}

impl Folder {
    /// Reads a folder.
    pub fn read(directory: &Path) -> Result<Self, Failure> {
        let name = files::display(directory);
        // Of `.` the name is that of the directory that it stands for.
        let whole = files::current_directory().join(directory);
        let id = whole.file_name().map_or(name.clone(), |id| id.to_string_lossy().into_owned());
        let page = files::read_text(&directory.join("rule.md"))?;
        Ok(Self { name, id, page, predicate: predicate(directory)? })
    }

    /// The rule, with the predicate as it is to be evaluated.
    pub fn rule(&self, predicate: Predicate) -> Result<Rule, String> {
        let mut rule = Rule::from_folder(&self.id, self.page.clone(), predicate)?;
        rule.folder = self.name.clone().into();
        Ok(rule)
    }

    /// Its page, as printed.
    pub fn page_file(&self) -> String {
        format!("{}/rule.md", self.name)
    }

    /// Its predicate, as printed.
    pub fn policy_file(&self) -> String {
        let extension = match &self.predicate {
            Ok(Predicate::Guard(_)) => "guard",
            _ => "rego",
        };
        format!("{}/rule.{extension}", self.name)
    }
}

fn predicate(directory: &Path) -> Result<Result<Predicate, String>, Failure> {
    let read = |name: &str| {
        let path = directory.join(name);
        files::is_file(&path).then(|| files::read_text(&path)).transpose()
    };
    Ok(match (read("rule.rego")?, read("rule.guard")?) {
        (Some(rego), None) => Ok(Predicate::Rego(rego.into())),
        (None, Some(guard)) => Ok(Predicate::Guard(guard.into())),
        (None, None) => Err("there is neither a rule.rego nor a rule.guard".into()),
        (Some(_), Some(_)) => Err("there is both a rule.rego and a rule.guard".into()),
    })
}

/// Whether a policy has to be compiled with other files, or says itself what it is shown.
pub(super) fn needs_more(text: &str) -> bool {
    let imports = text.lines().filter_map(|line| line.trim().strip_prefix("import data."));
    let others = imports.filter(|path| !path.starts_with("trilith"));
    others.count() > 0 || text.lines().any(|line| line.trim_end() == "# METADATA")
}

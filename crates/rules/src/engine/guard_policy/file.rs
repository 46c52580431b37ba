//! Guard rules files as they are: every rule becomes one of ours.

use std::sync::Arc;

use crate::engine::guard::{Reach, Reads, RuleFile, SyntaxError, parse};
use crate::metadata::{Metadata, Text};
use crate::rule::{Predicate, Rule};

/// Severity of a rule whose author names none.
const SEVERITY: &str = "medium";
/// The severities.
const SEVERITIES: [&str; 5] = ["info", "low", "medium", "high", "critical"];

/// The rules of one name in a plain Guard rules file.
#[derive(Debug, Clone)]
pub struct GuardRule {
    file: Arc<GuardFile>,
    name: Arc<str>,
    /// Where the rules of the name stand among the rules of the file.
    places: Vec<usize>,
    /// Whether each resource can be looked at by itself.
    one_by_one: bool,
    reads: Arc<[Reads]>,
}

/// A rules file and its name.
#[derive(Debug)]
struct GuardFile {
    name: String,
    rules: RuleFile,
}

impl GuardRule {
    fn new(file: &Arc<GuardFile>, name: &Arc<str>) -> Self {
        let rules = &file.rules;
        let places = rules.rules_called(name);
        let by_resource = |rule: &usize| matches!(rules.reach(*rule), Reach::Resources(_));
        let one_by_one = places.iter().all(by_resource);
        let reads = places.iter().map(|rule| rules.reads(*rule)).collect();
        Self { file: file.clone(), name: name.clone(), places, one_by_one, reads }
    }

    /// The name of the rule as written.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of the file that it stands in.
    pub fn file_name(&self) -> &str {
        &self.file.name
    }

    /// The file, parsed.
    pub fn file(&self) -> &RuleFile {
        &self.file.rules
    }

    /// Where the rules of the name stand among the rules of the file.
    pub fn places(&self) -> &[usize] {
        &self.places
    }

    /// Whether each resource can be looked at by itself; otherwise the rule needs the document
    /// of a whole root.
    pub const fn is_one_by_one(&self) -> bool {
        self.one_by_one
    }

    /// Whether it reads resources of a type.
    pub fn reads(&self, resource_type: &str) -> bool {
        self.reads.iter().any(|reads| reads.matches(resource_type))
    }

    /// Whether it reads any resource at all.
    pub(crate) fn reads_anything(&self) -> bool {
        self.reads.iter().any(|reads| reads.is_everything() || !reads.types().is_empty())
    }

    /// Whether another rule stands in the same file.
    pub(crate) fn shares_file_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.file, &other.file)
    }

    /// The message of clauses that have none: that of the others, if they all have the same.
    pub(crate) fn message(&self) -> Option<&str> {
        let mut messages = self.places.iter().filter_map(|rule| self.file.rules.message(*rule));
        messages.next()
    }

    /// The text of the rules.
    pub fn text(&self) -> String {
        let texts: Vec<&str> =
            self.places.iter().map(|rule| self.file.rules.rule_text(*rule)).collect();
        texts.join("\n\n")
    }
}

/// Makes rules of a Guard rules file: one for each name, with the name as its id.
///
/// The comment above a rule, or the one at the start of the file, may say more: `# severity:
/// high`, `# title: ..`, `# description: ..` (also in the lines below), `# fix: ..`.
///
/// # Errors
/// The file is no Guard, or names a severity that does not exist.
pub fn guard_rules(file_name: &str, text: &str) -> Result<Vec<Rule>, SyntaxError> {
    let file = Arc::new(GuardFile { name: file_name.to_owned(), rules: parse(text)? });
    let mut names: Vec<Arc<str>> = Vec::new();
    for name in file.rules.rule_names() {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names.iter().map(|name| rule(&file, name)).collect()
}

fn rule(file: &Arc<GuardFile>, name: &Arc<str>) -> Result<Rule, SyntaxError> {
    let guard = GuardRule::new(file, name);
    let place = guard.places.first().copied().unwrap_or_default();
    let comment = |heading: &str| file.rules.comment(place, heading);
    let severity = match comment("severity") {
        Some(word) => severity(&word).ok_or_else(|| {
            let known = SEVERITIES.join(", ");
            file.rules.fault_at_rule(place, format!("severity `{word}` is none of {known}"))
        })?,
        None => SEVERITY,
    };
    let id = if &**name == RuleFile::DEFAULT_RULE {
        format!("{}/{name}", stem(&file.name))
    } else {
        name.to_string()
    };
    let description = comment("description");
    let title = comment("title").or_else(|| description.clone()).unwrap_or_else(|| words(&id));
    let page = page(&title, description.as_deref(), &guard);
    let metadata = Metadata {
        id: id.clone().into(),
        title: sentence(&title).into(),
        summary: description.unwrap_or_default().into(),
        severity: severity.into(),
        confidence: "medium".into(),
        resources: types(&guard),
        practices: Vec::new().into(),
        responsibility: "customer".into(),
        controls: Vec::new().into(),
        controls_source: Text::default(),
        aliases: Vec::new().into(),
        catalogue: Vec::new().into(),
        since: Text::default(),
        status: "stable".into(),
        fix: comment("fix").unwrap_or_default().into(),
        fix_in_terraform: None,
        has_edits: false,
        secret: false,
        not_in: Vec::new().into(),
    };
    let predicate = Predicate::GuardRule(guard);
    Ok(Rule { metadata, folder: file.name.clone().into(), page: page.into(), predicate })
}

fn severity(word: &str) -> Option<&'static str> {
    SEVERITIES.into_iter().find(|known| known.eq_ignore_ascii_case(word))
}

/// The types that the rule names.
fn types(guard: &GuardRule) -> crate::metadata::List<Text> {
    let mut types: Vec<String> = guard.reads.iter().flat_map(Reads::types).collect();
    types.sort();
    types.dedup();
    types.into_iter().map(Text::from).collect()
}

/// A page for `explain` and the reports that show one: the words of the author and the rule.
fn page(title: &str, description: Option<&str>, guard: &GuardRule) -> String {
    let summary = description.unwrap_or(title);
    let text = guard.text();
    format!("---\n---\n# {title}\n\n{summary}\n\n## Rule\n\n```guard\n{text}\n```\n")
}

/// The name of a file without its folder and its ending.
fn stem(file_name: &str) -> &str {
    let name = file_name.rsplit('/').next().unwrap_or(file_name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// The words of an id.
fn words(id: &str) -> String {
    id.replace(['_', '-', '/'], " ").to_lowercase()
}

fn sentence(text: &str) -> String {
    text.strip_suffix('.').unwrap_or(text).to_owned()
}

//! What a rule says of itself: the front matter of its page.
//!
//! This module is also compiled into the build script of the root package, which turns the
//! folder `rules/` into static tables, so it depends on serde and the standard library only.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;

use crate::edit::Declaration;

/// Text that is static for built-in rules and owned for rules read at run time.
pub type Text = Cow<'static, str>;
/// A list that is static for built-in rules and owned for rules read at run time.
pub type List<T> = Cow<'static, [T]>;

/// Everything about a rule but its predicate.
#[derive(Debug, Clone)]
pub struct Metadata {
    /// The id: name of the rule's folder, kebab-case, naming the defect.
    pub id: Text,
    /// The heading of the page.
    pub title: Text,
    /// The first sentence of the page: the finding for a person in a hurry.
    pub summary: Text,
    /// `info`, `low`, `medium`, `high` or `critical`.
    pub severity: Text,
    /// How sure a finding is: `low`, `medium` or `high`.
    pub confidence: Text,
    /// Canonical resource types that the rule is shown.
    pub resources: List<Text>,
    /// Best practices of the Security Pillar, by documentation slug.
    pub practices: List<Text>,
    /// Whose side of the shared responsibility model it is: `customer` or `shared`.
    pub responsibility: Text,
    /// References to compliance frameworks: framework, then its control.
    pub controls: List<(Text, Text)>,
    /// Who made the references.
    pub controls_source: Text,
    /// Ids of the same check in other tools: tool, then id.
    pub aliases: List<(Text, Text)>,
    /// Rows of the rule catalogue that it covers.
    pub catalogue: List<Text>,
    /// Release that brought it.
    pub since: Text,
    /// `preview`, `stable` or `deprecated`.
    pub status: Text,
    /// What to type, in a few words; a finding may say it better.
    pub fix: Text,
    /// The same for Terraform, where the names of properties are not all that differs.
    pub fix_in_terraform: Option<Text>,
    /// Whether the page says how to mend findings: see [`crate::edit`].
    pub has_edits: bool,
    /// Whether the value at the finding is secret, so that reports mask it.
    pub secret: bool,
    /// Formats that the rule does not speak, each with the reason.
    pub not_in: List<(Text, Text)>,
}

/// The front matter as written. An unknown key is an error.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FrontMatter {
    severity: String,
    confidence: String,
    resources: Vec<String>,
    practices: Vec<String>,
    #[serde(default = "customer")]
    responsibility: String,
    #[serde(default)]
    controls: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    controls_source: String,
    #[serde(default)]
    aliases: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    catalogue: Vec<String>,
    since: String,
    #[serde(default = "stable")]
    status: String,
    fix: Fix,
    #[serde(default)]
    edits: Vec<Declaration>,
    #[serde(default)]
    secret: bool,
    #[serde(default)]
    not_in: BTreeMap<String, String>,
}

/// One text for all formats, or one for each.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Fix {
    Text(String),
    ByFormat(FixByFormat),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FixByFormat {
    cloudformation: String,
    terraform: String,
}

impl Fix {
    /// The text, and that for Terraform if it is another one.
    fn into_texts(self) -> (Text, Option<Text>) {
        match self {
            Self::Text(text) => (text.into(), None),
            Self::ByFormat(texts) => (texts.cloudformation.into(), Some(texts.terraform.into())),
        }
    }
}

fn customer() -> String {
    "customer".into()
}

fn stable() -> String {
    "stable".into()
}

impl Metadata {
    /// Reads the front matter (YAML) of a page with its title and summary.
    pub fn parse(id: &str, title: &str, summary: &str, yaml: &str) -> Result<Self, String> {
        let front: FrontMatter = serde_yaml::from_str(yaml).map_err(|error| error.to_string())?;
        check_word("severity", &front.severity, &["info", "low", "medium", "high", "critical"])?;
        check_word("confidence", &front.confidence, &["low", "medium", "high"])?;
        check_word("responsibility", &front.responsibility, &["customer", "shared"])?;
        check_word("status", &front.status, &["preview", "stable", "deprecated"])?;
        for format in front.not_in.keys() {
            check_word("not_in", format, &["cloudformation", "terraform"])?;
        }
        if front.resources.is_empty() {
            return Err("`resources` names no type, so the rule would never run".into());
        }
        if !is_kebab_case(id) {
            return Err(format!("`{id}` is no rule id: use lower-case words joined by hyphens"));
        }
        front.edits.iter().try_for_each(|edit| edit.check(&front.resources))?;
        let (fix, fix_in_terraform) = front.fix.into_texts();
        Ok(Self {
            id: id.to_owned().into(),
            title: title.to_owned().into(),
            summary: summary.to_owned().into(),
            severity: front.severity.into(),
            confidence: front.confidence.into(),
            resources: texts(front.resources),
            practices: texts(front.practices),
            responsibility: front.responsibility.into(),
            controls: pairs(front.controls),
            controls_source: front.controls_source.into(),
            aliases: pairs(front.aliases),
            catalogue: texts(front.catalogue),
            since: front.since.into(),
            status: front.status.into(),
            fix,
            fix_in_terraform,
            has_edits: !front.edits.is_empty(),
            secret: front.secret,
            not_in: front.not_in.into_iter().map(|(k, v)| (k.into(), v.into())).collect(),
        })
    }
}

/// What the front matter of a page says mends findings.
pub fn edits(yaml: &str) -> Vec<Declaration> {
    serde_yaml::from_str::<FrontMatter>(yaml).map(|front| front.edits).unwrap_or_default()
}

fn check_word(key: &str, word: &str, allowed: &[&str]) -> Result<(), String> {
    if allowed.contains(&word) {
        return Ok(());
    }
    Err(format!("`{key}` is `{word}`, but must be one of {}", allowed.join(", ")))
}

fn is_kebab_case(id: &str) -> bool {
    let word = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    id.split('-').all(word)
}

fn texts(list: Vec<String>) -> List<Text> {
    list.into_iter().map(Text::from).collect()
}

fn pairs(map: BTreeMap<String, Vec<String>>) -> List<(Text, Text)> {
    let flat = map.into_iter().flat_map(|(key, values)| {
        values.into_iter().map(move |value| (Text::from(key.clone()), Text::from(value)))
    });
    flat.collect()
}

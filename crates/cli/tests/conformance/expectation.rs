//! What must come of a case: `expect.toml`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

/// What is expected. Lists of findings and messages are complete: what they do not name must not
/// come. The other parts are compared as far as they are given.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Expectation {
    /// The right behaviour, in a sentence.
    #[expect(dead_code, reason = "for people who read the case")]
    about: String,
    /// Values that the parameters are given.
    #[serde(default)]
    pub(crate) parameters: BTreeMap<String, String>,
    /// Values that Terraform's variables are given.
    #[serde(default)]
    pub(crate) variables: BTreeMap<String, String>,
    /// Ids of the rules to apply; none if empty.
    #[serde(default)]
    pub(crate) select: Vec<String>,
    /// Addresses of everything that is created, in the order of the graph.
    pub(crate) resources: Option<Vec<String>>,
    /// Names of the roots that may hold more than can be seen.
    pub(crate) open: Option<Vec<String>>,
    /// Edges that must be among those of the graph: `From/Path -> To.Attribute`.
    #[serde(default)]
    pub(crate) edges: Vec<String>,
    #[serde(default, rename = "finding")]
    pub(crate) findings: Vec<Finding>,
    #[serde(default, rename = "message")]
    pub(crate) messages: Vec<Message>,
    #[serde(default, rename = "value")]
    pub(crate) values: Vec<Expected>,
    #[serde(default, rename = "unknown")]
    pub(crate) unknowns: Vec<Unknown>,
}

/// A finding of a rule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Finding {
    pub(crate) rule: String,
    /// The line of the place to change: `12`, or `child.yaml:12` if the run has several files.
    pub(crate) at: String,
    pub(crate) resource: String,
    pub(crate) property: Option<String>,
    /// The text that the place holds.
    pub(crate) written: Option<String>,
    /// The scenario in which alone it holds; left out if it always does.
    pub(crate) only_when: Option<String>,
    /// The further places: `4: default of parameter "Cidr"`, quotes for back-ticks.
    pub(crate) way: Option<Vec<String>>,
    /// Other resources that the finding stands for.
    #[serde(default)]
    pub(crate) instances: Vec<String>,
}

/// Something that the parser says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Message {
    pub(crate) at: String,
    pub(crate) text: String,
    pub(crate) written: Option<String>,
}

/// The value of a property.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Expected {
    /// `Resource/Path/0/Property`.
    pub(crate) of: String,
    /// What it is; if that depends on conditions, every case: `text when condition`.
    pub(crate) is: OneOrMany,
    /// Facts about it: `assumed`, `sensitive`, `open`, `embedded`, `base64`, `plain`.
    #[serde(default)]
    pub(crate) flags: Vec<String>,
    pub(crate) written: Option<String>,
}

/// One text or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    pub(crate) fn texts(&self) -> Vec<&str> {
        match self {
            Self::One(text) => vec![text],
            Self::Many(texts) => texts.iter().map(String::as_str).collect(),
        }
    }
}

/// Something that a rule must leave undecided.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Unknown {
    pub(crate) rule: String,
    pub(crate) resource: String,
    pub(crate) property: String,
    pub(crate) reason: Option<String>,
}

impl Expectation {
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let text =
            fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
    }
}

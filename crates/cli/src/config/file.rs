//! What a configuration file may say. An unknown key is an error.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;
use trilith_graph::Severity;
use trilith_waivers::{Field, Permission, Policy};

/// Configuration of Trilith.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct File {
    /// A configuration file that this one goes on from, relative to this one.
    pub(super) extend: Option<PathBuf>,
    /// Rules to apply: ids, globs (`s3-*`), services (`s3`), best practices (`SEC05-BP02`),
    /// severities (`severity:high`) or other tools' ids (`CKV_AWS_24`). All stable rules if this is
    /// not given.
    pub(super) select: Option<Vec<String>>,
    /// Rules not to apply.
    pub(super) ignore: Option<Vec<String>>,
    /// Rules to apply besides those of the file that is extended.
    pub(super) extend_select: Vec<String>,
    /// Rules not to apply, besides those of the file that is extended.
    pub(super) extend_ignore: Vec<String>,
    /// Whether rules that are new apply too.
    pub(super) preview: Option<bool>,
    /// The last release of which rules apply, such as `2026.1`: an upgrade then brings no new
    /// findings.
    pub(super) rule_set: Option<String>,
    /// Directories, files and bundles with rules of your own, relative to this file.
    pub(super) rules: Option<Vec<PathBuf>>,
    /// JSON and YAML files that Rego policies see as `data`, relative to this file.
    pub(super) data: Option<Vec<PathBuf>>,
    /// Rego packages that are shown documents, besides `main`.
    pub(super) namespaces: Option<Vec<String>>,
    /// Globs of paths that are not looked at, as in .gitignore.
    pub(super) exclude: Option<Vec<String>>,
    /// Least severity that is printed.
    pub(super) min_severity: Option<SeverityName>,
    /// Least severity that makes the exit code 1.
    pub(super) fail_on: Option<SeverityName>,
    /// Severities of rules other than their own, by id, glob or another name.
    pub(super) severity: BTreeMap<String, SeverityName>,
    /// What holds for some paths only.
    pub(super) overrides: Vec<Override>,
    /// Values of parameters of CloudFormation templates.
    pub(super) parameters: BTreeMap<String, Scalar>,
    /// Files with such values, relative to this file.
    pub(super) parameter_files: Option<Vec<PathBuf>>,
    /// Values of input variables of Terraform's root modules.
    pub(super) variables: BTreeMap<String, Scalar>,
    /// `.tfvars` files with such values, relative to this file.
    pub(super) var_files: Option<Vec<PathBuf>>,
    /// What documents are that do not say it themselves, by globs of paths.
    pub(super) documents: BTreeMap<String, DocumentKind>,
    /// The file with known findings, relative to this file.
    pub(super) baseline: Option<PathBuf>,
    /// Accounts that belong to the organization.
    pub(super) accounts: Option<Vec<String>>,
    /// Service control policies that apply to the accounts, one level of the organization each:
    /// files or directories, relative to this file.
    pub(super) guardrails: Option<Vec<PathBuf>>,
    /// Which tags resources must have.
    pub(super) tags: Tags,
    /// How the sensitivity of data is told.
    pub(super) classification: Classification,
    /// What is demanded of waivers.
    pub(super) waiver_policy: Option<WaiverPolicy>,
    /// Findings that somebody accepts.
    pub(super) waivers: Vec<Waiver>,
}

/// Which tags resources must have.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Tags {
    /// Their keys.
    pub(super) required: Option<Vec<String>>,
}

/// How the sensitivity of data is told.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Classification {
    /// Key of the tag.
    pub(super) tag: Option<String>,
    /// Its values.
    pub(super) values: Option<Vec<String>>,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum SeverityName {
    Info,
    Low,
    Medium,
    High,
    Critical,
}

impl From<SeverityName> for Severity {
    fn from(name: SeverityName) -> Self {
        match name {
            SeverityName::Info => Self::Info,
            SeverityName::Low => Self::Low,
            SeverityName::Medium => Self::Medium,
            SeverityName::High => Self::High,
            SeverityName::Critical => Self::Critical,
        }
    }
}

/// What holds for some paths only.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Override {
    /// Globs of the paths, relative to the configuration file.
    pub(super) paths: Vec<String>,
    /// The only rules that apply there.
    #[serde(default)]
    pub(super) select: Vec<String>,
    /// Rules that do not apply there.
    #[serde(default)]
    pub(super) ignore: Vec<String>,
    /// Severities of rules there.
    #[serde(default)]
    pub(super) severity: BTreeMap<String, SeverityName>,
}

/// A value of a parameter or variable.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Scalar {
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Scalar>),
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::Int(value) => value.fmt(f),
            Self::Float(value) => value.fmt(f),
            Self::Text(value) => f.write_str(value),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(ToString::to_string).collect();
                f.write_str(&items.join(","))
            }
        }
    }
}

impl Scalar {
    /// The value as Terraform's command line takes it.
    pub(super) fn to_hcl(&self) -> String {
        match self {
            Self::List(items) => {
                let items: Vec<String> = items
                    .iter()
                    .map(|item| match item {
                        Self::Text(text) => format!("{text:?}"),
                        other => other.to_hcl(),
                    })
                    .collect();
                format!("[{}]", items.join(", "))
            }
            other => other.to_string(),
        }
    }
}

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentKind {
    /// A policy of a user, group or role.
    IdentityPolicy,
    /// A policy that says who may assume a role.
    TrustPolicy,
    /// A policy of a resource such as a bucket or a key.
    ResourcePolicy,
    /// A service control policy of an organization.
    ServiceControlPolicy,
    /// A resource control policy of an organization.
    ResourceControlPolicy,
    /// Nothing to look at.
    Ignored,
}

/// What is demanded of waivers. What the file demands that is extended, is demanded too.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct WaiverPolicy {
    /// Whether waivers in comments and in metadata count.
    inline: Option<PermissionName>,
    /// Whether suppressions of other tools count.
    foreign: Option<PermissionName>,
    /// How many days ahead an expiry may lie.
    max_days: Option<u32>,
    /// What a waiver must say; reason, owner and expires unless this is given.
    require: Option<Vec<FieldName>>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum PermissionName {
    Allow,
    Deny,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum FieldName {
    Reason,
    Owner,
    Expires,
    Ticket,
}

impl WaiverPolicy {
    /// The policy. What it does not say is what holds without it, or `is_first` is false and it
    /// demands nothing.
    pub(super) fn read(&self, is_first: bool) -> Policy {
        let permission = |name: Option<PermissionName>| match name {
            Some(PermissionName::Deny) => Permission::Deny,
            _ => Permission::Allow,
        };
        let field = |name: &FieldName| match name {
            FieldName::Reason => Field::Reason,
            FieldName::Owner => Field::Owner,
            FieldName::Expires => Field::Expires,
            FieldName::Ticket => Field::Ticket,
        };
        let require = match &self.require {
            Some(names) => names.iter().map(field).collect(),
            None if is_first => Policy::default().require,
            None => Vec::new(),
        };
        Policy {
            inline: permission(self.inline),
            foreign: permission(self.foreign),
            max_days: self.max_days,
            require,
        }
    }
}

/// Findings that somebody accepts: those of some rules, at what all the other keys name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Waiver {
    /// The rule, by id, glob or another tool's id; or several.
    pub(super) rule: Spanned<Texts>,
    /// Addresses of resources, with `*` for any text.
    #[serde(default)]
    pub(super) resource: Option<Texts>,
    /// Globs of paths, relative to the configuration file.
    #[serde(default)]
    pub(super) path: Option<Texts>,
    /// The property, with `*` for any text: `Policies/*/PolicyDocument`.
    #[serde(default)]
    pub(super) property: Option<String>,
    /// The value at the finding, with `*` for any text; or several.
    #[serde(default)]
    pub(super) value: Option<Texts>,
    /// Why it is accepted.
    #[serde(default)]
    pub(super) reason: String,
    /// Who accepts it.
    #[serde(default)]
    pub(super) owner: String,
    /// The last day on which it holds: `2026-12-31`.
    #[serde(default)]
    pub(super) expires: Option<toml::Value>,
    /// Where it was decided.
    #[serde(default)]
    pub(super) ticket: String,
    /// Number of findings that it was written for: more of them are reported.
    #[serde(default)]
    pub(super) findings: Option<usize>,
}

/// A text or several.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Texts {
    One(String),
    Many(Vec<String>),
}

impl Texts {
    pub(super) fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::Many(texts) => texts,
        }
    }
}

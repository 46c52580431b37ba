//! A rule: its metadata, its page and its predicate.

use std::fmt;
use std::sync::Arc;

use trilith_graph::{Format, Resource, Severity};

use crate::engine::guard_policy::{self, GuardRule};
use crate::engine::native::Findings;
use crate::engine::rego::{self, Form, PackageRule, Problem};
use crate::metadata::{Metadata, Text};
use crate::page::Page;
use crate::view::View;

/// A native predicate: looks at one resource and reports what is wrong with it.
pub type NativePredicate = fn(&View<'_>, &mut Findings<'_>);

/// The part of a rule that decides.
#[derive(Clone)]
pub enum Predicate {
    /// A Rust function.
    Native(NativePredicate),
    /// A Rego module with a rule `deny`.
    Rego(Text),
    /// A Guard rules file.
    Guard(Text),
    /// A rule of a Rego package of the user, with the files that it needs.
    Package(Arc<PackageRule>),
    /// The rules of one name in a Guard rules file that has no page.
    GuardRule(GuardRule),
}

impl Predicate {
    /// Name of the language.
    pub const fn language(&self) -> &'static str {
        match self {
            Self::Native(_) => "native",
            Self::Rego(_) | Self::Package(_) => "rego",
            Self::Guard(_) | Self::GuardRule(_) => "guard",
        }
    }

    /// Why it cannot be compiled, if so. What was compiled with other files is not looked at
    /// again. `file` is its name in the problem.
    pub fn problem(&self, file: &str) -> Option<Problem> {
        match self {
            Self::Rego(text) => rego::policy::Policy::parse(file, text).err(),
            Self::Guard(text) => guard_policy::Policy::parse(text)
                .err()
                .map(|message| Problem::of_guard(file, &message)),
            Self::Native(_) | Self::Package(_) | Self::GuardRule(_) => None,
        }
    }
}

impl fmt::Debug for Predicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.language())
    }
}

/// A rule. Built-in rules are static; rules of a user own their text.
#[derive(Debug, Clone)]
pub struct Rule {
    /// What it says of itself.
    pub metadata: Metadata,
    /// Its folder below `rules/`, with forward slashes: `s3/s3-bucket-public-by-policy`.
    pub folder: Text,
    /// Its page, whole.
    pub page: Text,
    /// What decides.
    pub predicate: Predicate,
}

impl Rule {
    /// Makes a rule of the files of its folder: `id` is the folder's name.
    pub fn from_folder(id: &str, page: String, predicate: Predicate) -> Result<Self, String> {
        let parsed = Page::parse(&page)?;
        let metadata = Metadata::parse(id, parsed.title, &parsed.summary, parsed.front_matter)?;
        Ok(Self { metadata, folder: id.to_owned().into(), page: page.into(), predicate })
    }

    /// Whether it came with Trilith.
    pub fn is_built_in(&self) -> bool {
        matches!(self.page, Text::Borrowed(_))
    }

    /// Name of the file with its predicate, in diagnostics about it.
    pub fn policy_file(&self) -> String {
        match &self.predicate {
            Predicate::Native(_) => format!("{}/rule.rs", self.folder),
            Predicate::Rego(_) => format!("{}/rule.rego", self.folder),
            Predicate::Guard(_) => format!("{}/rule.guard", self.folder),
            Predicate::Package(rule) => rule.file.clone(),
            Predicate::GuardRule(rule) => rule.file_name().to_owned(),
        }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.metadata.id
    }

    /// Its severity.
    pub fn severity(&self) -> Severity {
        // Metadata is checked when it is read; an unknown word cannot get here.
        self.metadata.severity.parse().unwrap_or(Severity::Medium)
    }

    /// Whether it is shown one resource at a time, and not a whole root or document.
    pub fn looks_at_resources(&self) -> bool {
        match &self.predicate {
            Predicate::Package(rule) => rule.form == Form::Resource,
            _ => true,
        }
    }

    /// What to do about its findings, if it says so.
    pub fn fix(&self) -> Option<String> {
        (!self.metadata.fix.is_empty()).then(|| self.metadata.fix.to_string())
    }

    /// What to do about a finding in a file of a format.
    pub fn fix_in(&self, format: Format) -> Option<String> {
        let own = self.metadata.fix_in_terraform.as_ref().filter(|_| format.is_terraform());
        own.map(ToString::to_string).or_else(|| self.fix())
    }

    /// Whether a name stands for it: its id with `*` for any text, the id of the same check in
    /// another tool, or a row of the catalogue. Neither case nor `_` for `-` matter.
    pub fn answers_to(&self, name: &str) -> bool {
        // There are thousands of names, and few that are asked for have a wildcard.
        let is_meant = if name.contains('*') { matches } else { is_same };
        is_meant(name, self.id())
            || self.metadata.aliases.iter().any(|(_, alias)| is_meant(name, alias))
            || self.metadata.catalogue.iter().any(|row| is_meant(name, row))
    }

    /// Whether it wants to see resources of a canonical type, one at a time. A trailing `*` in
    /// its list stands for any ending, but what a plan deletes must be asked for: see
    /// [`Resource::DELETED`].
    pub fn applies_to(&self, resource_type: &str) -> bool {
        let is_deleted = resource_type.starts_with(Resource::DELETED);
        if let Predicate::GuardRule(guard) = &self.predicate {
            return !is_deleted && guard.is_one_by_one() && guard.reads(resource_type);
        }
        self.metadata.resources.iter().any(|wanted| match wanted.strip_suffix('*') {
            Some("") => !is_deleted,
            Some(prefix) => resource_type.starts_with(prefix),
            None => wanted == resource_type,
        })
    }
}

/// Whether a name with `*` for any text stands for an id, regardless of ASCII case and of which
/// character joins the words.
fn matches(pattern: &str, id: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else { return is_same(pattern, id) };
    let Some(rest) = id.get(..head.len()).filter(|start| is_same(head, start)) else {
        return false;
    };
    let rest = &id[rest.len()..];
    (0..=rest.len()).filter(|at| rest.is_char_boundary(*at)).any(|at| matches(tail, &rest[at..]))
}

fn is_same(name: &str, id: &str) -> bool {
    let plain = |byte: u8| if byte == b'_' { b'-' } else { byte.to_ascii_lowercase() };
    name.len() == id.len() && name.bytes().map(plain).eq(id.bytes().map(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_hold_wildcards() {
        assert!(matches("s3-*", "s3-bucket-public"));
        assert!(matches("*public*", "s3-bucket-public-by-acl"));
        assert!(matches("ckv_aws_2*", "CKV_AWS_24"));
        assert!(!matches("s3-*x", "s3-bucket"));
        assert!(!matches("s3", "s3-bucket"));
    }

    #[test]
    fn words_of_a_name_may_be_joined_either_way() {
        assert!(matches("s3-bucket-logging-enabled", "S3_BUCKET_LOGGING_ENABLED"));
        assert!(matches("S3_BUCKET_*", "s3-bucket-public"));
        assert!(!matches("s3bucket", "s3-bucket"));
    }
}

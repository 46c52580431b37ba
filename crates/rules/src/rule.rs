//! A rule: its metadata, its page and its predicate.

use std::fmt;

use trilith_graph::{Resource, Severity};

use crate::engine::native::Findings;
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
}

impl Predicate {
    /// Name of the language.
    pub const fn language(&self) -> &'static str {
        match self {
            Self::Native(_) => "native",
            Self::Rego(_) => "rego",
            Self::Guard(_) => "guard",
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

    /// Its id.
    pub fn id(&self) -> &str {
        &self.metadata.id
    }

    /// Its severity.
    pub fn severity(&self) -> Severity {
        // Metadata is checked when it is read; an unknown word cannot get here.
        self.metadata.severity.parse().unwrap_or(Severity::Medium)
    }

    /// Whether it wants to see resources of a canonical type. A trailing `*` in its list stands
    /// for any ending, but what a plan deletes must be asked for: see [`Resource::DELETED`].
    pub fn applies_to(&self, resource_type: &str) -> bool {
        let is_deleted = resource_type.starts_with(Resource::DELETED);
        self.metadata.resources.iter().any(|wanted| match wanted.strip_suffix('*') {
            Some("") => !is_deleted,
            Some(prefix) => resource_type.starts_with(prefix),
            None => wanted == resource_type,
        })
    }
}

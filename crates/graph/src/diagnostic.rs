//! What a run has to say about a place in a source.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::{Edit, Fix, PropertyPath, RootId, Span};

/// How bad a defect is: blast radius, exposure and preconditions taken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Inventory, evidence, advice; never gates.
    Info,
    /// Hygiene with a security effect.
    Low,
    /// A layer of defence is missing.
    Medium,
    /// One realistic precondition away from harm.
    High,
    /// Somebody outside the trust boundary can act now.
    Critical,
}

impl Severity {
    /// All severities, mildest first.
    pub const ALL: [Self; 5] = [Self::Info, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|severity| severity.name() == text);
        found.ok_or_else(|| {
            format!("`{text}` is no severity; one of info, low, medium, high, critical")
        })
    }
}

/// A place in a source with a remark.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// The remark; may be empty.
    pub message: String,
    /// Whether it is a step on the way that the value came, and not a remark of a rule.
    pub is_step: bool,
}

impl Label {
    /// A place with a remark.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), is_step: false }
    }

    /// A step on the way of a value.
    pub fn step(span: Span, note: impl Into<String>) -> Self {
        Self { span, message: note.into(), is_step: true }
    }
}

/// What encloses a place: the policy, the list or the block that a reader looks for above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Within {
    /// Where it begins: the key, or the type of the block. The same file as the place.
    pub span: Span,
    /// The name of the property: as the source writes it, if that is known, else the canonical one.
    pub name: Arc<str>,
}

/// A located finding, or something that could not be read.
///
/// Diagnostics order by place, then rule: the order of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Id of the rule, such as `s3-bucket-public-by-policy`.
    pub rule: Arc<str>,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong here, in one sentence.
    pub message: String,
    /// The place to change, with a few words about it.
    pub primary: Label,
    /// What encloses that place, if it lies deep inside of a resource. It tells nothing from
    /// anything: not one finding from another, nor a known one from a new one.
    pub within: Option<Within>,
    /// Further places that matter: first the way of the value, then what a rule names.
    pub related: Vec<Label>,
    /// What to type.
    pub help: Option<String>,
    /// Scenario in which alone it holds: "`IsProd` is false".
    pub only_when: Option<String>,
    /// Further sentences, such as that a default was assumed.
    pub notes: Vec<String>,
    /// The resource, unless the file as a whole is meant.
    pub subject: Option<Subject>,
    /// What the predicate says would mend it; what the rule's page says is not here.
    pub edits: Vec<Edit>,
    /// What mends it, if that was asked for and is proved.
    pub fix: Option<Box<Fix>>,
    /// What the rule says of other instances at this place, if that is something else, or if the
    /// value came to them another way. Nothing is worse than the finding itself. Empty once it is
    /// told in the finding.
    pub others: Vec<Diagnostic>,
}

/// The resource that a diagnostic is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The root that it belongs to.
    pub root: RootId,
    /// Its address.
    pub address: Arc<str>,
    /// Where it is declared.
    pub declared: Span,
    /// The path of the construct that made it, if the CDK did: `Shop/Orders/Resource`.
    pub construct: Option<Arc<str>>,
    /// Its canonical type.
    pub resource_type: Arc<str>,
    /// Its type as written.
    pub source_type: Arc<str>,
    /// The property.
    pub path: PropertyPath,
    /// Addresses of further instances that are written at the same place. The same address may be
    /// there again: that of an instance in another root.
    pub instances: Vec<Arc<str>>,
    /// Every instance with the blocks that create what it is a part of, this one first. Empty if
    /// none is a part of a module or a nested stack.
    pub enclosed: Vec<Enclosed>,
}

/// An instance of a resource in a module or a nested stack. Instances in different roots may have
/// the same address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Enclosed {
    /// Its address.
    pub address: Arc<str>,
    /// Where the modules and stacks around it are created, the outermost first.
    pub by: Vec<Span>,
    /// The name of its root, where the address is one of another root too.
    pub root: Option<Arc<str>>,
}

/// `module.a.aws_s3_bucket.b`, or `module.a.aws_s3_bucket.b of prod`.
impl fmt::Display for Enclosed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.root {
            Some(root) => write!(f, "{} of {root}", self.address),
            None => f.write_str(&self.address),
        }
    }
}

impl Subject {
    /// The name in its address: `b` of `module.a.aws_s3_bucket.b["c.d"]`.
    pub fn name(&self) -> &str {
        let address = self.address.split_once('#').map_or(&*self.address, |(before, _)| before);
        let end = if address.ends_with(']') { address.rfind('[') } else { None };
        let address = &address[..end.unwrap_or(address.len())];
        address.rsplit('.').next().unwrap_or(address)
    }

    /// The addresses of all instances, its own first.
    pub fn addresses(&self) -> impl Iterator<Item = &Arc<str>> {
        std::iter::once(&self.address).chain(&self.instances)
    }

    /// Every instance with what encloses it, those that nothing encloses too.
    pub fn all_enclosed(&self) -> Vec<Enclosed> {
        if !self.enclosed.is_empty() {
            return self.enclosed.clone();
        }
        let address = self.addresses().cloned();
        address.map(|address| Enclosed { address, by: Vec::new(), root: None }).collect()
    }
}

impl Diagnostic {
    /// A diagnostic with nothing but a place and a message.
    pub fn new(
        rule: impl Into<Arc<str>>,
        severity: Severity,
        span: Span,
        message: impl Into<String>,
    ) -> Self {
        Self {
            rule: rule.into(),
            severity,
            message: message.into(),
            primary: Label::new(span, ""),
            within: None,
            related: Vec::new(),
            help: None,
            only_when: None,
            notes: Vec::new(),
            subject: None,
            edits: Vec::new(),
            fix: None,
            others: Vec::new(),
        }
    }

    /// Sets the words at the place.
    #[must_use]
    pub fn label(mut self, message: impl Into<String>) -> Self {
        self.primary.message = message.into();
        self
    }

    /// Sets what to type.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a further place.
    #[must_use]
    pub fn related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Label::new(span, message));
        self
    }

    /// Puts diagnostics into the order of a report.
    pub fn sort(diagnostics: &mut [Self]) {
        if diagnostics.is_sorted_by(|a, b| a.sort_key() <= b.sort_key()) {
            return;
        }
        // They are large, and few share a place: by that alone each is moved only once.
        diagnostics.sort_by_cached_key(|diagnostic| diagnostic.primary.span);
        for same in diagnostics.chunk_by_mut(|a, b| a.primary.span == b.primary.span) {
            same.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        }
    }

    /// What reports are sorted by.
    pub fn sort_key(&self) -> (Span, &str, Option<&str>, &str) {
        let address = self.subject.as_ref().map(|subject| subject.address.as_ref());
        (self.primary.span, &self.rule, address, &self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SourceId;

    #[test]
    fn they_are_sorted_by_place_then_rule_then_words() {
        let at = |start, rule: &str, message: &str| {
            let span = Span::new(SourceId(0), start, start + 1);
            Diagnostic::new(rule, Severity::Low, span, message)
        };
        let sorted = [at(1, "b", "x"), at(2, "a", "x"), at(2, "a", "y"), at(2, "b", "a")];
        for shuffled in [[3, 1, 0, 2], [2, 3, 1, 0], [0, 1, 2, 3], [0, 2, 1, 3]] {
            let mut all = shuffled.map(|index: usize| sorted[index].clone());
            Diagnostic::sort(&mut all);
            assert_eq!(all, sorted);
        }
    }

    #[test]
    fn the_name_is_what_stands_before_the_key() {
        let name = |address: &str| {
            let subject = Subject {
                root: RootId(0),
                address: address.into(),
                declared: Span::at(SourceId(0), 0),
                construct: None,
                resource_type: "AWS::S3::Bucket".into(),
                source_type: "aws_s3_bucket".into(),
                path: PropertyPath::root(),
                instances: Vec::new(),
                enclosed: Vec::new(),
            };
            subject.name().to_owned()
        };
        assert_eq!(name("aws_s3_bucket.logs"), "logs");
        assert_eq!(name("module.a[\"x\"].aws_s3_bucket.b[\"c.d\"]"), "b");
        assert_eq!(name("aws_security_group_rule.web#cidr_blocks.1"), "web");
    }
}

//! What the names of an expression stand for: asked of whoever knows the module.

use std::sync::Arc;

use trilith_graph::{Reason, SourceId, Value, ValueKind};

use super::syntax::Expression;
use trilith_graph::Span;

/// The names that an expression can use.
///
/// The evaluator knows the language and nothing else: what `var.x`, `local.y`, `each.key`,
/// `path.module`, `module.m.out`, `data.t.n` or `aws_s3_bucket.b` stand for is up to the scope.
pub trait Scope {
    /// The value of a name. `None` if it is not declared.
    ///
    /// The value keeps the place where it is defined as its span: the evaluator moves that to
    /// [`Value::via`] and sets the place of use. A value that is defined nowhere else, such as a
    /// reference to a resource, gets `lookup.span`.
    fn resolve(&self, lookup: &Lookup<'_>) -> Option<Resolved>;

    /// The expression that the name stands for as a whole, and the scope of that expression.
    ///
    /// Conditions and embedded documents are followed through it, so that `local.create` is the
    /// same condition as the expression behind it, and a policy in a local keeps its places.
    fn definition(&self, _lookup: &Lookup<'_>) -> Option<Definition<'_>> {
        None
    }

    /// Whether what a name stands for is certain to be there, whatever its value is: an attribute
    /// of an instance that exists.
    fn is_there(&self, _lookup: &Lookup<'_>) -> bool {
        false
    }

    /// The text of a file that an expression names.
    fn read_file(&self, _path: &str) -> FileText {
        FileText::Unknown(Reason::UnsupportedFunction("file".into()))
    }

    /// A name for the condition `text` that is unique in the root. `roots` are the first names
    /// of what it refers to.
    fn condition_name(&self, text: &str, _roots: &[&str]) -> Arc<str> {
        text.into()
    }
}

/// A name that an expression uses, with the steps that follow it.
#[derive(Debug, Clone, Copy)]
pub struct Lookup<'l> {
    /// The first name: `var`, `aws_s3_bucket`, the variable of a `for`.
    pub root: &'l str,
    /// The steps from there, up to and including the first splat.
    pub steps: &'l [LookupStep],
    /// Where it is used.
    pub span: Span,
}

impl Lookup<'_> {
    /// The attribute that step number `index` names.
    pub fn attribute(&self, index: usize) -> Option<&Arc<str>> {
        match self.steps.get(index)? {
            LookupStep::Attribute(name) => Some(name),
            LookupStep::Index(_) | LookupStep::Splat => None,
        }
    }
}

/// One step behind a name.
#[derive(Debug, Clone)]
pub enum LookupStep {
    /// `.name`
    Attribute(Arc<str>),
    /// `[index]`, evaluated.
    Index(Value),
    /// `[*]` or `.*`
    Splat,
}

/// What a name stands for.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// The value.
    pub value: Value,
    /// How many of the steps led to it; the evaluator takes the others.
    pub steps: usize,
    /// What the place of the value is, for people: "default of variable `x`".
    pub note: Option<Arc<str>>,
}

/// The expression behind a name.
#[derive(Clone, Copy)]
pub struct Definition<'s> {
    /// The expression.
    pub expression: &'s Expression,
    /// The names that the expression can use.
    pub scope: &'s dyn Scope,
}

impl std::fmt::Debug for Definition<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Definition").field("expression", self.expression).finish_non_exhaustive()
    }
}

/// What became of reading a file.
#[derive(Debug, Clone)]
pub enum FileText {
    /// The file and its text.
    Text(SourceId, Arc<str>),
    /// There is no such file.
    Missing,
    /// The file must not be read, is no text, or its path is not known.
    Unknown(Reason),
}

/// Names on top of another scope: the variables of a `for`, the iterator of a `dynamic` block,
/// `each` and `count` of one instance, the variables of a template file.
pub struct Bindings<'s> {
    parent: &'s dyn Scope,
    names: Vec<(Arc<str>, Value)>,
    is_closed: bool,
    label: Option<Arc<str>>,
}

impl<'s> Bindings<'s> {
    /// No names yet; `parent` has the others.
    pub const fn new(parent: &'s dyn Scope) -> Self {
        Self { parent, names: Vec::new(), is_closed: false, label: None }
    }

    /// No names yet, and those of `parent` cannot be used; its files can.
    pub const fn closed(parent: &'s dyn Scope) -> Self {
        Self { parent, names: Vec::new(), is_closed: true, label: None }
    }

    /// Adds a name.
    #[must_use]
    pub fn bind(mut self, name: impl Into<Arc<str>>, value: Value) -> Self {
        self.names.push((name.into(), value));
        self
    }

    /// Says which element the names stand for, so that conditions on them can be told apart
    /// from those on other elements.
    #[must_use]
    pub fn label(mut self, label: impl Into<Arc<str>>) -> Self {
        self.label = Some(label.into());
        self
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.names.iter().rev().find(|(bound, _)| &**bound == name).map(|(_, value)| value)
    }
}

impl std::fmt::Debug for Bindings<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bindings").field("names", &self.names).finish_non_exhaustive()
    }
}

impl Scope for Bindings<'_> {
    fn resolve(&self, lookup: &Lookup<'_>) -> Option<Resolved> {
        match self.value(lookup.root) {
            Some(value) => Some(Resolved { value: value.clone(), steps: 0, note: None }),
            None if self.is_closed => None,
            None => self.parent.resolve(lookup),
        }
    }

    fn definition(&self, lookup: &Lookup<'_>) -> Option<Definition<'_>> {
        let is_ours = self.is_closed || self.value(lookup.root).is_some();
        if is_ours { None } else { self.parent.definition(lookup) }
    }

    fn is_there(&self, lookup: &Lookup<'_>) -> bool {
        let is_ours = self.is_closed || self.value(lookup.root).is_some();
        !is_ours && self.parent.is_there(lookup)
    }

    fn read_file(&self, path: &str) -> FileText {
        self.parent.read_file(path)
    }

    fn condition_name(&self, text: &str, roots: &[&str]) -> Arc<str> {
        let name = self.parent.condition_name(text, roots);
        match &self.label {
            Some(label) if roots.iter().any(|root| self.value(root).is_some()) => {
                format!("{name} at {label}").into()
            }
            _ => name,
        }
    }
}

/// A scope without names: what is evaluated in it must be constant.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoNames;

impl Scope for NoNames {
    fn resolve(&self, _lookup: &Lookup<'_>) -> Option<Resolved> {
        None
    }
}

impl Resolved {
    /// A value that took `steps` steps.
    pub const fn new(value: Value, steps: usize) -> Self {
        Self { value, steps, note: None }
    }

    /// An unknown value that takes all steps of `lookup`.
    pub fn unknown(reason: Reason, lookup: &Lookup<'_>) -> Self {
        let value = Value::new(ValueKind::Unknown(reason), lookup.span);
        let splat = matches!(lookup.steps.last(), Some(LookupStep::Splat));
        Self::new(value, lookup.steps.len() - usize::from(splat))
    }

    /// Says what the place of the value is.
    #[must_use]
    pub fn note(mut self, note: impl Into<Arc<str>>) -> Self {
        self.note = Some(note.into());
        self
    }
}

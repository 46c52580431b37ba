//! What all modules of one root share.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use trilith_graph::{Flags, Reason, SourceMap, Span, Value, ValueKind};

use super::body::{Texts, body_value, document_of};
use super::directory::Directory;
use super::paths;
use super::project::Project;
use crate::hcl::{Block, FileText, Scope, Type};
use crate::terraform::policy_document::policy;

/// Instances of modules that one root may have before one stands for all of a call.
const MODULE_LIMIT: usize = 2_000;
/// Further calls that are made once the limit is reached, one instance each.
const MODULE_RESERVE: usize = 2_000;
/// Instances of resources that one root may have before one stands for all of a block.
const RESOURCE_LIMIT: usize = 50_000;

/// What all modules of one root share.
pub(super) struct World<'a> {
    project: &'a Project,
    sources: &'a SourceMap,
    /// The directory of the root module.
    root: Arc<str>,
    /// Values from outside, by variable.
    values: BTreeMap<Arc<str>, Value>,
    modules: Cell<usize>,
    resources: Cell<usize>,
    seen: RefCell<BTreeSet<Arc<str>>>,
    sensitive: RefCell<Vec<Span>>,
    pub(super) texts: RefCell<Texts>,
}

impl<'a> World<'a> {
    pub(super) fn new(
        project: &'a Project,
        sources: &'a SourceMap,
        root: &str,
        values: BTreeMap<Arc<str>, Value>,
    ) -> Self {
        Self {
            project,
            sources,
            root: root.into(),
            values,
            modules: Cell::new(0),
            resources: Cell::new(0),
            seen: RefCell::default(),
            sensitive: RefCell::default(),
            texts: RefCell::default(),
        }
    }

    pub(super) fn directory(&self, location: &str) -> Option<&'a Directory> {
        self.project.directory(location)
    }

    pub(super) fn has_directory(&self, location: &str) -> bool {
        self.directory(location).is_some()
    }

    /// Notes that a directory has an instance; false if it had one before.
    pub(super) fn note_directory(&self, location: &Arc<str>) -> bool {
        self.seen.borrow_mut().insert(location.clone())
    }

    /// Where `terraform init` has put the module that a call of the root names, and its path as
    /// Terraform gives it. `outer` are the names of the calls around that call.
    pub(super) fn installed(&self, outer: &str, name: &str) -> Option<(String, String)> {
        let key = if outer.is_empty() { name.to_owned() } else { format!("{outer}.{name}") };
        let path = self.project.installed(&self.root, &key)?;
        Some((paths::join(&self.root, path), path.to_owned()))
    }

    pub(super) fn has_room_for(&self, modules: usize) -> bool {
        let limit = if modules > 1 { MODULE_LIMIT } else { MODULE_LIMIT + MODULE_RESERVE };
        self.modules.get() + modules <= limit
    }

    pub(super) fn note_modules(&self, count: usize) {
        self.modules.set(self.modules.get() + count);
    }

    /// Takes room for the instances of a resource; false if there is not enough.
    pub(super) fn take_resources(&self, count: usize) -> bool {
        if self.resources.get() + count > RESOURCE_LIMIT {
            return false;
        }
        self.resources.set(self.resources.get() + count);
        true
    }

    /// The value that is given from outside to a variable of the root.
    pub(super) fn given(
        &self,
        location: &str,
        name: &str,
        constraint: &Type,
        place: Span,
    ) -> Option<Value> {
        if location != &*self.root {
            return None;
        }
        let value = self.values.get(name)?;
        if value.span.source.0 != u32::MAX {
            return Some(value.clone());
        }
        // Text from the command line is an expression where the type is not a scalar's.
        let text = value.as_str()?;
        Some(super::variables::given_text(text, constraint, place))
    }

    pub(super) fn is_given(&self, location: &str, name: &str) -> bool {
        location == &*self.root && self.values.contains_key(name)
    }

    /// The text of a file that an expression of the root names.
    pub(super) fn read_file(&self, path: &str) -> FileText {
        let name = paths::join(&self.root, path);
        match self.project.text(&name) {
            Some(source) => FileText::Text(source, self.sources.file(source).text().into()),
            None => {
                FileText::Unknown(Reason::UnsupportedFunction(format!("file(\"{path}\")").into()))
            }
        }
    }

    /// Notes text that must be masked in every output.
    pub(super) fn mask(&self, value: &Value) {
        match &value.kind {
            ValueKind::List(items) => items.iter().for_each(|item| self.mask(item)),
            ValueKind::Map(map) => map.entries().iter().for_each(|entry| self.mask(&entry.value)),
            ValueKind::String(_)
            | ValueKind::Int(_)
            | ValueKind::Float(_)
            | ValueKind::Template(_) => self.mask_span(value.span),
            _ => {}
        }
    }

    pub(super) fn mask_span(&self, span: Span) {
        self.sensitive.borrow_mut().push(span);
    }

    /// The text to mask, each place once.
    pub(super) fn sensitive(&self) -> Vec<Span> {
        let mut spans = self.sensitive.borrow().clone();
        spans.sort();
        spans.dedup();
        spans
    }
}

/// The policy that a block of `aws_iam_policy_document` makes.
pub(super) fn policy_of(block: &Block, scope: &dyn Scope) -> Value {
    let mut inner = Texts::default();
    let raw = body_value(&block.body, block.header_span(), &[], scope, &mut inner);
    let mut read = |value: &Value| match &value.kind {
        ValueKind::String(_) | ValueKind::Template(_) => {
            document_of(value).unwrap_or_else(|| value.clone())
        }
        _ => value.clone(),
    };
    policy(&raw, &mut read).with(Flags::EMBEDDED)
}

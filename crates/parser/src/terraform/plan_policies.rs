//! Policies of a plan: those that data sources make, and those inside of texts.

use std::sync::Arc;

use trilith_graph::{Flags, Reason, Reference, Value, ValueKind};

use super::changes::read;
use super::fuse::{Fusion, Moved};
use super::plan::{Attributes, Plan};
use super::plan_values::mark_sensitive;
use super::policy_document::policy;
use super::references::Instance;
use crate::canonical::Documents;
use crate::tree::{NodeId, ParsedTree, Segments, parse_embedded_json, to_value};

/// Policies that continue each other are followed no further than this.
const POLICY_DEPTH: usize = 8;

impl<'t> Plan<'t> {
    /// Puts policies in the place of references to the data sources that make them.
    pub(super) fn resolve_in(&mut self, value: &mut Value, depth: usize) {
        match &mut value.kind {
            ValueKind::List(items) => {
                for item in Arc::make_mut(items) {
                    self.resolve_in(item, depth);
                }
            }
            ValueKind::Map(map) => {
                for entry in Arc::make_mut(map).entries_mut() {
                    self.resolve_in(&mut entry.value, depth);
                }
            }
            ValueKind::Reference(reference) => {
                if let Some(resolved) = self.data_value(&reference.clone(), depth) {
                    let kind = resolved.kind;
                    *value = Value { kind, flags: resolved.flags.with(value.flags), ..resolved };
                }
            }
            _ => {}
        }
    }

    /// What a reference to a data source stands for; `None` for other references.
    fn data_value(&mut self, reference: &Reference, depth: usize) -> Option<Value> {
        let data = self.references.data(&reference.address)?;
        let unknown = |name: &str| Value::unknown(Reason::DataSource(name.into()), self.fallback);
        let json = matches!(&*reference.attribute, "json" | "minified_json");
        if data.source_type != "aws_iam_policy_document" || !json || depth > POLICY_DEPTH {
            return Some(unknown(&reference.address));
        }
        if let Some(policy) = self.policies.get(&reference.address) {
            return Some(policy.clone());
        }
        let policy = self.policy(&data, depth);
        self.policies.insert(reference.address.clone(), policy.clone());
        Some(policy)
    }

    /// The policy that a data source makes of its blocks.
    fn policy(&mut self, data: &Instance<'t>, depth: usize) -> Value {
        let Some(change) = read(self.tree, data.node) else {
            return Value::unknown(Reason::DataSource(data.address.clone()), self.fallback);
        };
        let scope = self.scope(&change);
        let configured = scope.as_ref().and_then(|scope| {
            self.references.configuration.resource(scope.configuration, &change.local)
        });
        let Attributes { mut raw, .. } =
            self.attributes(&change, scope.as_ref(), configured, &mut Vec::new());
        for attribute in
            ["source_json", "source_policy_documents", "override_json", "override_policy_documents"]
        {
            if let ValueKind::Map(map) = &mut raw.kind
                && let Some(entry) =
                    Arc::make_mut(map).entries_mut().iter_mut().find(|e| &*e.key == attribute)
            {
                self.resolve_in(&mut entry.value, depth + 1);
            }
        }
        let mut read = |text: &Value| match &text.kind {
            ValueKind::String(_) => self.document(text).unwrap_or_else(|()| Value {
                kind: ValueKind::Unknown(Reason::Malformed),
                ..text.clone()
            }),
            _ => text.clone(),
        };
        policy(&raw, &mut read)
    }

    /// The document that the text at a place of the plan is.
    fn document_at(&self, start: u32, text: &Value) -> Result<Value, ()> {
        let node = self.documents.get(&start).ok_or(())?;
        let (written, start, _) = self.tree.written(*node);
        let mut value = match self.repeated.at(written, start) {
            Some(value) => value,
            None => {
                let value = self.read_document(*node)?;
                self.repeated.keep(written, start, &value);
                value
            }
        };
        if text.flags.has(Flags::SENSITIVE) {
            mark_sensitive(&mut value);
        }
        Ok(Value { flags: value.flags.with(text.flags), ..value })
    }

    fn read_document(&self, node: NodeId) -> Result<Value, ()> {
        let segments = Segments::of_scalar(self.tree, node).ok_or(())?;
        let ParsedTree { tree, errors } = parse_embedded_json(segments);
        let document = *tree.documents().first().ok_or(())?;
        if errors.iter().any(crate::tree::SyntaxError::is_fatal) {
            return Err(());
        }
        Ok(to_value(&tree, document))
    }
}

impl Documents for Plan<'_> {
    fn document(&self, text: &Value) -> Result<Value, ()> {
        if text.span.source == self.tree.source() {
            return self.document_at(text.span.start, text);
        }
        let sources = self.sources.as_ref().ok_or(())?;
        let moved = match &text.kind {
            ValueKind::String(content) => self.moved.get(&(text.span, content.clone())),
            _ => None,
        };
        let Some(moved) = moved else { return sources.document(text) };
        let mut document = self.document_at(moved.start, text)?;
        let mut fusion = Fusion {
            documents: sources,
            may_tell: false,
            is_planned: &|_| false,
            moved: &mut Moved::default(),
            sensitive: &mut Vec::new(),
            has_references: false,
        };
        match &moved.written {
            Some(written) => fusion.fuse(&mut document, written),
            None => fusion.place(&mut document, text.span),
        }
        Ok(document)
    }
}

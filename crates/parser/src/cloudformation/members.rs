//! The members of a map as a template means them: loops expanded, transforms noted.

use std::sync::Arc;

use trilith_graph::{Reason, Span, Value, ValueKind};

use super::evaluate::{EXPANDS_TOO_FAR, Evaluator};
use super::scope::{Binding, Scope};
use crate::tree::{Kind, Member, NodeId};

/// Members of a map.
#[derive(Debug, Default)]
pub(super) struct Members {
    /// In the order of the source, each key once.
    pub(super) list: Vec<BoundMember>,
    /// Whether there may be more: a transform adds some, or a loop runs over what is not known.
    pub(super) is_open: bool,
}

/// A member of a map, with the loop variables that hold for it.
#[derive(Debug)]
pub(super) struct BoundMember {
    /// The key, with loop variables replaced.
    pub(super) key: Arc<str>,
    /// Where the key is written.
    pub(super) key_span: Span,
    /// The value.
    pub(super) node: NodeId,
    /// The scope of the value, if it is not the one of the map.
    pub(super) scope: Option<Scope>,
}

impl Members {
    /// The members of `map`; none if it is no map.
    pub(super) fn of(evaluator: &Evaluator<'_>, map: NodeId, scope: &Scope) -> Self {
        let mut members = Self { is_open: evaluator.tree.is_cut(map), ..Self::default() };
        members.collect(evaluator, map, scope, false);
        members
    }

    fn collect(&mut self, evaluator: &Evaluator<'_>, map: NodeId, scope: &Scope, in_loop: bool) {
        for Member { key, key_span, value: node } in evaluator.tree.members(map) {
            if &**key == "Fn::ForEach" || key.starts_with("Fn::ForEach::") {
                self.collect_loop(evaluator, node, scope);
                continue;
            }
            if &**key == "Fn::Transform" {
                self.is_open = true;
                continue;
            }
            let is_fixed = !scope.concerns(key);
            let key = if is_fixed { key.clone() } else { scope.expand(key).as_ref().into() };
            let scope = in_loop.then(|| scope.clone());
            self.list.push(BoundMember { key, key_span, node, scope });
        }
    }

    /// `[variable, collection, {key: value, ..}]`: the members once per element.
    fn collect_loop(&mut self, evaluator: &Evaluator<'_>, node: NodeId, scope: &Scope) {
        let mut arguments = evaluator.tree.items(node);
        let arguments = (arguments.next(), arguments.next(), arguments.next(), arguments.next());
        let (Some(variable), Some(collection), Some(body), None) = arguments else {
            return self.not_a_loop(evaluator, node, scope);
        };
        let name = evaluator.name(variable, scope);
        let (Some(name), Kind::Map) = (name, evaluator.tree.kind(body)) else {
            return self.not_a_loop(evaluator, node, scope);
        };
        let name: Arc<str> = name.as_ref().into();
        for binding in self.bindings(evaluator, collection, scope) {
            // A loop in a loop costs its product.
            if !evaluator.charge(1) || evaluator.is_too_deep() {
                self.is_open = true;
                evaluator.over_budget(EXPANDS_TOO_FAR, evaluator.tree.span(node));
                return;
            }
            let iteration = scope.iteration(name.clone(), binding);
            let span = evaluator.tree.span(node);
            evaluator.deeper(span, || {
                self.collect(evaluator, body, &iteration, true);
                Value::new(ValueKind::Null, span)
            });
        }
    }

    fn not_a_loop(&mut self, evaluator: &Evaluator<'_>, node: NodeId, scope: &Scope) {
        self.is_open = true;
        let help = "write `[variable, collection, {key: value}]`";
        let span = evaluator.tree.span(node);
        evaluator.malformed(span, scope, "`Fn::ForEach` needs three arguments", help);
    }

    /// The elements of a collection; if it is not known, one that stands for all.
    fn bindings(
        &mut self,
        evaluator: &Evaluator<'_>,
        collection: NodeId,
        scope: &Scope,
    ) -> Vec<Binding> {
        let value = evaluator.value(collection, scope);
        let items: &[Value] = match &value.kind {
            ValueKind::List(items) => items,
            _ => std::slice::from_ref(&value),
        };
        let bindings = items.iter().map(|item| match item.display_text() {
            Some(text) if is_known_text(item) => {
                Binding::Element(text.into(), Box::new(item.clone()))
            }
            _ => {
                self.is_open = true;
                let reason = item.unknown_reason().cloned();
                Binding::Unknown(reason.unwrap_or(Reason::Undecided))
            }
        });
        bindings.collect()
    }
}

fn is_known_text(value: &Value) -> bool {
    matches!(value.kind, ValueKind::String(_) | ValueKind::Int(_) | ValueKind::Bool(_))
}

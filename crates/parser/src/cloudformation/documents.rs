//! Policy documents that are written as JSON text: `PolicyDocument: '{"Statement": ..}'`.
//!
//! The text is read like the rest of the template, so that rules see statements and not text,
//! and findings point into the text. What `Fn::Sub` and `Fn::Join` insert leaves holes.

mod places;
mod text;
mod values;

use std::rc::Rc;

use trilith_graph::Value;

use super::evaluate::Evaluator;
use super::intrinsics::{self, Call, Function};
use super::scope::Scope;
use crate::tree::{NodeId, parse_embedded_json};
use text::TextOfDocument;

pub use places::json_places;

/// Where documents stand below one place of a resource.
#[derive(Debug, Clone)]
pub(super) struct DocumentPlaces(Rc<Vec<&'static str>>);

impl DocumentPlaces {
    /// The places below the properties of a resource; `None` if its type has none.
    pub(super) fn of_type(resource_type: &str) -> Option<Self> {
        let paths = places::of_type(resource_type);
        (!paths.is_empty()).then(|| Self(Rc::new(paths)))
    }

    /// The places below a member of a map, or below the elements of a list: `*`.
    pub(super) fn below(&self, key: &str) -> Option<Self> {
        let further = self.0.iter().filter_map(|path| {
            let rest = path.strip_prefix(key)?;
            if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
        });
        let further: Vec<&'static str> = further.collect();
        (!further.is_empty()).then(|| Self(Rc::new(further)))
    }

    /// Whether the place itself is the one of a document.
    pub(super) fn is_here(&self) -> bool {
        self.0.contains(&"")
    }
}

/// The value of a node where a document is due. What is no JSON text keeps its value.
pub(super) fn document(evaluator: &Evaluator<'_>, node: NodeId, scope: &Scope) -> Value {
    let call = Call::of(evaluator.tree, node);
    if let Some(call) = call.filter(|call| call.function == Function::If) {
        // Each branch is a document of its own.
        return intrinsics::evaluate(evaluator, &call, scope);
    }
    let scope = scope.outside_documents();
    let mut text = TextOfDocument::new(evaluator, &scope, evaluator.tree.span(node));
    if text.append(node) && text.looks_like_json() {
        return read(evaluator, text, &scope);
    }
    let value = evaluator.value(node, &scope);
    intrinsics::map_arms(&value, value.span, |value| {
        let mut text = TextOfDocument::new(evaluator, &scope, value.span);
        text.append_value(value);
        if text.looks_like_json() { read(evaluator, text, &scope) } else { value.clone() }
    })
}

fn read(evaluator: &Evaluator<'_>, text: TextOfDocument<'_, '_>, scope: &Scope) -> Value {
    let (segments, holes) = text.finish();
    let whole = segments.whole();
    let parsed = parse_embedded_json(segments);
    for error in &parsed.errors {
        let message = format!("{} in the JSON text of a policy", error.message);
        let help = error.help.as_deref().unwrap_or("write the policy as a map instead of text");
        evaluator.malformed(error.span, scope, message, help);
    }
    match parsed.tree.documents().first() {
        Some(document) => values::value(evaluator, &parsed.tree, *document, &holes),
        None => Value::unknown(trilith_graph::Reason::Malformed, whole),
    }
}

//! References as a template writes them.
//!
//! Rules written for CloudFormation look into references: `Properties.KmsKeyId.'Fn::GetAtt'`
//! or `Ref` name the resource that is meant, and a join goes on from there. The graph has
//! references instead of such maps, also where Terraform wrote them; here they become maps again
//! where a rule asks for the keys.

use std::rc::Rc;

use trilith_graph::{Map, Reason, Reference, Span, Value, ValueKind};

use super::node::Node;
use crate::engine::guard::ir::Part;

/// The map that stands for a reference, for a part of a query that looks at its keys.
pub(super) fn form_for<'a>(node: &Node<'a>, part: &Part) -> Option<Node<'a>> {
    let asks_for_keys = match part {
        Part::Key(key) => is_function(&key.name),
        Part::KeyFilter { .. } => true,
        _ => false,
    };
    if asks_for_keys { form(node) } else { None }
}

/// The map that stands for a reference to a resource or to another stack's export.
pub(super) fn form<'a>(node: &Node<'a>) -> Option<Node<'a>> {
    let value = node.value()?;
    let (function, argument) = match &value.kind {
        ValueKind::Reference(reference) => of_reference(reference, value.span),
        ValueKind::Unknown(Reason::Import(name)) => {
            ("Fn::ImportValue", Value::string(name.clone(), value.span))
        }
        _ => return None,
    };
    let mut map = Map::with_capacity(1);
    map.insert(function, value.span, argument);
    Some(Node::Parsed(Rc::new(Value::map(map, value.span))))
}

fn of_reference(reference: &Reference, span: Span) -> (&'static str, Value) {
    let text = |text: &std::sync::Arc<str>| Value::string(text.clone(), span);
    if reference.attribute.is_empty() {
        return ("Ref", text(&reference.address));
    }
    let parts = vec![text(&reference.address), text(&reference.attribute)];
    ("Fn::GetAtt", Value::list(parts, span))
}

/// Whether a key is one that only an intrinsic function has.
fn is_function(key: &str) -> bool {
    key == "Ref" || key.starts_with("Fn::")
}

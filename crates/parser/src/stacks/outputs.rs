//! `!GetAtt Network.Outputs.VpcId`: outputs of a nested stack, where its parent uses them.

use std::collections::BTreeMap;
use std::sync::Arc;

use trilith_graph::{Arm, Formula, Reason, Resource, Value, ValueKind, Via};

use crate::rewrite::rewrite;

/// The outputs of the stacks below a root, by the address of the stack and their name.
#[derive(Debug, Default)]
pub(super) struct Outputs {
    by_stack: BTreeMap<Arc<str>, BTreeMap<Arc<str>, Value>>,
}

impl Outputs {
    /// Takes those of a stack; `resources` are named below it already.
    pub(super) fn add(&mut self, stack: &Arc<str>, resources: &[Resource]) {
        let prefix = format!("{stack}.{}s.", Resource::OUTPUT);
        let outputs = resources.iter().filter_map(|output| {
            let name = output.address.strip_prefix(&*prefix)?;
            let value = output.properties.get("Value").clone();
            Some((Arc::from(name), guarded(&output.guard, name, value)))
        });
        self.by_stack.insert(stack.clone(), outputs.collect());
    }

    /// Whether the outputs of a stack are known.
    pub(super) fn is_known(&self, stack: &str) -> bool {
        self.by_stack.contains_key(stack)
    }

    /// Puts them in the place of the references to them.
    pub(super) fn fill_in(&self, resource: &mut Resource) {
        let mut change = |value: &Value| self.behind(value);
        rewrite(&mut resource.properties, &mut change);
    }

    fn behind(&self, value: &Value) -> Option<Value> {
        let reference = value.as_reference()?;
        let name = reference.attribute.strip_prefix("Outputs.")?;
        let output = self.by_stack.get(&reference.address)?.get(name)?;
        let note = format!("output `{name}` of stack `{}`", reference.address);
        let via = Via { span: output.span, note: note.into(), next: output.via.clone() };
        let via = Via {
            span: value.span,
            note: "reference to an output".into(),
            next: Some(Arc::new(via)),
        };
        Some(Value { span: value.span, via: Some(Arc::new(via)), ..output.clone() })
    }
}

/// An output that exists only under a condition cannot be read otherwise.
fn guarded(guard: &Formula, name: &str, value: Value) -> Value {
    if *guard == Formula::True {
        return value;
    }
    let span = value.span;
    let missing = Value::unknown(Reason::Undeclared(name.into()), span);
    let arms =
        vec![Arm { guard: guard.clone(), value }, Arm { guard: guard.negate(), value: missing }];
    Value::new(ValueKind::OneOf(Arc::new(arms)), span)
}

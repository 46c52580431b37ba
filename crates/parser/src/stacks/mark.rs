//! Names of one stack told from those of another.
//!
//! A nested stack becomes a part of the root that declares it: its resources, parameters and
//! conditions are named below the stack, `Network.Vpc`. What a parent passes down keeps its own
//! names; so that they are not taken for those of the child, they are marked on the way down and
//! unmarked when the child joins its parent.

use std::sync::Arc;

use trilith_graph::{Formula, Reason, Reference, Resource, Root, Value, ValueKind, Variable};

use crate::rewrite::{Rewrite, rewrite};

/// What marks a name of the parent. No name begins with it.
const MARK: char = '.';

/// A value for the stack below.
pub(super) fn passed_down(mut value: Value) -> Value {
    rewrite(&mut value, &mut Down);
    value
}

/// Puts a nested stack below `stack` in its parent: every name of its own gets that in front.
pub(super) fn put_below(child: &mut Root, stack: &Arc<str>) {
    let mut below = Below { stack };
    for resource in &mut child.resources {
        resource.address = below.name(&resource.address);
        resource.guard = below.formula(&resource.guard);
        for value in values_of(resource) {
            rewrite(value, &mut below);
        }
    }
    for constraint in &mut child.constraints {
        *constraint = below.formula(constraint);
    }
    for (address, _) in &mut child.stacks {
        *address = below.name(address);
    }
}

fn values_of(resource: &mut Resource) -> [&mut Value; 3] {
    [&mut resource.properties, &mut resource.raw, &mut resource.attributes]
}

/// How names change.
trait Naming {
    fn name(&self, name: &Arc<str>) -> Arc<str>;

    fn formula(&self, formula: &Formula) -> Formula {
        let all = |parts: &[Formula]| parts.iter().map(|part| self.formula(part)).collect();
        match formula {
            Formula::True | Formula::False => formula.clone(),
            Formula::Is(variable, value) => {
                let variable = Variable { name: self.name(&variable.name), ..(**variable).clone() };
                Formula::Is(Arc::new(variable), *value)
            }
            Formula::Not(inner) => Formula::Not(Arc::new(self.formula(inner))),
            Formula::All(parts) => Formula::All(Arc::new(all(parts))),
            Formula::Any(parts) => Formula::Any(Arc::new(all(parts))),
            Formula::Named(name, inner) => {
                Formula::Named(self.name(name), Arc::new(self.formula(inner)))
            }
        }
    }

    fn renamed(&self, value: &Value) -> Option<Value> {
        let kind = match &value.kind {
            ValueKind::Reference(reference) => ValueKind::Reference(Arc::new(Reference {
                address: self.name(&reference.address),
                attribute: reference.attribute.clone(),
            })),
            ValueKind::Unknown(Reason::NoDefault(name)) => {
                ValueKind::Unknown(Reason::NoDefault(self.name(name)))
            }
            _ => return None,
        };
        Some(Value { kind, ..value.clone() })
    }
}

struct Down;

impl Naming for Down {
    fn name(&self, name: &Arc<str>) -> Arc<str> {
        format!("{MARK}{name}").into()
    }
}

struct Below<'b> {
    stack: &'b Arc<str>,
}

impl Naming for Below<'_> {
    fn name(&self, name: &Arc<str>) -> Arc<str> {
        match name.strip_prefix(MARK) {
            Some(of_parent) => of_parent.into(),
            None => format!("{}.{name}", self.stack).into(),
        }
    }
}

macro_rules! rewrites {
    ($($naming:ty),*) => {$(
        impl Rewrite for $naming {
            fn value(&mut self, value: &Value) -> Option<Value> {
                self.renamed(value)
            }

            fn guard(&mut self, guard: &Formula) -> Option<Formula> {
                Some(self.formula(guard))
            }
        }
    )*};
}

rewrites!(Down, Below<'_>);

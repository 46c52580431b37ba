//! Names, and the steps behind a value.

use std::sync::Arc;

use trilith_graph::{Flags, Formula, Reason, Reference, Span, Value, ValueKind};

use super::budget::too_heavy;
use super::choice::{map_arms, map_combinations};
use super::text::{Number, Stop, inherited, number, string};
use super::{Evaluator, arrive, compare};
use crate::hcl::scope::{Lookup, LookupStep};
use crate::hcl::syntax::{Expression, ExpressionKind, Step, StepKind, Traversal};

impl Evaluator<'_> {
    pub(super) fn traversal(&self, traversal: &Traversal, span: Span) -> Value {
        if let ExpressionKind::Variable(name) = &traversal.root.kind {
            return self.variable(name, &traversal.steps, span);
        }
        let root = self.value(&traversal.root);
        let value = self.walk(root, &traversal.steps);
        if span.contains(value.span) {
            return value;
        }
        arrive(value, span, || "what the expression takes from here".into())
    }

    /// The value behind a name.
    pub(super) fn variable(&self, name: &Arc<str>, steps: &[Step], span: Span) -> Value {
        let path = self.lookup_steps(steps);
        let lookup = Lookup { root: name, steps: &path, span };
        let Some(resolved) = self.scope.resolve(&lookup) else {
            let name = lookup.attribute(0).map_or(name.to_string(), |x| format!("{name}.{x}"));
            return Value::unknown(Reason::Undeclared(name.into()), span);
        };
        let taken = resolved.steps.min(steps.len());
        let value = self.walk(resolved.value, &steps[taken..]);
        if !self.budget.spend_on(&value) {
            return Value::unknown(too_heavy(), span);
        }
        arrive(value, span, || match resolved.note {
            Some(note) => note,
            None => format!("value of `{}`", shown(name, &path)).into(),
        })
    }

    /// Whether what the steps lead to is certain to be there, whatever its value is.
    pub(in crate::hcl) fn is_there(&self, traversal: &Traversal) -> bool {
        let ExpressionKind::Variable(name) = &traversal.root.kind else { return false };
        let steps = self.lookup_steps(&traversal.steps);
        self.scope.is_there(&Lookup { root: name, steps: &steps, span: traversal.root.span })
    }

    /// The steps for the scope: evaluated, up to the first splat.
    pub(super) fn lookup_steps(&self, steps: &[Step]) -> Vec<LookupStep> {
        let mut path = Vec::with_capacity(steps.len());
        for step in steps {
            match &step.kind {
                StepKind::Attribute(name) => path.push(LookupStep::Attribute(name.clone())),
                StepKind::Index(index) => path.push(LookupStep::Index(self.value(index))),
                StepKind::Splat(_) => {
                    path.push(LookupStep::Splat);
                    break;
                }
            }
        }
        path
    }

    /// Takes steps from a value.
    pub(in crate::hcl) fn walk(&self, value: Value, steps: &[Step]) -> Value {
        let mut value = value;
        for step in steps {
            let next = match &step.kind {
                StepKind::Attribute(name) => attribute(&value, name),
                StepKind::Index(index) => self.index(&value, index),
                StepKind::Splat(each) => self.splat(&value, each),
            };
            if !matches!(step.kind, StepKind::Splat(_)) {
                self.note_step(&value, &next);
            }
            value = next;
        }
        value
    }

    /// Notes a doubt where a step led to something that may not be there.
    pub(in crate::hcl) fn note_step(&self, from: &Value, to: &Value) {
        let is_doubtful = |from: &Value| match &from.kind {
            ValueKind::Unknown(reason) => *reason != Reason::Malformed,
            ValueKind::List(_) | ValueKind::Map(_) => {
                let is_hidden = to.flags.has(Flags::SYNTHETIC)
                    || matches!(to.kind, ValueKind::Unknown(_) | ValueKind::OneOf(_));
                (from.flags.has(Flags::OPEN) || !index_is_sure(from, usize::MAX)) && is_hidden
            }
            _ => false,
        };
        let doubt = match &from.kind {
            ValueKind::OneOf(arms) => arms.iter().any(|arm| is_doubtful(&arm.value)),
            _ => is_doubtful(from),
        };
        if doubt {
            self.budget.note_doubt();
        }
    }

    /// Takes steps from an element of a list, which stays what stands for many.
    fn walk_element(&self, item: &Value, steps: &[Step]) -> Value {
        let is_template = item.flags.has(Flags::SYNTHETIC);
        let value = self.walk(item.clone(), steps);
        if is_template { value.with(Flags::SYNTHETIC) } else { value }
    }

    fn index(&self, value: &Value, index: &Expression) -> Value {
        let pair = [value.clone(), self.value(index)];
        if let ValueKind::Map(map) = &value.kind {
            // Keys are searched for one after the other.
            self.budget.spend(map.len() / 16);
        }
        map_combinations(&pair, value.span, &mut |pair| match pair {
            [value, index] => element(value, index),
            _ => value.clone(),
        })
    }

    fn splat(&self, value: &Value, each: &[Step]) -> Value {
        map_arms(value, &mut |value| {
            let span = value.span;
            let open = |item: Value| {
                let item = self.walk(item, each).with(Flags::SYNTHETIC);
                Value::list(vec![item], span).with(Flags::OPEN)
            };
            let list = match &value.kind {
                ValueKind::Null | ValueKind::Absent => Value::list(Vec::new(), span),
                ValueKind::List(items) if !value.flags.has(Flags::EMBEDDED) => {
                    if !self.budget.spend(items.len()) {
                        return Value::unknown(super::too_many_steps(), span);
                    }
                    let items = items.iter().map(|item| self.walk_element(item, each)).collect();
                    let flags =
                        super::text::without(value.flags, &[Flags::SENSITIVE, Flags::ASSUMED]);
                    Value::list(items, span).with(flags)
                }
                ValueKind::Unknown(Reason::Malformed) => value.clone(),
                ValueKind::Unknown(_) => open(value.clone()),
                ValueKind::Reference(reference) if reference.attribute.is_empty() => {
                    open(value.clone())
                }
                ValueKind::Reference(_) => open(Value::unknown(Reason::ComputedAfterApply, span)),
                _ => Value::list(vec![self.walk(value.clone(), each)], span),
            };
            list.with(inherited(value))
        })
    }
}

fn shown(name: &str, steps: &[LookupStep]) -> String {
    let mut text = name.to_owned();
    for step in steps {
        match step {
            LookupStep::Attribute(name) => {
                text.push('.');
                text.push_str(name);
            }
            LookupStep::Index(index) => match string(index) {
                Ok(index) => text.extend(["[", &index, "]"]),
                Err(_) => text.push_str("[...]"),
            },
            LookupStep::Splat => text.push_str("[*]"),
        }
    }
    text
}

/// `value.name`
pub(in crate::hcl) fn attribute(value: &Value, name: &Arc<str>) -> Value {
    map_arms(value, &mut |value| {
        let index = Value::string(name.clone(), value.span);
        match &value.kind {
            // `list.0` is an old way to write `list[0]`.
            ValueKind::List(_) if name.bytes().all(|byte| byte.is_ascii_digit()) => {
                element(value, &index)
            }
            ValueKind::List(_) => failed(value),
            ValueKind::Reference(reference) => {
                let attribute = match reference.attribute.as_ref() {
                    "" => name.clone(),
                    before => format!("{before}.{name}").into(),
                };
                extended(value, reference.address.clone(), attribute)
            }
            _ => element(value, &index),
        }
    })
}

/// `value[index]`
pub(in crate::hcl) fn element(value: &Value, index: &Value) -> Value {
    let flags = inherited(value).with(inherited(index));
    let found = match &value.kind {
        _ if value.flags.has(Flags::EMBEDDED) => failed(value),
        ValueKind::Unknown(_) => value.clone(),
        ValueKind::Map(map) => match string(index) {
            Ok(key) => match map.get(&key) {
                Some(member) => member.clone(),
                None => missing(value),
            },
            Err(stop) => Value { kind: stop.into_kind(), ..value.clone() },
        },
        ValueKind::List(items) => list_element(value, items, index),
        ValueKind::Reference(reference) => reference_element(value, reference, index),
        _ => failed(value),
    };
    found.with(flags)
}

fn list_element(value: &Value, items: &[Value], index: &Value) -> Value {
    match number(index) {
        Ok(Number::Int(index)) => {
            let Ok(index) = usize::try_from(index) else { return failed(value) };
            if !index_is_sure(value, index) {
                return uncertain_element(value, &items[sure_length(value)..]);
            }
            items.get(index).cloned().unwrap_or_else(|| missing(value))
        }
        Ok(Number::Float(_)) => failed(value),
        Err(stop) => Value { kind: stop.into_kind(), ..value.clone() },
    }
}

/// Whether it is known which element of a list has an index.
pub(in crate::hcl) fn index_is_sure(list: &Value, index: usize) -> bool {
    let length = sure_length(list);
    index < length || length == list.items().len()
}

/// How many elements at the start of a list have the index at which they stand: what may be
/// absent, or stands for many, moves what comes after it.
///
/// INVARIANT: an open list has further elements only at its end and where an element is flagged
/// [`Flags::SYNTHETIC`]: such an element stands for any number of them, or none.
fn sure_length(list: &Value) -> usize {
    let items = list.items();
    let unsure = items.iter().position(|item| {
        (item.flags.has(Flags::SYNTHETIC) && list.flags.has(Flags::OPEN))
            || super::choice::presence(item) != Formula::True
    });
    unsure.unwrap_or(items.len())
}

/// An element of a list of which only a template of its elements is known.
fn uncertain_element(value: &Value, rest: &[Value]) -> Value {
    match rest {
        [only] if only.flags.has(Flags::SYNTHETIC) => only.clone(),
        _ => Value { kind: ValueKind::Unknown(Reason::OpenMap), ..value.clone() },
    }
}

fn reference_element(value: &Value, reference: &Reference, index: &Value) -> Value {
    let is_resource = reference.attribute.is_empty();
    let (address, attribute) = match (&index.kind, is_resource) {
        (ValueKind::Int(index), true) => (format!("{}[{index}]", reference.address), String::new()),
        (ValueKind::String(key), true) => {
            (format!("{}[\"{key}\"]", reference.address), String::new())
        }
        (ValueKind::Int(index), false) => {
            (reference.address.to_string(), format!("{}.{index}", reference.attribute))
        }
        (ValueKind::String(key), false) => {
            (reference.address.to_string(), format!("{}.{key}", reference.attribute))
        }
        _ => {
            let reason = compare::unknown_itself(index);
            let kind = reason.map_or(Stop::Error, Stop::Unknown).into_kind();
            return Value { kind, ..value.clone() };
        }
    };
    extended(value, address.into(), attribute.into())
}

fn extended(value: &Value, address: Arc<str>, attribute: Arc<str>) -> Value {
    let kind = ValueKind::Reference(Arc::new(Reference { address, attribute }));
    Value { kind, ..value.clone() }
}

fn missing(value: &Value) -> Value {
    if value.flags.has(Flags::OPEN) {
        return Value { kind: ValueKind::Unknown(Reason::OpenMap), ..value.clone() };
    }
    failed(value)
}

/// What Terraform rejects.
fn failed(value: &Value) -> Value {
    let reason = match &value.kind {
        ValueKind::Unknown(reason) => reason.clone(),
        _ => Reason::Malformed,
    };
    Value { kind: ValueKind::Unknown(reason), ..value.clone() }
}

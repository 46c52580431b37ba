//! Whether two values are equal, as far as that is known.

use trilith_graph::{Entry, Flags, Formula, Map, Part, Reason, Tri, Value, ValueKind};

use super::choice::presence;
use super::text::{as_text, is_encoded};

/// Compares as Terraform's `==` does: a number is never equal to text.
pub(in crate::hcl) fn equal(left: &Value, right: &Value) -> Tri {
    // Text that was encoded is compared as text with other text.
    let decided = |value: &Value| !matches!(value.kind, ValueKind::OneOf(_));
    if is_encoded(left) != is_encoded(right) && decided(left) && decided(right) {
        return equal(&as_text(left), &as_text(right));
    }
    match (&left.kind, &right.kind) {
        (ValueKind::OneOf(arms), _) => {
            agreed(left, arms.iter().map(|arm| equal(&arm.value, right)))
        }
        (_, ValueKind::OneOf(arms)) => {
            agreed(right, arms.iter().map(|arm| equal(left, &arm.value)))
        }
        (ValueKind::Reference(a), ValueKind::Reference(b)) if a == b => Tri::True,
        (one, nothing) | (nothing, one) if is_nothing(nothing) && is_something(one) => Tri::False,
        (ValueKind::Unknown(_) | ValueKind::Reference(_), _)
        | (_, ValueKind::Unknown(_) | ValueKind::Reference(_)) => Tri::Unknown,
        (ValueKind::Template(a), ValueKind::Template(b)) => equal_templates(a, b),
        (ValueKind::Template(_), ValueKind::String(text)) => left.is(text),
        (ValueKind::String(text), ValueKind::Template(_)) => right.is(text),
        (ValueKind::Null | ValueKind::Absent, ValueKind::Null | ValueKind::Absent) => Tri::True,
        (ValueKind::Bool(a), ValueKind::Bool(b)) => Tri::from(a == b),
        (ValueKind::String(a), ValueKind::String(b)) => (a == b).into(),
        (ValueKind::Int(a), ValueKind::Int(b)) => (a == b).into(),
        (ValueKind::Int(_) | ValueKind::Float(_), ValueKind::Int(_) | ValueKind::Float(_)) => {
            (super::text::float(left) == super::text::float(right)).into()
        }
        (ValueKind::List(a), ValueKind::List(b)) => equal_lists(a, b, is_open(left, right)),
        (ValueKind::Map(a), ValueKind::Map(b)) => equal_maps(a, b, is_open(left, right)),
        _ => Tri::False,
    }
}

fn is_nothing(kind: &ValueKind) -> bool {
    match kind {
        ValueKind::Null | ValueKind::Absent => true,
        ValueKind::String(text) => text.is_empty(),
        _ => false,
    }
}

/// Data sources whose attributes are never null.
const ALWAYS_THERE: [&str; 4] =
    ["aws_caller_identity", "aws_iam_policy_document", "aws_partition", "aws_region"];

/// Whether a value that is not known is neither null nor empty text: a resource, and what it is
/// known by once it is there.
fn is_something(kind: &ValueKind) -> bool {
    match kind {
        ValueKind::Reference(reference) => matches!(&*reference.attribute, "" | "arn" | "id"),
        ValueKind::Unknown(Reason::Pseudo(_)) => true,
        ValueKind::Unknown(Reason::DataSource(address)) => {
            address.split('.').any(|part| ALWAYS_THERE.contains(&part))
        }
        _ => false,
    }
}

/// Whether two values cannot be told apart. What is not known is never the same.
pub(in crate::hcl) fn is_same(left: &Value, right: &Value) -> bool {
    left.flags == right.flags && equal(left, right).is_true()
}

fn is_open(left: &Value, right: &Value) -> bool {
    left.flags.has(Flags::OPEN) || right.flags.has(Flags::OPEN)
}

/// What all alternatives of a value agree on. One that may be absent is equal to nothing.
fn agreed(value: &Value, mut verdicts: impl Iterator<Item = Tri>) -> Tri {
    let Some(first) = verdicts.next() else { return Tri::Unknown };
    let is_agreed = verdicts.all(|verdict| verdict == first)
        && (first != Tri::True || presence(value) == Formula::True);
    if is_agreed { first } else { Tri::Unknown }
}

fn equal_templates(left: &[Part], right: &[Part]) -> Tri {
    let same = left.len() == right.len()
        && left.iter().zip(right).all(|pair| match pair {
            (Part::Text(a), Part::Text(b)) => a == b,
            (Part::Hole(a), Part::Hole(b)) => equal(a, b).is_true(),
            _ => false,
        });
    if same { Tri::True } else { Tri::Unknown }
}

fn equal_lists(left: &[Value], right: &[Value], is_open: bool) -> Tri {
    if is_open {
        return Tri::Unknown;
    }
    if left.len() != right.len() {
        let may_shrink =
            left.iter().chain(right).any(|item| matches!(item.kind, ValueKind::OneOf(_)));
        return if may_shrink { Tri::Unknown } else { Tri::False };
    }
    Tri::all(left.iter().zip(right).map(|(a, b)| equal(a, b)))
}

fn equal_maps(left: &Map, right: &Map, is_open: bool) -> Tri {
    if is_open {
        return Tri::Unknown;
    }
    let may_shrink = |map: &Map| map.entries().iter().any(|e| presence(&e.value) != Formula::True);
    if may_shrink(left) || may_shrink(right) {
        return Tri::Unknown;
    }
    if left.len() != right.len() {
        return Tri::False;
    }
    let pairs = || sorted(left).into_iter().zip(sorted(right));
    if pairs().any(|(a, b)| a.key != b.key) {
        return Tri::False;
    }
    Tri::all(pairs().map(|(a, b)| equal(&a.value, &b.value)))
}

/// The members of a map in the order of their keys, as Terraform goes through them.
pub(in crate::hcl) fn sorted(map: &Map) -> Vec<&Entry> {
    let mut entries: Vec<&Entry> = map.entries().iter().collect();
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    entries
}

/// The first reason for which a value, or anything inside it, is not known.
pub(in crate::hcl) fn unknown_inside(value: &Value) -> Option<Reason> {
    match &value.kind {
        ValueKind::Unknown(reason) => Some(reason.clone()),
        ValueKind::OneOf(_) => Some(Reason::Undecided),
        ValueKind::Reference(_) => Some(Reason::ComputedAfterApply),
        ValueKind::Template(parts) => {
            let reason = parts.iter().find_map(|part| match part {
                Part::Hole(hole) => unknown_inside(hole),
                Part::Text(_) => None,
            });
            Some(reason.unwrap_or(Reason::ComputedAfterApply))
        }
        ValueKind::List(items) => {
            let inside = items.iter().find_map(unknown_inside);
            inside.or_else(|| value.flags.has(Flags::OPEN).then_some(Reason::OpenMap))
        }
        ValueKind::Map(map) => {
            let inside = map.entries().iter().find_map(|entry| unknown_inside(&entry.value));
            inside.or_else(|| value.flags.has(Flags::OPEN).then_some(Reason::OpenMap))
        }
        _ => None,
    }
}

/// The reason for which nothing is known of the value itself; what is inside does not matter.
pub(in crate::hcl) fn unknown_itself(value: &Value) -> Option<Reason> {
    match &value.kind {
        ValueKind::List(_) | ValueKind::Map(_) => None,
        _ => unknown_inside(value),
    }
}

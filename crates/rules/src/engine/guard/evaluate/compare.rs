//! Comparing two values.

use std::cmp::Ordering;

use trilith_graph::{Flags, Part, Tri, Value, ValueKind};

use super::Engine;
use super::intrinsic;
use super::node::{Member, Node, View};
use crate::engine::guard::ir::{Operator, Range};

/// Outcome of comparing two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compared {
    Yes,
    No,
    /// Values of these kinds cannot be compared; that fails whatever was asked.
    Incomparable,
    Unknown,
}

impl From<bool> for Compared {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

impl From<Tri> for Compared {
    fn from(holds: Tri) -> Self {
        match holds {
            Tri::True => Self::Yes,
            Tri::False => Self::No,
            Tri::Unknown => Self::Unknown,
        }
    }
}

impl Compared {
    /// The truth of the comparison, if incomparable values count as different.
    pub(super) fn as_tri(self) -> Tri {
        match self {
            Self::Yes => Tri::True,
            Self::No | Self::Incomparable => Tri::False,
            Self::Unknown => Tri::Unknown,
        }
    }
}

/// How two values are ordered, where they are comparable.
enum Order {
    Known(Ordering),
    Incomparable,
    Unknown,
}

impl<'a> Engine<'a> {
    /// `left operator right`, for the operators that look at one pair.
    pub(super) fn compare(
        &self,
        operator: Operator,
        left: &Node<'a>,
        right: &Node<'a>,
    ) -> Compared {
        if matches!(operator, Operator::Equal | Operator::In) {
            return self.equal(left, right);
        }
        match self.order(left.view(), right.view()) {
            Order::Known(order) => match operator {
                Operator::Less => order.is_lt().into(),
                Operator::LessOrEqual => order.is_le().into(),
                Operator::Greater => order.is_gt().into(),
                _ => order.is_ge().into(),
            },
            Order::Incomparable => Compared::Incomparable,
            Order::Unknown => Compared::Unknown,
        }
    }

    /// Whether two values are equal, where text equals a pattern that it matches and a number
    /// equals a range that it lies in.
    pub(super) fn equal(&self, left: &Node<'a>, right: &Node<'a>) -> Compared {
        match (left.view(), right.view()) {
            (View::Unsure(left), View::Unsure(right)) => same_reference(left, right),
            (View::Unsure(value), View::Map) => match intrinsic::form(left) {
                Some(form) => self.equal(&form, right),
                None => unsure_equal(value, View::Map),
            },
            (View::Map, View::Unsure(value)) => match intrinsic::form(right) {
                Some(form) => self.equal(left, &form),
                None => unsure_equal(value, View::Map),
            },
            (View::Unsure(value), other) | (other, View::Unsure(value)) => {
                unsure_equal(value, other)
            }
            (View::Text(text), View::Regex(pattern)) | (View::Regex(pattern), View::Text(text)) => {
                pattern.matches(text).into()
            }
            (View::Regex(left), View::Regex(right)) => (left.source() == right.source()).into(),
            (View::Bool(left), View::Bool(right)) => (left == right).into(),
            (View::Map, View::Map) => self.equal_maps(left, right),
            (View::List, View::List) => self.equal_lists(left, right),
            (View::Int(value), View::IntRange(range)) => within(range, |b| Some(value.cmp(b))),
            (View::Float(value), View::FloatRange(range)) => {
                within(range, |bound| value.partial_cmp(bound))
            }
            (View::Int(value), View::FloatRange(range)) => {
                within(range, |bound| int_to_float(value, *bound))
            }
            (View::Float(value), View::IntRange(range)) => {
                within(range, |bound| int_to_float(*bound, value).map(Ordering::reverse))
            }
            (View::Char(value), View::CharRange(range)) => within(range, |b| Some(value.cmp(b))),
            (left, right) => match self.order(left, right) {
                Order::Known(order) => order.is_eq().into(),
                Order::Incomparable => self.coerced(left, right),
                Order::Unknown => Compared::Unknown,
            },
        }
    }

    /// A boolean or a number against text that spells one, where the document is loose about it.
    fn coerced(&self, left: View<'_>, right: View<'_>) -> Compared {
        if !self.options.coerce_scalars {
            return Compared::Incomparable;
        }
        match (left, right) {
            (View::Text(text), View::Bool(value)) | (View::Bool(value), View::Text(text)) => {
                match text {
                    "true" | "True" | "TRUE" => value.into(),
                    "false" | "False" | "FALSE" => (!value).into(),
                    _ => Compared::Incomparable,
                }
            }
            (View::Text(text), View::Int(value)) | (View::Int(value), View::Text(text)) => text
                .trim()
                .parse()
                .map_or(Compared::Incomparable, |text: i64| (text == value).into()),
            _ => Compared::Incomparable,
        }
    }

    fn equal_lists(&self, left: &Node<'a>, right: &Node<'a>) -> Compared {
        let open = left.is_open(self) || right.is_open(self);
        let (left, right) = (left.items(), right.items());
        if left.len() != right.len() {
            return if open { Compared::Unknown } else { Compared::No };
        }
        let pairs = left.iter().zip(&right);
        all_equal(pairs.map(|(left, right)| self.equal(left, right)), open)
    }

    fn equal_maps(&self, left: &Node<'a>, right: &Node<'a>) -> Compared {
        let open = left.is_open(self) || right.is_open(self);
        if left.len(self) != right.len(self) {
            return if open { Compared::Unknown } else { Compared::No };
        }
        let entries = left.entries(self).into_iter();
        let members = entries.map(|(key, value)| match right.member(self, key.as_str()) {
            Member::Found(other) => self.equal(&value, &other),
            Member::Missing => Compared::No,
            Member::Unsure => Compared::Unknown,
        });
        all_equal(members, open)
    }

    /// Whether two values are the same thing, as members of a set are: text is the same as a
    /// pattern that it matches, but a number is not the same as a range.
    pub(super) fn same(&self, left: &Node<'a>, right: &Node<'a>) -> Tri {
        match (left.view(), right.view()) {
            (View::IntRange(left), View::IntRange(right)) => (left == right).into(),
            (View::FloatRange(left), View::FloatRange(right)) => (left == right).into(),
            (View::CharRange(left), View::CharRange(right)) => (left == right).into(),
            (
                View::Int(_) | View::Float(_) | View::Char(_),
                View::IntRange(_) | View::FloatRange(_) | View::CharRange(_),
            ) => Tri::False,
            (View::List, View::List) => {
                let open = left.is_open(self) || right.is_open(self);
                let (left, right) = (left.items(), right.items());
                if left.len() != right.len() {
                    return if open { Tri::Unknown } else { Tri::False };
                }
                let pairs = left.iter().zip(&right);
                unseen(open).and(Tri::all(pairs.map(|(left, right)| self.same(left, right))))
            }
            (View::Map, View::Map) => self.same_maps(left, right),
            _ => self.equal(left, right).as_tri(),
        }
    }

    fn same_maps(&self, left: &Node<'a>, right: &Node<'a>) -> Tri {
        let open = left.is_open(self) || right.is_open(self);
        if left.len(self) != right.len(self) {
            return if open { Tri::Unknown } else { Tri::False };
        }
        let entries = left.entries(self).into_iter();
        let members = entries.map(|(key, value)| match right.member(self, key.as_str()) {
            Member::Found(other) => self.same(&value, &other),
            Member::Missing => Tri::False,
            Member::Unsure => Tri::Unknown,
        });
        unseen(open).and(Tri::all(members))
    }

    /// Whether one of the values is the same as this one.
    pub(super) fn contains(&self, values: &[Node<'a>], wanted: &Node<'a>) -> Tri {
        Tri::any(values.iter().map(|value| self.same(value, wanted)))
    }

    fn order(&self, left: View<'_>, right: View<'_>) -> Order {
        let number = |order: Option<Ordering>| order.map_or(Order::Incomparable, Order::Known);
        match (left, right) {
            (View::Unsure(_), _) | (_, View::Unsure(_)) => Order::Unknown,
            (View::Null, View::Null) => Order::Known(Ordering::Equal),
            (View::Int(left), View::Int(right)) => Order::Known(left.cmp(&right)),
            (View::Text(left), View::Text(right)) => Order::Known(left.cmp(right)),
            (View::Char(left), View::Char(right)) => Order::Known(left.cmp(&right)),
            (View::Float(left), View::Float(right)) => number(left.partial_cmp(&right)),
            (View::Int(left), View::Float(right)) => number(int_to_float(left, right)),
            (View::Float(left), View::Int(right)) => {
                number(int_to_float(right, left).map(Ordering::reverse))
            }
            (View::Text(left), View::Int(right)) if self.options.coerce_scalars => {
                match left.trim().parse::<i64>() {
                    Ok(left) => Order::Known(left.cmp(&right)),
                    Err(_) => Order::Incomparable,
                }
            }
            _ => Order::Incomparable,
        }
    }
}

/// Whether the members that cannot be seen are the same: unknown if there may be some.
fn unseen(open: bool) -> Tri {
    if open { Tri::Unknown } else { Tri::True }
}

/// The first difference decides. Behind an unknown member nothing does: that member may differ,
/// or be incomparable, which is not the same where it is negated.
fn all_equal(members: impl Iterator<Item = Compared>, open: bool) -> Compared {
    let mut equal = if open { Compared::Unknown } else { Compared::Yes };
    for member in members {
        match (equal, member) {
            (Compared::Yes, Compared::No | Compared::Incomparable) => return member,
            (_, Compared::Unknown) => equal = Compared::Unknown,
            _ => {}
        }
    }
    equal
}

/// Whether a value that is not completely known equals another.
fn unsure_equal(value: &Value, other: View<'_>) -> Compared {
    if let ValueKind::OneOf(arms) = &value.kind {
        let mut outcomes = arms.iter().map(|arm| equals_view(&arm.value, other));
        let Some(first) = outcomes.next() else { return Compared::Unknown };
        return if outcomes.all(|outcome| outcome == first) { first } else { Compared::Unknown };
    }
    match other {
        View::Text(text) => value.is(text).into(),
        View::Regex(pattern) => pattern.matches_partly_known(value).into(),
        _ => Compared::Unknown,
    }
}

/// A value against a scalar of another value, without looking into lists and maps.
fn equals_view(value: &Value, other: View<'_>) -> Compared {
    match (&value.kind, other) {
        (ValueKind::String(text), View::Text(other)) => (**text == *other).into(),
        (ValueKind::String(text), View::Regex(pattern)) => pattern.matches(text).into(),
        (ValueKind::Bool(value), View::Bool(other)) => (*value == other).into(),
        (ValueKind::Int(value), View::Int(other)) => (*value == other).into(),
        (ValueKind::Bool(_), View::Text(_) | View::Regex(_) | View::Int(_))
        | (ValueKind::String(_), View::Bool(_) | View::Int(_))
        | (ValueKind::Int(_), View::Text(_) | View::Regex(_) | View::Bool(_)) => {
            Compared::Incomparable
        }
        (ValueKind::Template(_) | ValueKind::Reference(_), _) => unsure_equal(value, other),
        _ => Compared::Unknown,
    }
}

/// Two references to one attribute are equal, whatever it turns out to be.
fn same_reference(left: &Value, right: &Value) -> Compared {
    match (left.as_reference(), right.as_reference()) {
        (Some(left), Some(right)) if left == right => Compared::Yes,
        _ => Compared::Unknown,
    }
}

fn within<T>(range: &Range<T>, compare: impl Fn(&T) -> Option<Ordering>) -> Compared {
    let lower = match compare(&range.lower) {
        Some(Ordering::Greater) => true,
        Some(Ordering::Equal) => range.includes_lower,
        _ => false,
    };
    let upper = match compare(&range.upper) {
        Some(Ordering::Less) => true,
        Some(Ordering::Equal) => range.includes_upper,
        _ => false,
    };
    (lower && upper).into()
}

/// 2^63, the first float above every whole number of 64 bits.
const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;

/// Orders a whole number and a float exactly: above 2^53 a conversion would round.
pub(super) fn int_to_float(int: i64, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    if float >= TWO_TO_63 {
        return Some(Ordering::Less);
    }
    if float < -TWO_TO_63 {
        return Some(Ordering::Greater);
    }
    let floor = float.floor();
    // The float lies between -2^63 and 2^63, so its floor is a whole number of 64 bits.
    let order = int.cmp(&(floor as i64));
    Some(if order.is_eq() && float > floor { Ordering::Less } else { order })
}

/// Whether a value that is not completely known is there at all. A reference and text with
/// holes are values, whatever they turn out to be.
pub(super) fn unsure_exists(value: &Value) -> Tri {
    match &value.kind {
        ValueKind::Reference(_) | ValueKind::Template(_) => Tri::True,
        ValueKind::OneOf(arms) => agreed(arms.iter().map(|arm| match &arm.value.kind {
            ValueKind::Absent => Tri::False,
            ValueKind::Unknown(_) => Tri::Unknown,
            _ => Tri::True,
        })),
        _ => Tri::Unknown,
    }
}

/// Whether a value that is not completely known is empty. What a resource gives is not.
pub(super) fn unsure_is_empty(value: &Value) -> Tri {
    match &value.kind {
        ValueKind::Reference(_) => Tri::False,
        ValueKind::Template(parts) => {
            let filled = parts.iter().any(|part| match part {
                Part::Text(text) => !text.is_empty(),
                Part::Hole(hole) => hole.as_reference().is_some(),
            });
            if filled { Tri::False } else { Tri::Unknown }
        }
        ValueKind::OneOf(arms) => agreed(arms.iter().map(|arm| match &arm.value.kind {
            ValueKind::Absent => Tri::True,
            ValueKind::String(text) => text.is_empty().into(),
            ValueKind::List(items) if !arm.value.flags.has(Flags::OPEN) => items.is_empty().into(),
            ValueKind::Map(map) if !arm.value.flags.has(Flags::OPEN) => map.is_empty().into(),
            ValueKind::Reference(_) | ValueKind::Template(_) => unsure_is_empty(&arm.value),
            _ => Tri::Unknown,
        })),
        _ => Tri::Unknown,
    }
}

fn agreed(mut outcomes: impl Iterator<Item = Tri>) -> Tri {
    let Some(first) = outcomes.next() else { return Tri::Unknown };
    if outcomes.all(|outcome| outcome == first) { first } else { Tri::Unknown }
}

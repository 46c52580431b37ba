//! What one value of a condition key must be, and values that are so.

use std::sync::Arc;

use super::address::{self, AddressRange};
use super::moment;
use super::text::{Found, Membership, TextSet, TextTerm};
use crate::glob::Fuel;

/// How an ordered value is compared with a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    fn holds<T: PartialOrd>(self, value: &T, bound: &T) -> bool {
        match self {
            Self::Equal => value == bound,
            Self::Less => value < bound,
            Self::LessOrEqual => value <= bound,
            Self::Greater => value > bound,
            Self::GreaterOrEqual => value >= bound,
        }
    }
}

/// A set of values, by what an operator compares.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Values {
    /// Every value.
    Every,
    Text(Arc<TextSet>),
    /// A number for which the order holds with any of the bounds.
    Number(Order, Vec<f64>),
    /// A date, in nanoseconds since 1970.
    Date(Order, Vec<i128>),
    Address(Vec<AddressRange>),
}

/// A set of values or its complement.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Test {
    pub(crate) values: Values,
    pub(crate) negated: bool,
}

impl Test {
    pub(crate) fn negate(&self) -> Self {
        Self { values: self.values.clone(), negated: !self.negated }
    }

    pub(crate) fn holes(&self) -> Vec<u32> {
        match &self.values {
            Values::Text(set) => set.holes().collect(),
            _ => Vec::new(),
        }
    }

    pub(crate) fn holds(&self, value: &str) -> Membership {
        self.values.holds(value).negated_if(self.negated)
    }
}

/// The number that a text is.
pub(crate) fn number(text: &str) -> Option<f64> {
    let plain =
        text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    if plain { text.parse().ok().filter(|number: &f64| number.is_finite()) } else { None }
}

impl Values {
    fn holds(&self, value: &str) -> Membership {
        let sure = match self {
            Self::Every => true,
            Self::Text(set) => return set.holds(value),
            Self::Number(order, bounds) => number(value)
                .is_some_and(|value| bounds.iter().any(|bound| order.holds(&value, bound))),
            Self::Date(order, bounds) => moment::parse(value)
                .is_some_and(|value| bounds.iter().any(|bound| order.holds(&value, bound))),
            Self::Address(ranges) => address::any_contains(ranges, value),
        };
        if sure { Membership::In } else { Membership::Out }
    }
}

/// What kind of values some tests tell apart.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Domain {
    Text,
    Number,
    Date,
    Address,
}

const fn domain(values: &Values) -> Option<Domain> {
    Some(match values {
        Values::Every => return None,
        Values::Text(_) => Domain::Text,
        Values::Number(..) => Domain::Number,
        Values::Date(..) => Domain::Date,
        Values::Address(_) => Domain::Address,
    })
}

/// A value for which all tests hold. `is_flag` says that the key has only the values `true`
/// and `false`.
pub(crate) fn find(tests: &[&Test], is_flag: bool, fuel: &Fuel) -> Found<String> {
    if tests.iter().any(|test| test.negated && test.values == Values::Every) {
        return Found::Nothing;
    }
    let mut domains = tests.iter().filter_map(|test| domain(&test.values));
    let first = domains.next().unwrap_or(Domain::Text);
    let is_one_domain = domains.all(|domain| domain == first);
    if is_flag {
        return among(tests, ["true", "false"].map(String::from));
    }
    if first == Domain::Text && is_one_domain {
        return text_term(tests).find(fuel);
    }
    let found = among(tests, samples(tests));
    if is_one_domain || !found.is_nothing() {
        return found;
    }
    // Operators of several kinds on one key: texts that are both a number and a date, say.
    let text = match text_term(tests).find(fuel) {
        Found::Nothing => return Found::Nothing,
        Found::Member(text) | Found::Perhaps(text) => text,
    };
    match among(tests, [text.clone()]) {
        Found::Nothing => Found::Perhaps(text),
        found => found,
    }
}

/// The tests that compare texts.
fn text_term(tests: &[&Test]) -> TextTerm {
    tests.iter().fold(TextTerm::default(), |term, test| match &test.values {
        Values::Text(set) => term.with(set, test.negated),
        _ => term,
    })
}

fn among(tests: &[&Test], values: impl IntoIterator<Item = String>) -> Found<String> {
    let mut perhaps = Found::Nothing;
    for value in values {
        let holds = tests.iter().fold(Membership::In, |all, test| all.and(test.holds(&value)));
        match holds {
            Membership::In => return Found::Member(value),
            Membership::Perhaps if perhaps.is_nothing() => perhaps = Found::Perhaps(value),
            _ => {}
        }
    }
    perhaps
}

/// Values of which one lies in every region that the tests cut the values into, as long as all
/// tests are of one domain.
fn samples(tests: &[&Test]) -> Vec<String> {
    let mut samples = Vec::new();
    let (mut numbers, mut dates) = (Vec::new(), Vec::new());
    for test in tests {
        match &test.values {
            Values::Number(_, bounds) => numbers.extend_from_slice(bounds),
            Values::Date(_, bounds) => dates.extend_from_slice(bounds),
            Values::Address(ranges) => address::samples(ranges, &mut samples),
            Values::Text(set) => samples.extend(set.literals().iter().map(ToString::to_string)),
            Values::Every => {}
        }
    }
    number_samples(numbers, &mut samples);
    for bound in dates {
        samples.extend([bound, bound - 1, bound + 1].map(moment::show));
    }
    samples.push("x".to_owned());
    samples
}

fn number_samples(mut bounds: Vec<f64>, into: &mut Vec<String>) {
    bounds.sort_by(f64::total_cmp);
    bounds.dedup();
    let (Some(first), Some(last)) = (bounds.first().copied(), bounds.last().copied()) else {
        return;
    };
    // Whole steps read best; where they are too small to make a difference, the ends do.
    let below = if first - 1.0 < first { first - 1.0 } else { f64::MIN };
    let above = if last + 1.0 > last { last + 1.0 } else { f64::MAX };
    let between = bounds.windows(2).map(|pair| pair[0] + (pair[1] - pair[0]) / 2.0);
    let all = bounds.iter().copied().chain([below, above]).chain(between);
    into.extend(all.map(|number| number.to_string()));
}

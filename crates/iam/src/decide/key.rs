//! What a condition key of a request must be: absent, or with one or several values.

use super::text::Found;
use super::value::{self, Test, Values};
use crate::glob::Fuel;

/// To how many of the values of a key a test applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantifier {
    /// The key has one value.
    One,
    /// `ForAnyValue`.
    Any,
    /// `ForAllValues`.
    All,
}

/// A condition on a key. The set of these is closed under negation, so that nothing is ever
/// approximated.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct KeyTest {
    pub(crate) quantifier: Quantifier,
    /// Whether it holds for a request without the key.
    pub(crate) if_absent: bool,
    pub(crate) test: Test,
}

impl KeyTest {
    fn is_opposite(&self, other: &Self) -> bool {
        self.if_absent != other.if_absent
            && self.test.negated != other.test.negated
            && self.test.values == other.test.values
            && matches!(
                (self.quantifier, other.quantifier),
                (Quantifier::One, Quantifier::One)
                    | (Quantifier::Any, Quantifier::All)
                    | (Quantifier::All, Quantifier::Any)
            )
    }

    pub(crate) fn negate(&self) -> Self {
        let quantifier = match self.quantifier {
            Quantifier::One => Quantifier::One,
            Quantifier::Any => Quantifier::All,
            Quantifier::All => Quantifier::Any,
        };
        Self { quantifier, if_absent: !self.if_absent, test: self.test.negate() }
    }
}

/// The values of a key in a request; `None` if it does not have the key. A key without values
/// counts as absent, as AWS treats it for `ForAllValues` and `ForAnyValue`.
pub(crate) type KeyValues = Option<Vec<String>>;

/// What is known of the values of a key.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct KeyValuesKnown {
    /// They are only `true` and `false`.
    pub(crate) is_flag: bool,
    /// A request has no more than one.
    pub(crate) is_single: bool,
}

/// A conjunction of tests on one key.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeyTerm {
    tests: Vec<KeyTest>,
    known: KeyValuesKnown,
}

impl KeyTerm {
    pub(crate) const fn new(known: KeyValuesKnown) -> Self {
        Self { tests: Vec::new(), known }
    }

    /// Whether a look shows that a test holds for none of the values.
    pub(crate) fn contradicts(&self, test: &KeyTest) -> bool {
        self.tests.iter().any(|own| own.is_opposite(test))
    }

    /// Adds a test.
    pub(crate) fn add(&mut self, test: KeyTest) {
        if !self.tests.contains(&test) {
            self.tests.push(test);
        }
    }

    /// Values for which the tests may hold once the holes have values.
    pub(crate) fn candidates(&self, value: &dyn Fn(u32) -> Option<String>) -> Vec<String> {
        let positive = self.tests.iter().filter(|test| !test.test.negated);
        let sets = positive.filter_map(|test| match &test.test.values {
            Values::Text(set) => Some(set),
            _ => None,
        });
        sets.flat_map(|set| set.candidates(value)).collect()
    }

    /// The numbers of all holes.
    pub(crate) fn holes(&self) -> impl Iterator<Item = u32> {
        self.tests.iter().flat_map(|test| test.test.holes())
    }

    /// Values for which all tests hold; absent where that will do.
    pub(crate) fn find(&self, fuel: &Fuel) -> Found<KeyValues> {
        if self.tests.iter().all(|test| test.if_absent) {
            return Found::Member(None);
        }
        let single = self.find_single(fuel);
        let several = self.tests.iter().any(|test| test.quantifier != Quantifier::One);
        if !several || self.known.is_single || matches!(single, Found::Member(_)) {
            return single;
        }
        match (self.find_several(fuel), single) {
            (Found::Nothing, single) => single,
            (several, _) => several,
        }
    }

    fn find_single(&self, fuel: &Fuel) -> Found<KeyValues> {
        let tests: Vec<&Test> = self.tests.iter().map(|test| &test.test).collect();
        match value::find(&tests, self.known.is_flag, fuel) {
            Found::Nothing => Found::Nothing,
            Found::Member(value) => Found::Member(Some(vec![value])),
            Found::Perhaps(value) => Found::Perhaps(Some(vec![value])),
        }
    }

    /// Values of which each passes what all must, and for each test that some must pass one
    /// does. What a test without qualifier does with several values is not told by AWS.
    fn find_several(&self, fuel: &Fuel) -> Found<KeyValues> {
        let with = |quantifier| self.tests.iter().filter(move |test| test.quantifier == quantifier);
        let all: Vec<&Test> = with(Quantifier::All).map(|test| &test.test).collect();
        let mut is_sure = true;
        for KeyTest { test, .. } in with(Quantifier::One) {
            match (&test.values, test.negated) {
                // `Null` is not about the values.
                (Values::Every, true) => return Found::Nothing,
                (Values::Every, false) => {}
                _ => is_sure = false,
            }
            // Whatever it does, it does the same wherever it stands.
            let opposite = test.negate();
            if with(Quantifier::One).any(|other| other.test == opposite) {
                return Found::Nothing;
            }
        }
        let mut values = Vec::new();
        let some: Vec<Option<&Test>> = with(Quantifier::Any).map(|test| Some(&test.test)).collect();
        let some = if some.is_empty() { vec![None] } else { some };
        for test in some {
            let mut tests = all.clone();
            tests.extend(test);
            match value::find(&tests, self.known.is_flag, fuel) {
                Found::Nothing => return Found::Nothing,
                Found::Member(value) => values.push(value),
                Found::Perhaps(value) => {
                    is_sure = false;
                    values.push(value);
                }
            }
        }
        values.sort_unstable();
        values.dedup();
        if is_sure { Found::Member(Some(values)) } else { Found::Perhaps(Some(values)) }
    }
}

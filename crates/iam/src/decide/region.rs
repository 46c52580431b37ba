//! Regions of requests: boxes that a conjunction of constraints cuts out, and what is left of
//! one when another is taken away.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::key::{KeyTerm, KeyTest, KeyValues, KeyValuesKnown};
use super::text::{Found, TextSet, TextTerm};
use crate::glob::Fuel;

/// Something that every request of a region has in common.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Constraint {
    Action(Arc<TextSet>, bool),
    Resource(Arc<TextSet>, bool),
    Principal(Arc<TextSet>, bool),
    /// A condition on the key with this number.
    Key(u32, Box<KeyTest>),
    /// Something that cannot be told, by its number, and whether it is so. Being a variable of
    /// its own, it has the same value wherever it stands, and needs no approximation that
    /// would have to be turned around for a `Deny`.
    Doubt(u32, bool),
}

impl Constraint {
    #[must_use]
    pub(crate) fn negate(&self) -> Self {
        match self {
            Self::Action(set, excluded) => Self::Action(Arc::clone(set), !excluded),
            Self::Resource(set, excluded) => Self::Resource(Arc::clone(set), !excluded),
            Self::Principal(set, excluded) => Self::Principal(Arc::clone(set), !excluded),
            Self::Key(key, test) => Self::Key(*key, Box::new(test.negate())),
            Self::Doubt(number, holds) => Self::Doubt(*number, !holds),
        }
    }

    /// Whether two constraints are about the same part of a request.
    fn is_about(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Key(one, _), Self::Key(two, _)) | (Self::Doubt(one, _), Self::Doubt(two, _)) => {
                one == two
            }
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

/// The requests that satisfy some constraints.
#[derive(Debug, Clone, Default)]
pub(crate) struct Region {
    pub(crate) actions: TextTerm,
    pub(crate) resources: TextTerm,
    pub(crate) principals: TextTerm,
    pub(crate) keys: BTreeMap<u32, KeyTerm>,
    pub(crate) doubts: BTreeMap<u32, bool>,
    /// Whether a doubt is taken for true and for false.
    pub(crate) is_contradictory: bool,
}

/// A request of a region, as far as the region says what it is.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) action: String,
    pub(crate) resource: String,
    pub(crate) principal: String,
    pub(crate) keys: Vec<(u32, KeyValues)>,
    /// What is taken for true or false without being known.
    pub(crate) doubts: Vec<u32>,
    /// Whether a hole or a lack of fuel leaves open that it is one.
    pub(crate) is_sure: bool,
}

/// What is the same for all regions of a query.
#[derive(Debug)]
pub(crate) struct Limits {
    pub(crate) fuel: Fuel,
    /// How many regions may still be made.
    pub(crate) regions: Fuel,
    /// The terms of which it is known whether they are empty.
    pub(crate) emptiness: RefCell<HashMap<TextTerm, bool>>,
    /// What is known of the values of keys, if anything is.
    pub(crate) keys: BTreeMap<u32, KeyValuesKnown>,
}

impl Limits {
    fn term(&self, key: u32) -> KeyTerm {
        KeyTerm::new(self.keys.get(&key).copied().unwrap_or_default())
    }
}

/// There are too many regions to go on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TooMany;

impl Region {
    /// Adds a constraint. False if nothing is left for certain.
    fn add(&mut self, constraint: &Constraint, limits: &Limits) -> bool {
        self.put(constraint, limits);
        !self.is_empty_at(constraint, limits)
    }

    /// Adds a constraint without asking what is left.
    fn put(&mut self, constraint: &Constraint, limits: &Limits) {
        match constraint {
            Constraint::Action(set, excluded) => self.actions.add(set, *excluded),
            Constraint::Resource(set, excluded) => self.resources.add(set, *excluded),
            Constraint::Principal(set, excluded) => self.principals.add(set, *excluded),
            Constraint::Key(key, test) => {
                self.keys.entry(*key).or_insert_with(|| limits.term(*key)).add((**test).clone());
            }
            Constraint::Doubt(number, holds) => {
                let known = *self.doubts.entry(*number).or_insert(*holds);
                self.is_contradictory |= known != *holds;
            }
        }
    }

    /// Whether nothing is left where a constraint was added.
    fn is_empty_at(&self, constraint: &Constraint, limits: &Limits) -> bool {
        match constraint {
            Constraint::Action(..) => self.actions.is_empty(limits),
            Constraint::Resource(..) => self.resources.is_empty(limits),
            Constraint::Principal(..) => self.principals.is_empty(limits),
            Constraint::Key(key, _) => {
                self.keys.get(key).is_some_and(|term| term.find(&limits.fuel).is_nothing())
            }
            Constraint::Doubt(..) => self.is_contradictory,
        }
    }

    /// Whether no request of the region satisfies a constraint.
    fn excludes(&self, constraint: &Constraint, limits: &Limits) -> bool {
        match constraint {
            Constraint::Action(set, excluded) => self.actions.excludes(set, *excluded, limits),
            Constraint::Resource(set, excluded) => self.resources.excludes(set, *excluded, limits),
            Constraint::Principal(set, excluded) => {
                self.principals.excludes(set, *excluded, limits)
            }
            Constraint::Key(key, test) => {
                let known = self.keys.get(key).cloned();
                let mut term = known.unwrap_or_else(|| limits.term(*key));
                if term.contradicts(test) {
                    return true;
                }
                term.add((**test).clone());
                term.find(&limits.fuel).is_nothing()
            }
            Constraint::Doubt(number, holds) => {
                self.doubts.get(number).is_some_and(|known| known != holds)
            }
        }
    }

    /// The part for which all constraints hold.
    pub(crate) fn intersect(&self, constraints: &[Constraint], limits: &Limits) -> Option<Self> {
        let mut part = self.clone();
        constraints.iter().all(|constraint| part.add(constraint, limits)).then_some(part)
    }

    /// Pushes the parts for which not all constraints hold; they share no request.
    pub(crate) fn subtract(
        self,
        constraints: &[Constraint],
        limits: &Limits,
        parts: &mut Vec<Self>,
    ) -> Result<(), TooMany> {
        if constraints.iter().any(|constraint| self.excludes(constraint, limits)) {
            parts.push(self);
            return Ok(());
        }
        let mut rest = self;
        for (at, constraint) in constraints.iter().enumerate() {
            let opposite = constraint.negate();
            if rest.excludes(&opposite, limits) {
                continue;
            }
            if !limits.regions.burn(1) {
                return Err(TooMany);
            }
            let mut outside = rest.clone();
            outside.put(&opposite, limits);
            parts.push(outside);
            rest.put(constraint, limits);
            // That something is left was found out before, unless an earlier constraint is
            // about the same.
            let is_first = !constraints[..at].iter().any(|earlier| earlier.is_about(constraint));
            if !is_first && rest.is_empty_at(constraint, limits) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The numbers of the holes on which it depends.
    pub(crate) fn holes(&self) -> BTreeSet<u32> {
        let texts = [&self.actions, &self.resources, &self.principals].into_iter();
        let keys = self.keys.values().flat_map(KeyTerm::holes);
        texts.flat_map(TextTerm::holes).chain(keys).collect()
    }

    /// A request of the region; `None` if there is none.
    pub(crate) fn member(&self, fuel: &Fuel) -> Option<Member> {
        let mut is_sure = true;
        let mut text = |found| match found {
            Found::Nothing => None,
            Found::Member(text) => Some(text),
            Found::Perhaps(text) => {
                is_sure = false;
                Some(text)
            }
        };
        let action = text(self.actions.find(fuel))?;
        let resource = text(self.resources.find(fuel))?;
        let principal = text(self.principals.find(fuel))?;
        let mut keys = Vec::with_capacity(self.keys.len());
        for (key, term) in &self.keys {
            match term.find(fuel) {
                Found::Nothing => return None,
                Found::Member(values) => keys.push((*key, values)),
                Found::Perhaps(values) => {
                    is_sure = false;
                    keys.push((*key, values));
                }
            }
        }
        let doubts = self.doubts.keys().copied().collect();
        Some(Member { action, resource, principal, keys, doubts, is_sure })
    }
}

//! `for`: lists and objects made from other collections.

use std::collections::HashMap;
use std::sync::Arc;

use trilith_graph::{Arm, Entry, Flags, Formula, Reason, Span, Value, ValueKind};

use super::budget::{ITEM_LIMIT, too_many_items, too_many_steps};
use super::choice::{all, any, choose, map_arms, only_if, presence};
use super::operator::{Shape, shape};
use super::text::{MapBuilder, Stop, fails, inherited, int};
use super::{Evaluator, compare, key_text};
use crate::hcl::scope::Bindings;
use crate::hcl::syntax::{Expression, For, Name};

/// One round of a `for`.
pub(super) struct Round {
    pub(super) key: Value,
    pub(super) value: Value,
    /// When there is this round at all.
    presence: Formula,
    /// What tells the round from others.
    label: Arc<str>,
    /// Whether it stands for any number of rounds.
    is_template: bool,
}

/// What a `for` goes through.
pub(super) struct Rounds {
    pub(super) rounds: Vec<Round>,
    /// Whether there may be more rounds than are known.
    pub(super) is_open: bool,
}

impl Evaluator<'_> {
    pub(super) fn comprehension(&self, comprehension: &For, span: Span) -> Value {
        let collection = self.value(&comprehension.collection);
        map_arms(&collection, &mut |collection| {
            let is_set = shape(&comprehension.collection) == Some(Shape::Set);
            let rounds = match self.rounds(collection, is_set) {
                Ok(rounds) => rounds,
                Err(stop) => return Value::new(stop.into_kind(), span),
            };
            let result = match &comprehension.key {
                None => self.list_for(comprehension, &rounds, span),
                Some(key) => self.object_for(comprehension, key, &rounds, span),
            };
            result
                .unwrap_or_else(|stop| Value::new(stop.into_kind(), span))
                .with(inherited(collection))
        })
    }

    /// The elements of a collection, one after the other.
    pub(super) fn rounds(&self, collection: &Value, is_set: bool) -> Result<Rounds, Stop> {
        let is_open = collection.flags.has(Flags::OPEN);
        let rounds: Vec<Round> = match &collection.kind {
            // What fails in one element fails as a whole, and no `try` inside catches it.
            _ if collection.flags.has(Flags::EMBEDDED) || fails(collection).is_true() => {
                return Err(Stop::Error);
            }
            ValueKind::List(items) => list_rounds(items, collection, is_set),
            ValueKind::Map(map) => {
                let entries = compare::sorted(map).into_iter();
                let known = entries.map(|entry| map_round(entry, is_open));
                // Members that cannot be seen may come before those that can.
                let hidden = is_open.then(|| template_round(&hidden_member(collection)));
                hidden.into_iter().chain(known).collect()
            }
            ValueKind::Unknown(_) | ValueKind::Reference(_) => {
                return Ok(Rounds { rounds: vec![template_round(collection)], is_open: true });
            }
            _ => return Err(Stop::Error),
        };
        if !self.budget.spend(rounds.len()) {
            return Err(Stop::Unknown(too_many_steps()));
        }
        Ok(Rounds { rounds, is_open })
    }

    /// Evaluates with the variables of a `for` bound to one round.
    pub(super) fn in_round<T>(
        &self,
        (key, value): (Option<&Name>, &Name),
        round: &Round,
        evaluate: impl FnOnce(&Evaluator<'_>) -> T,
    ) -> T {
        let mut bindings = Bindings::new(self.scope).label(round.label.clone());
        if let Some(key) = key {
            bindings = bindings.bind(key.text.clone(), round.key.clone());
        }
        let bindings = bindings.bind(value.text.clone(), round.value.clone());
        evaluate(&self.with_scope(&bindings))
    }

    /// When an element is taken.
    fn taken(&self, comprehension: &For, round: &Round) -> Result<Formula, Stop> {
        let Some(condition) = &comprehension.condition else { return Ok(round.presence.clone()) };
        let condition = self.condition(condition);
        if condition.is_error {
            return Err(Stop::Error);
        }
        Ok(all([round.presence.clone(), condition.formula]))
    }

    fn list_for(&self, comprehension: &For, rounds: &Rounds, span: Span) -> Result<Value, Stop> {
        let mut items = Vec::new();
        let mut is_open = rounds.is_open;
        for round in &rounds.rounds {
            let names = (comprehension.key_variable.as_ref(), &comprehension.value_variable);
            let item = self.in_round(names, round, |inside| -> Result<Option<Value>, Stop> {
                let guard = inside.taken(comprehension, round)?;
                let is_taken = guard != Formula::False;
                Ok(is_taken.then(|| guarded(guard, inside.value(&comprehension.value), round)))
            })?;
            is_open |= item.as_ref().is_some_and(|item| item.flags.has(Flags::SYNTHETIC));
            items.extend(item);
        }
        if items.len() > ITEM_LIMIT {
            return Err(Stop::Unknown(too_many_items()));
        }
        let open = if is_open { Flags::OPEN } else { Flags::NONE };
        Ok(Value::list(items, span).with(open))
    }

    fn object_for(
        &self,
        comprehension: &For,
        key: &Expression,
        rounds: &Rounds,
        span: Span,
    ) -> Result<Value, Stop> {
        let mut members = MapBuilder::default();
        let mut groups = Groups::default();
        let mut flags = if rounds.is_open { Flags::OPEN } else { Flags::NONE };
        for round in &rounds.rounds {
            let names = (comprehension.key_variable.as_ref(), &comprehension.value_variable);
            self.in_round(names, round, |inside| -> Result<(), Stop> {
                let guard = inside.taken(comprehension, round)?;
                if guard == Formula::False {
                    return Ok(());
                }
                let (name, key_flags) = key_text(&inside.value(key))?;
                let value = guarded(guard, inside.value(&comprehension.value), round);
                let is_unsure = key_flags.has(Flags::OPEN) || value.flags.has(Flags::SYNTHETIC);
                let open = if is_unsure { Flags::OPEN } else { Flags::NONE };
                let synthetic = if is_unsure { Flags::SYNTHETIC } else { Flags::NONE };
                flags = flags.with(key_flags).with(open);
                let entry = Entry { key: name, key_span: key.span, value: value.with(synthetic) };
                if comprehension.is_grouping {
                    groups.add(entry);
                    return Ok(());
                }
                add_member(&mut members, entry)
            })?;
            if members.len().max(groups.0.len()) > ITEM_LIMIT {
                return Err(Stop::Unknown(too_many_items()));
            }
        }
        groups.finish(&mut members);
        Ok(Value::map(members.finish(), span).with(flags))
    }
}

/// A value that is there if `guard` holds. One of a round that stands for many, or whose guard
/// is too complex, stands for many itself.
fn guarded(guard: Formula, value: Value, round: &Round) -> Value {
    if round.is_template {
        return value.with(Flags::SYNTHETIC);
    }
    let is_unsure = guard != Formula::True;
    let value = only_if(guard, value);
    if is_unsure && matches!(value.kind, ValueKind::Unknown(_)) {
        return value.with(Flags::SYNTHETIC);
    }
    value
}

/// Adds a member. Two elements may have the same key as long as only one of them is taken.
fn add_member(members: &mut MapBuilder, entry: Entry) -> Result<(), Stop> {
    let Some(earlier) = members.get_mut(&entry.key) else {
        members.insert(entry);
        return Ok(());
    };
    let (taken, guard) = (presence(&earlier.value), presence(&entry.value));
    let is_template = entry.value.flags.has(Flags::SYNTHETIC);
    if taken == Formula::True && guard == Formula::True && !is_template {
        return Err(Stop::Error);
    }
    let rest = all([guard, taken.negate()]);
    let span = earlier.value.span;
    let arms = vec![
        Arm { guard: taken, value: earlier.value.clone() },
        Arm { guard: rest, value: entry.value },
    ];
    earlier.value = choose(arms, span);
    Ok(())
}

/// The elements of a grouping `for` by their key, in the order in which the keys occur.
#[derive(Default)]
struct Groups(Vec<(Entry, Vec<Value>)>, HashMap<Arc<str>, usize>);

impl Groups {
    fn add(&mut self, entry: Entry) {
        let value = entry.value.clone();
        if let Some(place) = self.1.get(&entry.key) {
            self.0[*place].1.push(value);
            return;
        }
        self.1.insert(entry.key.clone(), self.0.len());
        self.0.push((entry, vec![value]));
    }

    fn finish(self, members: &mut MapBuilder) {
        for (entry, items) in self.0 {
            // There is no group without an element.
            let presence = any(items.iter().map(presence));
            let is_template = |item: &Value| item.flags.has(Flags::SYNTHETIC);
            let open = if items.iter().any(is_template) { Flags::OPEN } else { Flags::NONE };
            let flags = if items.iter().all(is_template) { Flags::SYNTHETIC } else { Flags::NONE };
            let list = Value::list(items, entry.value.span).with(open).with(flags);
            members.insert(Entry { value: only_if(presence, list), ..entry });
        }
    }
}

fn list_rounds(items: &[Value], list: &Value, is_set: bool) -> Vec<Round> {
    let mut is_sure = true;
    let rounds = items.iter().enumerate().map(|(index, item)| {
        let presence = presence(item);
        let is_template = item.flags.has(Flags::SYNTHETIC) && list.flags.has(Flags::OPEN);
        is_sure &= !is_template;
        let span = item.span;
        let key = if is_set {
            item.clone()
        } else if is_sure {
            Value::new(int(index), span)
        } else {
            Value::unknown(Reason::OpenMap, span)
        };
        // What may be absent moves what comes after it.
        is_sure &= presence == Formula::True;
        let value = item.clone().with(inherited(list));
        Round { key, value, presence, label: index.to_string().into(), is_template }
    });
    rounds.collect()
}

fn map_round(entry: &Entry, is_open: bool) -> Round {
    let is_template = entry.value.flags.has(Flags::SYNTHETIC) && is_open;
    let key = if is_template {
        Value::unknown(Reason::OpenMap, entry.key_span)
    } else {
        Value::string(entry.key.clone(), entry.key_span)
    };
    Round {
        key,
        value: entry.value.clone(),
        presence: presence(&entry.value),
        label: format!("{:?}", entry.key).into(),
        is_template,
    }
}

/// A member of an open map that cannot be seen.
pub(in crate::hcl) fn hidden_member(map: &Value) -> Value {
    let flags = inherited(map).with(Flags::SYNTHETIC);
    Value { kind: ValueKind::Unknown(Reason::OpenMap), flags, ..map.clone() }
}

/// The one round that stands for all elements of something unknown.
fn template_round(collection: &Value) -> Round {
    let reason = match &collection.kind {
        ValueKind::Unknown(reason) => reason.clone(),
        _ => Reason::ComputedAfterApply,
    };
    let unknown = Value { kind: ValueKind::Unknown(reason), ..collection.clone() };
    Round {
        key: unknown.clone(),
        value: unknown,
        presence: Formula::True,
        label: "any element".into(),
        is_template: true,
    }
}

//! How many things a block makes: one, or one for each round of `count` and `for_each`.

use std::sync::Arc;

use trilith_graph::{Arm, Entry, Formula, Map, Span, Value, ValueKind};

use crate::hcl::{Body, Scope, choose, evaluate, only_if, presence};

/// Instances that one block may make before one stands for all.
const INSTANCE_LIMIT: usize = 256;

/// The instances of a block.
#[derive(Debug)]
pub(super) enum Instances {
    /// One, without a key.
    Single,
    /// One for each key, with when it exists and what `count` or `each` is in it.
    Keyed(Vec<Instance>),
    /// Nobody knows how many: one stands for all.
    Unknown(&'static str, Span),
}

/// One instance.
#[derive(Debug)]
pub(super) struct Instance {
    /// Its key as Terraform writes it: `[0]`, `["a"]`.
    pub(super) key: Arc<str>,
    pub(super) guard: Formula,
    /// `count` or `each`, and what it is.
    pub(super) name: &'static str,
    pub(super) value: Value,
}

/// Which of several instances is meant.
pub(super) enum Position {
    At(usize),
    /// None has the key.
    Missing,
    /// It cannot be told.
    Unknown,
}

impl Instances {
    /// The instance that an index means.
    pub(super) fn position(&self, index: &Value) -> Position {
        let Self::Keyed(list) = self else { return Position::Unknown };
        let at = |found: Option<usize>| found.map_or(Position::Missing, Position::At);
        match &index.kind {
            ValueKind::Int(number) if list.first().is_none_or(|one| one.name == "count") => {
                at(usize::try_from(*number).ok().filter(|at| *at < list.len()))
            }
            ValueKind::Int(number) => at(by_key(list, &number.to_string())),
            ValueKind::String(text) => at(by_key(list, text)),
            _ => Position::Unknown,
        }
    }

    /// Whether there is an instance with an index, under all conditions.
    pub(super) fn has(&self, index: &Value) -> bool {
        let Self::Keyed(list) = self else { return false };
        matches!(self.position(index), Position::At(at) if list[at].guard == Formula::True)
    }

    /// The key of an instance; empty where there are none.
    pub(super) fn key(&self, at: usize) -> Arc<str> {
        match self {
            Self::Keyed(list) => list.get(at).map_or_else(|| "".into(), |one| one.key.clone()),
            _ => "".into(),
        }
    }

    /// The name that the expressions of an instance can use, and what it stands for.
    pub(super) fn binding(&self, key: &str) -> Option<(&'static str, Value)> {
        match self {
            Self::Single => None,
            Self::Unknown(name, span) => Some((*name, unknown(*span))),
            Self::Keyed(list) => {
                let one = list.iter().find(|one| &*one.key == key)?;
                Some((one.name, one.value.clone()))
            }
        }
    }

    /// What belongs to each instance as Terraform gives it: a list for `count`, a map for
    /// `for_each`. What may not exist is only there where it does.
    pub(super) fn collection(&self, each: impl Iterator<Item = Value>, span: Span) -> Value {
        let Self::Keyed(list) = self else { return unknown(span) };
        let guarded = list.iter().zip(each).map(|(one, value)| {
            let value = only_if(one.guard.clone(), value);
            (one, value)
        });
        if list.first().is_some_and(|one| one.name == "each") {
            let mut map = Map::with_capacity(list.len());
            for (one, value) in guarded {
                map.push(Entry { key: bare(&one.key).into(), key_span: span, value });
            }
            return Value::map(map, span);
        }
        Value::list(guarded.map(|(_, value)| value).collect(), span)
    }
}

fn by_key(list: &[Instance], key: &str) -> Option<usize> {
    list.iter().position(|one| bare(&one.key) == key)
}

/// `a` of `["a"]`.
fn bare(key: &str) -> &str {
    key.trim_start_matches("[\"").trim_end_matches("\"]")
}

fn unknown(span: Span) -> Value {
    Value::unknown(trilith_graph::Reason::Undecided, span)
}

/// The instances that the `count` or `for_each` of a body asks for.
pub(super) fn of(body: &Body, scope: &dyn Scope) -> Instances {
    if let Some(count) = body.attribute("count") {
        return counted(&evaluate(&count.value, scope));
    }
    if let Some(each) = body.attribute("for_each") {
        return each_of(&evaluate(&each.value, scope));
    }
    Instances::Single
}

fn counted(value: &Value) -> Instances {
    let number = |value: &Value| match &value.kind {
        // Null means that nothing is asked for.
        ValueKind::Null | ValueKind::Absent => Some(1),
        ValueKind::Bool(_) => None,
        _ => value.as_int().and_then(|count| usize::try_from(count).ok()),
    };
    if matches!(value.kind, ValueKind::Null) {
        return Instances::Single;
    }
    // `var.create ? 1 : 0` with an unknown variable: the instance exists under the condition.
    let arms: Vec<(Formula, Option<usize>)> = match &value.kind {
        ValueKind::OneOf(arms) => {
            arms.iter().map(|arm| (arm.guard.clone(), number(&arm.value))).collect()
        }
        _ => vec![(Formula::True, number(value))],
    };
    let most = arms.iter().map(|(_, count)| *count).collect::<Option<Vec<_>>>();
    let most = most.and_then(|counts| counts.into_iter().max());
    let Some(most) = most.filter(|most| *most <= INSTANCE_LIMIT) else {
        return Instances::Unknown("count", value.span);
    };
    let instance = |at: usize| {
        let existing = arms.iter().filter(|(_, count)| count.is_some_and(|count| count > at));
        let index = Value::new(ValueKind::Int(i64::try_from(at).unwrap_or(i64::MAX)), value.span);
        let mut map = Map::default();
        map.insert("index", value.span, index);
        Instance {
            key: format!("[{at}]").into(),
            guard: Formula::any(existing.map(|(guard, _)| guard.clone())),
            name: "count",
            value: Value::map(map, value.span),
        }
    };
    Instances::Keyed((0..most).map(instance).collect())
}

/// A key with the elements that it may stand for.
type Keyed = (Arc<str>, Vec<Arm>);

fn each_of(value: &Value) -> Instances {
    let arms: Vec<Arm> = match &value.kind {
        ValueKind::OneOf(arms) => arms.to_vec(),
        _ => vec![Arm { guard: Formula::True, value: value.clone() }],
    };
    let mut found: Vec<Keyed> = Vec::new();
    for arm in arms {
        let Some(pairs) = pairs(&arm.value) else {
            return Instances::Unknown("each", value.span);
        };
        for (key, element) in pairs {
            let guard = Formula::all([arm.guard.clone(), presence(&element)]);
            let arm = Arm { guard, value: element };
            match found.iter_mut().find(|(known, _)| *known == key) {
                Some((_, arms)) => arms.push(arm),
                None => found.push((key, vec![arm])),
            }
        }
        if found.len() > INSTANCE_LIMIT {
            return Instances::Unknown("each", value.span);
        }
    }
    let instance = |(key, arms): Keyed| {
        let guard = presence(&Value::new(ValueKind::OneOf(Arc::new(arms.clone())), value.span));
        let element = match <[Arm; 1]>::try_from(arms) {
            Ok([only]) => only.value,
            Err(arms) => choose(arms, value.span),
        };
        Instance {
            key: format!("[\"{key}\"]").into(),
            guard,
            name: "each",
            value: round(Value::string(key, element.span), element, value.span),
        }
    };
    Instances::Keyed(found.into_iter().map(instance).collect())
}

fn pairs(value: &Value) -> Option<Vec<(Arc<str>, Value)>> {
    if value.flags.has(trilith_graph::Flags::OPEN) {
        return None;
    }
    match &value.kind {
        ValueKind::Map(map) => {
            let entries = map.entries().iter();
            Some(entries.map(|entry| (entry.key.clone(), entry.value.clone())).collect())
        }
        ValueKind::List(items) => {
            items.iter().map(|item| Some((item.as_str()?.into(), item.clone()))).collect()
        }
        ValueKind::Null | ValueKind::Absent => Some(Vec::new()),
        _ => None,
    }
}

/// What `each` or the iterator of a dynamic block is in one round.
pub(super) fn round(key: Value, element: Value, span: Span) -> Value {
    let mut map = Map::default();
    map.insert("key", span, key);
    map.insert("value", span, element);
    Value::map(map, span)
}

//! `Fn::FindInMap`.

use std::sync::Arc;

use trilith_graph::{
    Arm, Flags, Formula, Reason, Span, Value, ValueKind, Variable, VariableKind, Via,
};

use super::Call;
use crate::cloudformation::evaluate::{EXPANDS_TOO_FAR, Evaluator, via};
use crate::cloudformation::missing::Missing;
use crate::cloudformation::scope::Scope;
use crate::tree::NodeId;

/// Values beyond which a lookup counts as undecided.
const MAX_ROWS: usize = 64;
/// Places of one value that are kept as its way.
const MAX_PLACES: usize = 4;
/// What the place of a value is.
const ENTRY: &str = "its value in the mapping";
/// Members of a mapping that cost one step of the budget.
const MEMBERS_PER_STEP: usize = 16;

/// `Fn::FindInMap`: `[map, top-level key, second-level key, {DefaultValue: value}]`.
///
/// A key that is not known yields every value that it may stand for.
pub(super) fn find_in_map(evaluator: &Evaluator<'_>, call: &Call<'_>, scope: &Scope) -> Value {
    let arguments: Vec<NodeId> = evaluator.tree.items(call.argument).take(5).collect();
    let (keys, options) = match arguments[..] {
        [map, top, second] => ([map, top, second], None),
        [map, top, second, options] => ([map, top, second], Some(options)),
        _ => {
            let help = "write `[map, top-level key, second-level key]`";
            let message = "`Fn::FindInMap` needs a map and two keys";
            return evaluator.malformed(call.span, scope, message, help);
        }
    };
    let keys = keys.map(|key| evaluator.value(key, scope));
    let default = options.and_then(|options| evaluator.tree.get(options, "DefaultValue"));
    let mut lookup = Lookup { evaluator, call, rows: Vec::new(), missing: Vec::new() };
    if let Some(mappings) = evaluator.mappings {
        lookup.rows.push(Row { guard: Formula::True, node: mappings });
    } else {
        lookup.missing.push(Formula::True);
    }
    for key in &keys {
        if let Err(reason) = lookup.step(key) {
            return Value::unknown(reason, call.span);
        }
    }
    lookup.finish(&keys, default, scope)
}

struct Lookup<'l, 't> {
    evaluator: &'l Evaluator<'t>,
    call: &'l Call<'l>,
    rows: Vec<Row>,
    /// When there is nothing to be found.
    missing: Vec<Formula>,
}

struct Row {
    guard: Formula,
    node: NodeId,
}

impl Lookup<'_, '_> {
    /// Goes one level further in.
    fn step(&mut self, key: &Value) -> Result<(), Reason> {
        for row in std::mem::take(&mut self.rows) {
            let members = self.evaluator.tree.children(row.node).count();
            if !self.evaluator.charge(members / MEMBERS_PER_STEP) {
                return Err(Reason::Budget(EXPANDS_TOO_FAR.into()));
            }
            for (guard, key) in self.keys(key, row.node) {
                let guard = Formula::all([row.guard.clone(), guard]);
                let node = key.and_then(|key| self.evaluator.tree.get(row.node, &key));
                match node {
                    Some(node) => self.rows.push(Row { guard, node }),
                    None => self.missing.push(guard),
                }
            }
            if self.rows.len() > MAX_ROWS {
                return Err(Reason::Budget("a mapping with more than 64 values".into()));
            }
        }
        Ok(())
    }

    /// The keys of `map` that `value` may stand for, each with its guard; `None` for any other.
    fn keys(&self, value: &Value, map: NodeId) -> Vec<(Formula, Option<Arc<str>>)> {
        match &value.kind {
            ValueKind::String(text) => vec![(Formula::True, Some(text.clone()))],
            ValueKind::Bool(_) | ValueKind::Int(_) | ValueKind::Float(_) => {
                vec![(Formula::True, value.display_text().map(Into::into))]
            }
            ValueKind::OneOf(arms) => {
                let keys = arms.iter().flat_map(|arm| match &arm.value.kind {
                    ValueKind::Unknown(_) => vec![(arm.guard.clone(), None)],
                    _ => {
                        let keys = self.keys(&arm.value, map).into_iter();
                        let guarded =
                            |(guard, key)| (Formula::all([arm.guard.clone(), guard]), key);
                        keys.map(guarded).collect()
                    }
                });
                keys.collect()
            }
            _ => self.every_key(value, map),
        }
    }

    fn every_key(&self, value: &Value, map: NodeId) -> Vec<(Formula, Option<Arc<str>>)> {
        let members = self.evaluator.tree.members(map);
        let keys: Vec<Arc<str>> = members.iter().map(|member| member.key.clone()).collect();
        let variable = self.variable(value, &keys);
        let place = |key: &Arc<str>| variable.values.iter().position(|value| value == key);
        let rows: Vec<(Formula, Option<Arc<str>>)> = keys
            .iter()
            .take(MAX_ROWS + 1)
            .filter_map(|key| Some((Formula::Is(variable.clone(), place(key)?), Some(key.clone()))))
            .collect();
        let found = Formula::any(rows.iter().map(|(guard, _)| guard.clone()));
        let other =
            (variable.open || rows.len() < variable.values.len()).then(|| (found.negate(), None));
        rows.into_iter().chain(other).collect()
    }

    /// What the choice of a key depends on.
    fn variable(&self, key: &Value, keys: &[Arc<str>]) -> Arc<Variable> {
        if let ValueKind::Unknown(Reason::Pseudo(name) | Reason::NoDefault(name)) = &key.kind {
            let parameter = self.evaluator.parameters.get(name);
            if let Some(parameter) = parameter.filter(|known| !known.variable().values.is_empty()) {
                return parameter.variable().clone();
            }
        }
        // Nothing is known about the key but that it must be one of the map. The place makes
        // the name unique.
        let name = format!("key at byte {} of the template", key.span.start);
        let (kind, values) = (VariableKind::Parameter, keys.to_vec());
        Arc::new(Variable { name: name.into(), kind, values, open: false })
    }

    fn finish(self, keys: &[Value; 3], default: Option<NodeId>, scope: &Scope) -> Value {
        let span = self.call.span;
        let mut arms = self.found_arms(keys);
        let missing = Formula::any(self.missing.iter().cloned());
        match default {
            _ if missing == Formula::False => {}
            Some(default) => {
                let value = self.evaluator.value(default, scope);
                arms.push(Arm { guard: missing, value });
            }
            None if arms.is_empty() => return self.not_found(keys, scope),
            // The stack is not created without the key, so another one needs no thought.
            None if scope.guard == Formula::True && !scope.symbolic => {
                self.evaluator.require(missing.negate())
            }
            None => {
                let reason = Reason::Undeclared(path(keys).into());
                arms.push(Arm { guard: missing, value: Value::unknown(reason, span) });
            }
        }
        match <[Arm; 1]>::try_from(arms) {
            Ok([only]) => Value { span, ..only.value },
            Err(arms) => Value::new(ValueKind::OneOf(Arc::new(arms)), span),
        }
    }

    /// The values that were found, each once.
    fn found_arms(&self, keys: &[Value; 3]) -> Vec<Arm> {
        let mut found: Vec<(Vec<Formula>, Value)> = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            let value = self.found(row.node, keys);
            match found.iter_mut().find(|(_, same)| is_same(same, &value)) {
                Some((guards, known)) => {
                    // Every place that gives the value is part of the way.
                    if guards.len() < MAX_PLACES {
                        let place = via([(self.evaluator.tree.span(row.node), Arc::from(ENTRY))]);
                        known.via = Via::chain(known.via.as_ref(), place);
                    }
                    guards.push(row.guard.clone());
                }
                None => found.push((vec![row.guard.clone()], value)),
            }
        }
        let arms = found.into_iter();
        arms.map(|(guards, value)| Arm { guard: Formula::any(guards), value }).collect()
    }

    fn found(&self, node: NodeId, keys: &[Value; 3]) -> Value {
        let value = self.evaluator.plain(node, &Scope::default());
        let mut steps: Vec<(Span, Arc<str>)> =
            vec![(self.call.span, Arc::from(format!("lookup of {}", path(keys))))];
        // A key that rests on a default is part of the way.
        for key in keys {
            let way = Via::steps(key.via.as_ref());
            steps.extend(way.map(|step| (step.span, step.note.clone())));
        }
        steps.push((value.span, ENTRY.into()));
        let is_assumed = keys.iter().any(|key| key.flags.has(Flags::ASSUMED));
        let flags = if is_assumed { Flags::ASSUMED } else { Flags::NONE };
        Value { span: self.call.span, via: via(steps), ..value }.with(flags)
    }

    fn not_found(&self, keys: &[Value; 3], scope: &Scope) -> Value {
        self.evaluator.not_declared(Missing::Mapping, &path(keys), self.call.span, scope);
        let reason = match &self.evaluator.macro_name {
            Some(name) => Reason::Transform(name.clone()),
            None => Reason::Undeclared(path(keys).into()),
        };
        Value::unknown(reason, self.call.span)
    }
}

/// The lookup for people: `Map.${AWS::Region}.Ami`.
fn path(keys: &[Value; 3]) -> String {
    let text = |key: &Value| match &key.kind {
        ValueKind::Unknown(Reason::Pseudo(name) | Reason::NoDefault(name)) => {
            format!("${{{name}}}")
        }
        _ => key.display_text().unwrap_or_else(|| "${...}".into()),
    };
    keys.each_ref().map(text).join(".")
}

fn is_same(left: &Value, right: &Value) -> bool {
    match (&left.kind, &right.kind) {
        (ValueKind::String(left), ValueKind::String(right)) => left == right,
        (ValueKind::Int(left), ValueKind::Int(right)) => left == right,
        (ValueKind::Bool(left), ValueKind::Bool(right)) => left == right,
        _ => false,
    }
}

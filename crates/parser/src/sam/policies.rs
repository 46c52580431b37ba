//! The `Policies` of functions and state machines, as the role that they stand for holds them.

use std::sync::Arc;

use trilith_graph::{Flags, Formula, Map, Reason, Value, ValueKind};

use super::choice::{alternatives, only_when};
use super::facts::{PolicyTemplate, managed_policy_path};
use super::generated::put;
use super::place::Place;

/// What a role is given, piece by piece.
#[derive(Debug, Default)]
pub(super) struct Grants {
    managed: Vec<Value>,
    inline: Vec<Value>,
    is_open: bool,
}

impl Grants {
    /// A policy that AWS manages: `service-role/AWSLambdaBasicExecutionRole`.
    pub(super) fn manage(&mut self, place: Place, path: &str, guard: Formula) {
        self.add_managed(only_when(guard, place.managed_policy(path)));
    }

    /// A policy of its own.
    pub(super) fn inline(
        &mut self,
        place: Place,
        name: impl Into<Arc<str>>,
        document: Value,
        guard: Formula,
    ) {
        self.inline.push(only_when(guard, place.inline_policy(name, document)));
    }

    /// The `Policies` of a SAM resource. `role` is the logical id of the role.
    pub(super) fn policies(&mut self, policies: &Value, role: &str) {
        let mut index = 0;
        for (guard, list) in alternatives(policies) {
            self.is_open |= list.flags.has(Flags::OPEN) && matches!(list.kind, ValueKind::List(_));
            for item in list.items() {
                for (own, policy) in alternatives(item) {
                    let guard = Formula::all([guard.clone(), own]);
                    self.policy(policy, &format!("{role}Policy{index}"), &guard);
                }
                index += 1;
            }
        }
    }

    fn policy(&mut self, policy: &Value, name: &str, guard: &Formula) {
        match &policy.kind {
            ValueKind::Map(_) => {
                let document = document(policy);
                self.inline(Place(policy.span), name, document, guard.clone());
            }
            // What a macro inserts may be a policy of any kind.
            ValueKind::Unknown(Reason::Transform(_) | Reason::Malformed) => self.is_open = true,
            ValueKind::String(text) if !text.starts_with("arn:") && !text.is_empty() => {
                let arn = Place(policy.span).managed_policy(&managed_policy_path(text));
                let (flags, via) = (policy.flags, policy.via.clone());
                self.add_managed(only_when(guard.clone(), Value { flags, via, ..arn }));
            }
            _ => self.add_managed(only_when(guard.clone(), policy.clone())),
        }
    }

    fn add_managed(&mut self, arn: Value) {
        let text = arn.display_text();
        let is_known = text.is_some() && self.managed.iter().any(|a| a.display_text() == text);
        if !arn.is_absent() && !is_known {
            self.managed.push(arn);
        }
    }

    /// Writes them into the properties of a role.
    pub(super) fn write(self, properties: &mut Map, place: Place) {
        let flags = if self.is_open { Flags::OPEN } else { Flags::NONE };
        for (key, list) in [("ManagedPolicyArns", self.managed), ("Policies", self.inline)] {
            if !list.is_empty() || self.is_open {
                put(properties, key, place.list(list).with(flags));
            }
        }
    }
}

/// The document that an element of `Policies` stands for: it is one, or names a template.
fn document(policy: &Value) -> Value {
    if !policy.get("Statement").is_absent() {
        return policy.clone();
    }
    let [entry] = policy.entries() else {
        return Value::unknown(Reason::Transform("AWS::Serverless".into()), policy.span);
    };
    let place = Place(entry.key_span);
    match PolicyTemplate::named(&entry.key) {
        Some(template) => {
            let parameters = &entry.value;
            let lookup = |name: &str| {
                let value = parameters.get(name);
                // Pseudo parameters are no parameters of the template.
                if name.contains("::") {
                    return None;
                }
                let missing = || Value::unknown(Reason::Malformed, entry.key_span);
                Some(if value.is_absent() { missing() } else { value.clone() })
            };
            place.document(template.statements(place, &lookup))
        }
        None => Value::unknown(Reason::Undeclared(entry.key.clone()), entry.key_span),
    }
}

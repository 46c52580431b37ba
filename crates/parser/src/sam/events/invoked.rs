//! The events of one function or state machine.

use trilith_graph::{Formula, Resource, Value};

use super::{api, pull, push, schedule};
use crate::sam::choice::{alternatives, or_else};
use crate::sam::generated::Generated;
use crate::sam::place::Place;
use crate::sam::policies::Grants;

/// What events invoke.
#[derive(Debug)]
pub(in crate::sam) struct Invoked<'f> {
    /// The function or state machine as it is written.
    pub(in crate::sam) sam: &'f Resource,
    /// What invokes it by name: the alias if there is one.
    pub(in crate::sam) name: Value,
    /// Its ARN, or that of the alias.
    pub(in crate::sam) arn: Value,
    /// Whether it is a state machine.
    pub(in crate::sam) is_state_machine: bool,
}

/// One member of `Events`.
#[derive(Debug)]
pub(in crate::sam) struct Event<'e> {
    /// Logical id of what it makes: the name of what is invoked and its own.
    pub(in crate::sam) id: String,
    /// Where it is named.
    pub(in crate::sam) place: Place,
    /// Its type.
    pub(in crate::sam) kind: &'e str,
    /// Its properties.
    pub(in crate::sam) properties: &'e Value,
    /// When it exists.
    pub(in crate::sam) guard: Formula,
}

impl<'f> Invoked<'f> {
    /// A function, or its alias.
    pub(in crate::sam) fn function(sam: &'f Resource, alias: Option<&Value>) -> Self {
        let place = Place(sam.span);
        let by = |own: Value| alias.map_or(own.clone(), |alias| or_else(alias, own.clone()));
        let name = by(place.reference(&sam.address));
        let arn = by(place.attribute(&sam.address, "Arn"));
        Self { sam, name, arn, is_state_machine: false }
    }

    /// A state machine, or its alias.
    pub(in crate::sam) fn state_machine(sam: &'f Resource, alias: Option<Value>) -> Self {
        let own = Place(sam.span).reference(&sam.address);
        let arn = alias.map_or(own.clone(), |alias| or_else(&alias, own));
        Self { sam, name: arn.clone(), arn, is_state_machine: true }
    }

    /// Its events, whatever they depend on.
    pub(in crate::sam) fn events(&self) -> Vec<Event<'f>> {
        let mut events = Vec::new();
        for (outer, members) in alternatives(self.sam.properties.get("Events")) {
            for entry in members.entries() {
                for (inner, event) in alternatives(&entry.value) {
                    let Some(kind) = event.get("Type").as_str() else { continue };
                    events.push(Event {
                        id: format!("{}{}", self.sam.address, entry.key),
                        place: Place(entry.key_span),
                        kind,
                        properties: event.get("Properties"),
                        guard: Formula::all([outer.clone(), inner]),
                    });
                }
            }
        }
        events
    }
}

impl Event<'_> {
    /// One of its properties.
    pub(super) fn get(&self, property: &str) -> &Value {
        self.properties.get(property)
    }
}

/// Expands the events of a function or state machine. What they need of its role goes into
/// `grants`.
pub(in crate::sam) fn expand(
    invoked: &Invoked<'_>,
    grants: &mut Grants,
    generated: &mut Generated,
) {
    let events = invoked.events();
    generated.is_open |= invoked.sam.properties.get("Events").is_present().is_unknown();
    for event in &events {
        match event.kind {
            "Api" => api::rest(invoked, event, generated),
            "HttpApi" => api::http(invoked, event, &events, generated),
            "Schedule" => schedule::rule(invoked, event, generated),
            "ScheduleV2" => schedule::schedule(invoked, event, generated),
            "CloudWatchEvent" | "EventBridgeRule" => schedule::rule(invoked, event, generated),
            _ if invoked.is_state_machine => {}
            "S3" => push::bucket(invoked, event, generated),
            "SNS" => push::topic(invoked, event, grants, generated),
            "CloudWatchLogs" => push::log_group(invoked, event, generated),
            "IoTRule" => push::iot_rule(invoked, event, generated),
            "AlexaSkill" => push::alexa_skill(invoked, event, generated),
            "Cognito" => push::user_pool(invoked, event, generated),
            _ => pull::expand(invoked, event, grants, generated),
        }
    }
}

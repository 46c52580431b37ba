//! Events that `EventBridge` delivers: rules and schedules.

use trilith_graph::{Flags, Formula, Value};

use super::invoked::{Event, Invoked};
use super::push::{dead_letter_queue, permission};
use crate::sam::choice::{given, map, or_else};
use crate::sam::generated::{Generated, kept, put};
use crate::sam::place::Place;

/// `Schedule`, `CloudWatchEvent` and `EventBridgeRule`: a rule.
pub(super) fn rule(invoked: &Invoked<'_>, event: &Event<'_>, generated: &mut Generated) {
    let place = event.place;
    let arn = place.attribute(&event.id, "Arn");
    let queue = dead_letter_queue(invoked, event, Some(&arn), generated);
    let mut target =
        kept(event.properties, &["Input", "InputPath", "InputTransformer", "RetryPolicy"]);
    put(&mut target, "Arn", invoked.arn.clone());
    let id = event.get("Target").get("Id").clone();
    put(&mut target, "Id", or_else(&id, place.text(format!("{}Target", event.id))));
    put(&mut target, "DeadLetterConfig", map(&queue, |arn| place.map([("Arn", arn.clone())])));
    if invoked.is_state_machine {
        let service = "events.amazonaws.com";
        put(&mut target, "RoleArn", starting_role(invoked, event, service, None, generated));
    } else {
        let limits = vec![("SourceArn", arn)];
        let address = format!("{}Permission", event.id);
        permission(invoked, event, address, "events.amazonaws.com", limits, generated);
    }
    let mut properties = kept(event.properties, &["Description", "EventBusName", "Name", "State"]);
    put(&mut properties, "ScheduleExpression", event.get("Schedule").clone());
    put(&mut properties, "EventPattern", event.get("Pattern").clone());
    put(&mut properties, "Name", or_else(event.get("Name"), event.get("RuleName").clone()));
    put(&mut properties, "State", state(event));
    let target = Value::map(target, place.0).with(Flags::SYNTHETIC);
    put(&mut properties, "Targets", place.list(vec![target]));
    let properties = Value::map(properties, place.0).with(Flags::SYNTHETIC);
    let (kind, guard) = ("AWS::Events::Rule", event.guard.clone());
    generated.add(invoked.sam, &*event.id, kind, guard, properties);
}

fn state(event: &Event<'_>) -> Value {
    let enabled = map(event.get("Enabled"), |enabled| {
        let place = Place(enabled.span);
        match enabled.as_bool() {
            Some(true) => place.text("ENABLED"),
            Some(false) => place.text("DISABLED"),
            None => enabled.clone(),
        }
    });
    or_else(event.get("State"), enabled)
}

/// `ScheduleV2`: a schedule of `AWS::Scheduler`.
pub(super) fn schedule(invoked: &Invoked<'_>, event: &Event<'_>, generated: &mut Generated) {
    let place = event.place;
    let queue = dead_letter_queue(invoked, event, None, generated);
    let mut target = kept(event.properties, &["Input", "RetryPolicy"]);
    put(&mut target, "Arn", invoked.arn.clone());
    put(&mut target, "DeadLetterConfig", map(&queue, |arn| place.map([("Arn", arn.clone())])));
    let service = "scheduler.amazonaws.com";
    let role = starting_role(invoked, event, service, Some(&queue), generated);
    put(&mut target, "RoleArn", role);
    let names = [
        "Description",
        "EndDate",
        "FlexibleTimeWindow",
        "GroupName",
        "KmsKeyArn",
        "Name",
        "ScheduleExpression",
        "ScheduleExpressionTimezone",
        "StartDate",
        "State",
    ];
    let mut properties = kept(event.properties, &names);
    if !event.get("OmitName").is_true().is_true() {
        put(&mut properties, "Name", or_else(event.get("Name"), place.text(&*event.id)));
    }
    let off = place.map([("Mode", place.text("OFF"))]);
    put(&mut properties, "FlexibleTimeWindow", or_else(event.get("FlexibleTimeWindow"), off));
    put(&mut properties, "Target", Value::map(target, place.0).with(Flags::SYNTHETIC));
    let properties = Value::map(properties, place.0).with(Flags::SYNTHETIC);
    let (kind, guard) = ("AWS::Scheduler::Schedule", event.guard.clone());
    generated.add(invoked.sam, &*event.id, kind, guard, properties);
}

/// ARN of the role with which a service invokes or starts it: the one that is given, or a new one.
pub(super) fn starting_role(
    invoked: &Invoked<'_>,
    event: &Event<'_>,
    service: &str,
    queue: Option<&Value>,
    generated: &mut Generated,
) -> Value {
    let place = event.place;
    let named = event.get("RoleArn");
    let address = format!("{}Role", event.id);
    let arn = or_else(named, place.attribute(&address, "Arn"));
    let wanted = Formula::all([event.guard.clone(), given(named).negate()]);
    let (action, suffix) = if invoked.is_state_machine {
        ("states:StartExecution", "StartExecutionPolicy")
    } else {
        ("lambda:InvokeFunction", "LambdaPolicy")
    };
    let invoke = place.document(vec![place.allow(&[action], invoked.arn.clone())]);
    let mut policies = vec![place.inline_policy(format!("{}{suffix}", event.id), invoke)];
    if let Some(queue) = queue.filter(|queue| !queue.is_absent()) {
        let send = place.document(vec![place.allow(&["sqs:SendMessage"], queue.clone())]);
        policies.push(place.inline_policy(format!("{}SQSPolicy", event.id), send));
    }
    let boundary = or_else(
        event.get("PermissionsBoundary"),
        if invoked.is_state_machine {
            invoked.sam.properties.get("PermissionsBoundary").clone()
        } else {
            Value::absent().clone()
        },
    );
    let properties = place.map([
        ("AssumeRolePolicyDocument", place.trust(service)),
        ("Policies", place.list(policies)),
        ("PermissionsBoundary", boundary),
    ]);
    generated.add(invoked.sam, address, "AWS::IAM::Role", wanted, properties);
    arn
}

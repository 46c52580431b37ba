//! Policies that let devices act on what belongs to others.

use trilith_iam::Answer;
use trilith_rules::prelude::*;

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    findings.ask(&holder.policies(), wide, |asked| {
        let message = format!("`{}` lets each device act for every other", holder.name());
        asked.finding(holder, message).label("every client, topic and thing")
    });
}

fn wide<'p, 'v>(document: &'p PolicyDocument<'v>) -> Vec<(&'p Statement<'v>, Answer<'v>)> {
    document.which(|statement| {
        let everything = statement.covers_every_resource().and_then(|| statement.is_allow());
        everything
            .and_then(|| !is_of_attached_thing(statement))
            .and_then(|| Answer::plain(is_about_messages(statement)))
    })
}

/// Whether it allows any of what a device does with clients, topics, shadows and jobs; what
/// Greengrass asks for has no such resources.
fn is_about_messages(statement: &Statement<'_>) -> Tri {
    Tri::any(MESSAGES.iter().map(|action| statement.covers_action(action).truth))
}

const MESSAGES: [&str; 11] = [
    "iot:Connect",
    "iot:Publish",
    "iot:Subscribe",
    "iot:Receive",
    "iot:RetainPublish",
    "iot:GetRetainedMessage",
    "iot:ListRetainedMessages",
    "iot:GetThingShadow",
    "iot:UpdateThingShadow",
    "iot:DeleteThingShadow",
    "iot:ListNamedShadowsForThing",
];

/// Whether the client must be a thing that the certificate is attached to.
fn is_of_attached_thing<'v>(statement: &Statement<'v>) -> Answer<'v> {
    statement.conditions.any(|condition| {
        let is_meant = &*condition.key == "iot:connection.thing.isattached";
        let demanded = || condition.values.all(|value| value.value.is_ignoring_case("true"));
        Answer::at(is_meant, condition.site).and_then(demanded)
    })
}

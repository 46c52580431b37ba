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
        everything.and_then(|| !is_of_attached_thing(statement))
    })
}

/// Whether the client must be a thing that the certificate is attached to.
fn is_of_attached_thing<'v>(statement: &Statement<'v>) -> Answer<'v> {
    statement.conditions.any(|condition| {
        let is_meant = &*condition.key == "iot:connection.thing.isattached";
        let demanded = || condition.values.all(|value| value.value.is_ignoring_case("true"));
        Answer::at(is_meant, condition.site).and_then(demanded)
    })
}

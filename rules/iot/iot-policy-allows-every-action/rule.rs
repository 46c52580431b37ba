//! Policies that let devices do everything there is for devices.

use trilith_iam::Answer;
use trilith_rules::prelude::*;

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    findings.ask(&holder.policies(), wide, |asked| {
        let is_about_messages = is_about_messages(asked.statement);
        let what = if is_about_messages { "with the topics it names" } else { "in IoT" };
        let message = format!("`{}` lets devices do everything {what}", holder.name());
        let finding = asked.finding(holder, message).label("every action");
        if is_about_messages { finding.severity(Severity::Low) } else { finding }
    });
}

/// What a device publishes to, receives from and subscribes to. There is little to do with these but
/// what devices are there for; a client can be disconnected, a thing loses its shadow.
const MESSAGES: [&str; 2] = [":topic/", ":topicfilter/"];

/// Whether the statement names topics only.
fn is_about_messages(statement: &Statement<'_>) -> bool {
    let is_one = |text: String| MESSAGES.iter().any(|kind| text.contains(kind));
    let mut resources = statement.resource.iter();
    resources.len() > 0 && resources.all(|pattern| pattern.value.display_text().is_some_and(is_one))
}

fn wide<'p, 'v>(document: &'p PolicyDocument<'v>) -> Vec<(&'p Statement<'v>, Answer<'v>)> {
    document.which(|statement| {
        statement.covers_every_action_of("iot").and_then(|| statement.is_allow())
    })
}

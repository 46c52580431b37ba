//! Policies that let devices do everything there is for devices.

use trilith_iam::Answer;
use trilith_rules::prelude::*;

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    findings.ask(&holder.policies(), wide, |asked| {
        let message = format!("`{}` lets devices do everything in IoT", holder.name());
        asked.finding(holder, message).label("every action")
    });
}

fn wide<'p, 'v>(document: &'p PolicyDocument<'v>) -> Vec<(&'p Statement<'v>, Answer<'v>)> {
    document.which(|statement| {
        statement.covers_every_action_of("iot").and_then(|| statement.is_allow())
    })
}

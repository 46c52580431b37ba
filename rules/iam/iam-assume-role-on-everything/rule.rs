//! Statements that let every role be assumed.

use trilith_rules::prelude::*;

const ACTIONS: [&str; 1] = ["sts:AssumeRole"];

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    let message = format!("`{}` can assume every role that lets it", holder.name());
    findings.ask_for_any_of(holder, &ACTIONS, &message, "every role");
}

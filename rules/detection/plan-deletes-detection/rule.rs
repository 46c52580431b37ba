//! What detects, and is deleted by a plan.

use trilith_rules::prelude::*;

pub(crate) fn check(going: &View<'_>, findings: &mut Findings<'_>) {
    let actions = &going.resource().attributes;
    let is_deleted = actions.get("actions").item(0).is("delete");
    findings.when(is_deleted, || {
        let message = format!("`{}` is deleted by this plan", going.name());
        Finding::new(going.id(), "", message).label("what it saw will not be seen")
    });
}

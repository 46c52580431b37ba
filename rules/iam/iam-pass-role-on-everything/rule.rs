//! Statements that let every role of the account be passed to a service.

use trilith_rules::prelude::*;

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    let question = PolicyDocument::statements_passing_every_role;
    let taken_back = |_: &Asked<'_, '_>| holder.is_taken_back(&["iam:PassRole"]);
    findings.ask_unless(&holder.identity_policies(), question, taken_back, |asked| {
        let message =
            format!("`{}` can pass every role of the account to a service", holder.name());
        let finding = asked.finding(holder, message).label("every role, administrators' too");
        let finding = match asked.path_in(Element::Action) {
            Some(path) => finding.related(holder.id(), path, "allows `iam:PassRole`"),
            None => finding,
        };
        let is_limited = !asked.statement.limits_scope().is_false();
        finding.severity(if is_limited { Severity::Medium } else { Severity::High })
    });
}

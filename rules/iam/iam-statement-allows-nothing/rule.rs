//! Statements whose actions are about none of their resources.

use trilith_rules::prelude::*;

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    let policies = holder.identity_policies();
    findings.undecided_in(&policies, &["Action", "Resource", "Effect"]);
    let mut last = None;
    checked(&policies, &[CheckFamily::Resources], &mut |checked| {
        let is_whole = checked.finding.finding_type == FindingType::Warning;
        if checked.finding.code != "RESOURCE_MISMATCH" || !is_whole {
            return;
        }
        // The first action says it for the statement.
        let statement = checked.statement().map(|it| checked.policy.path.concat(&it.path()));
        if statement.is_none() || statement != last {
            let message = format!("a statement of `{}` allows nothing", holder.name());
            findings.report(checked.report(holder, message));
        }
        last = statement;
    });
}

//! Statements whose actions are about none of their resources, or about resources that cannot be.

use trilith_rules::prelude::*;
use trilith_rules::query::policy::Checked;

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    let policies = holder.identity_policies();
    findings.undecided_in(&policies, &["Action", "Resource", "Effect"]);
    let mut last = None;
    checked(&policies, &[CheckFamily::Resources], &mut |checked| {
        if is_misspelt(checked) {
            let message = format!("`{}` names a resource that cannot exist", holder.name());
            findings.report(checked.report(holder, message));
        }
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

/// Whether an ARN is almost one of a type. The reference does not list every resource there is, so
/// that one unlike all types may exist.
fn is_misspelt(checked: &Checked<'_, '_>) -> bool {
    checked.finding.code == "INVALID_ARN_RESOURCE" && checked.finding.help.is_some()
}

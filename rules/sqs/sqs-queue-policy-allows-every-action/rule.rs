//! Queue policies that allow all of SQS's actions.

use trilith_iam::Answer;
use trilith_rules::prelude::*;
use trilith_rules::query::whole_service::{is_for_own_account, statements_allowing_all_of};

pub(crate) fn check(policy: &View<'_>, findings: &mut Findings<'_>) {
    findings.ask(&policy.resource_policies(), statements_allowing_everything, |asked| {
        let message = format!("`{}` allows every action on the queue", policy.name());
        let own = is_for_own_account(asked.statement);
        let finding = asked.finding(policy, message).label("emptying and deleting it, too");
        finding.severity(if own { Severity::Low } else { Severity::High })
    });
}

fn statements_allowing_everything<'p, 'v>(
    document: &'p PolicyDocument<'v>,
) -> Vec<(&'p Statement<'v>, Answer<'v>)> {
    statements_allowing_all_of(document, "sqs")
}

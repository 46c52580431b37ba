//! Bucket policies that allow all of S3's actions.

use trilith_iam::Answer;
use trilith_rules::prelude::*;
use trilith_rules::query::whole_service::{is_for_own_account, statements_allowing_all_of};

pub(crate) fn check(policy: &View<'_>, findings: &mut Findings<'_>) {
    findings.ask(&policy.resource_policies(), statements_allowing_everything, |asked| {
        let message = format!("`{}` allows every action on the bucket", policy.name());
        let own = is_for_own_account(asked.statement);
        let finding = asked.finding(policy, message).label("changing and deleting it, too");
        finding.severity(if own { Severity::Low } else { Severity::High })
    });
}

fn statements_allowing_everything<'p, 'v>(
    document: &'p PolicyDocument<'v>,
) -> Vec<(&'p Statement<'v>, Answer<'v>)> {
    let mut found = statements_allowing_all_of(document, "s3");
    found.retain(|(statement, _)| !leaves_it_to_access_points(statement).is_true());
    found
}

/// Whether it is for requests through access points only, whose policies decide then.
fn leaves_it_to_access_points(statement: &Statement<'_>) -> Tri {
    let keys = ["s3:dataaccesspointaccount", "s3:dataaccesspointarn"];
    Tri::any(keys.iter().map(|key| statement.demands(key).truth))
}

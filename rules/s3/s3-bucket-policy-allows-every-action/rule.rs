//! Bucket policies that allow all of S3's actions.

use trilith_iam::{Account, Answer, Principal, PrincipalKind};
use trilith_rules::prelude::*;

pub(crate) fn check(policy: &View<'_>, findings: &mut Findings<'_>) {
    findings.ask(&policy.resource_policies(), statements_allowing_everything, |asked| {
        let message = format!("`{}` allows every action on the bucket", policy.name());
        let own = asked.statement.principal.items.iter().all(is_own);
        let finding = asked.finding(policy, message).label("changing and deleting it, too");
        finding.severity(if own { Severity::Low } else { Severity::High })
    });
}

/// The statements that allow all actions to more than the account itself.
fn statements_allowing_everything<'p, 'v>(
    document: &'p PolicyDocument<'v>,
) -> Vec<(&'p Statement<'v>, Answer<'v>)> {
    let allows = |statement: &'p Statement<'v>| {
        let others = Tri::from(names_others(statement)).and(!leaves_it_to_access_points(statement));
        let allows = statement.is_allow().truth.and(others);
        // The answer rests on the action, so that the finding is there.
        let every = statement.covers_every_action_of("s3");
        (statement, if allows.is_false() { Answer::plain(allows) } else { every })
    };
    document.statements.iter().map(allows).filter(|(_, answer)| !answer.is_false()).collect()
}

/// Whether it is for requests through access points only, whose policies decide then.
fn leaves_it_to_access_points(statement: &Statement<'_>) -> Tri {
    let keys = ["s3:dataaccesspointaccount", "s3:dataaccesspointarn"];
    Tri::any(keys.iter().map(|key| statement.demands(key).truth))
}

fn names_others(statement: &Statement<'_>) -> bool {
    // A reference is to a role or user here; an id that only the deployment knows is the account.
    let is_account = |principal: &Principal<'_>| {
        is_own(principal)
            && principal.pattern.value.as_reference().is_none()
            && !principal.is_account_root().is_false()
    };
    !statement.principal.items.iter().all(is_account)
}

/// Whether a principal is one of the account of the bucket.
fn is_own(principal: &Principal<'_>) -> bool {
    principal.kind == PrincipalKind::Aws && matches!(principal.account(), Some(Account::Own))
}

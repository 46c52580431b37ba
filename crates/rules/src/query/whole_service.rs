//! Statements of resource policies that allow everything that can be done with the resource.

use trilith_graph::Tri;
use trilith_iam::{Account, Answer, PolicyDocument, Principal, PrincipalKind, Statement};

/// The statements that allow all actions of `service` (`sqs`) to more than the account that the
/// resource belongs to, which may do all of that anyway. The answer rests on the action, so that
/// a finding is there.
pub fn statements_allowing_all_of<'p, 'v>(
    document: &'p PolicyDocument<'v>,
    service: &str,
) -> Vec<(&'p Statement<'v>, Answer<'v>)> {
    let allows = |statement: &'p Statement<'v>| {
        let allows = statement.is_allow().truth.and(Tri::from(names_others(statement)));
        let every = statement.covers_every_action_of(service);
        (statement, if allows.is_false() { Answer::plain(allows) } else { every })
    };
    document.statements.iter().map(allows).filter(|(_, answer)| !answer.is_false()).collect()
}

/// Whether a statement is for roles and users of the own account alone.
pub fn is_for_own_account(statement: &Statement<'_>) -> bool {
    statement.principal.items.iter().all(is_own)
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

/// Whether a principal is one of the account of the resource.
fn is_own(principal: &Principal<'_>) -> bool {
    principal.kind == PrincipalKind::Aws && matches!(principal.account(), Some(Account::Own))
}

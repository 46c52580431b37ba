//! Organizations whose service control policies protect no security services.

use trilith_rules::prelude::*;

/// What watches an account, each with the action that ends it.
const SERVICES: [(&str, &str); 5] = [
    ("CloudTrail", "cloudtrail:StopLogging"),
    ("Config", "config:StopConfigurationRecorder"),
    ("GuardDuty", "guardduty:DeleteDetector"),
    ("Security Hub", "securityhub:DisableSecurityHub"),
    ("Access Analyzer", "access-analyzer:DeleteAnalyzer"),
];

pub(crate) fn check(organization: &View<'_>, findings: &mut Findings<'_>) {
    let policies = organization.siblings("AWS::Organizations::Policy");
    let some_deny =
        Tri::any(policies.iter().map(|policy| any_scp(policy, |it| it.is_deny().truth)));
    // Without any guardrail that is the finding.
    if !some_deny.is_true() {
        return;
    }
    let open = if organization.root().open { Tri::Unknown } else { Tri::True };
    let left: Vec<(&str, Tri)> = SERVICES
        .iter()
        .map(|(service, action)| {
            let denied = policies.iter().map(|policy| any_scp(policy, |it| denies(it, action)));
            (*service, !Tri::any(denied))
        })
        .filter(|(_, open)| !open.is_false())
        .collect();
    let surely: Vec<&str> =
        left.iter().filter(|(_, open)| open.is_true()).map(|(name, _)| *name).collect();
    let truth = Tri::any(left.iter().map(|(_, open)| *open)).and(open);
    findings.when(truth, || {
        let message =
            format!("accounts of `{}` can switch off {}", organization.name(), surely.join(", "));
        Finding::new(organization.id(), "", message).label("no service control policy denies it")
    });
}

/// Whether a statement of a service control policy satisfies something, or there may be more.
fn any_scp(policy: &View<'_>, holds: impl Fn(&Statement<'_>) -> Tri) -> Tri {
    let own = policy.policies();
    Tri::any(own.iter().filter(|it| it.kind == PolicyKind::Scp).map(|it| {
        let unknown = if it.document.unknown.is_some() { Tri::Unknown } else { Tri::False };
        Tri::any(it.document.statements.iter().map(&holds)).or(unknown)
    }))
}

/// Whether a statement denies an action, to whomever it leaves out.
fn denies(statement: &Statement<'_>, action: &str) -> Tri {
    statement.is_deny().truth.and(statement.covers_action(action).truth)
}

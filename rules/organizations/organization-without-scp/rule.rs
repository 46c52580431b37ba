//! Organizations and units that no service control policy limits.

use trilith_rules::prelude::*;
use trilith_rules::query::links::is_pointed_at_where;

const TYPE: &str = "SERVICE_CONTROL_POLICY";

pub(crate) fn check(unit: &View<'_>, findings: &mut Findings<'_>) {
    if unit.resource_type() == "AWS::Organizations::Organization" {
        return organization(unit, findings);
    }
    let limited = Tri::any(unit.above("ParentId").iter().map(is_limited));
    findings.when(!is_limited(unit).or(limited), || {
        let message = format!("no service control policy limits the accounts of `{}`", unit.name());
        Finding::new(unit.id(), "", message).label("no guardrail here or above")
    });
}

fn organization(organization: &View<'_>, findings: &mut Findings<'_>) {
    let billing = organization.get("FeatureSet").is("CONSOLIDATED_BILLING");
    let types = organization.get("EnabledPolicyTypes");
    let enabled = Tri::any(types.items().iter().map(|kind| kind.is(TYPE)));
    let unseen = if types.is_unknown() { Tri::Unknown } else { enabled };
    // CloudFormation has no property for it.
    let off = Tri::from(organization.is_terraform()).and(!unseen);
    let path = if billing.is_false() { "EnabledPolicyTypes" } else { "FeatureSet" };
    findings.when(billing.or(off), || {
        let message = format!("`{}` can limit no account", organization.name());
        Finding::new(organization.id(), path, message).label("no service control policies")
    });
}

fn is_limited(target: &View<'_>) -> Tri {
    is_pointed_at_where(target, "AWS::Organizations::Policy", "TargetIds", limits)
}

/// Whether a policy denies anything, or allows less than everything.
fn limits(policy: &View<'_>) -> Tri {
    let documents = policy.policies();
    Tri::any(documents.iter().filter(|it| it.kind == PolicyKind::Scp).map(|it| {
        let denies = it.document.any(Statement::is_deny).truth;
        denies.or(!it.document.allows_everything().truth)
    }))
}

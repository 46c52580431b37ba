//! Organizations that let the root users of their accounts do as they like.

use trilith_rules::prelude::*;

/// The feature by which the organization takes their credentials away.
const FEATURE: &str = "RootCredentialsManagement";

pub(crate) fn check(organization: &View<'_>, findings: &mut Findings<'_>) {
    let policies = organization.siblings("AWS::Organizations::Policy");
    let denied = Tri::any(policies.iter().map(denies_root));
    let features = organization.siblings("aws_iam_organizations_features");
    let central = Tri::any(features.iter().map(|it| {
        let enabled = it.get("enabled_features");
        let named = Tri::any(enabled.items().iter().map(|feature| feature.is(FEATURE)));
        if enabled.is_unknown() { Tri::Unknown } else { named }
    }));
    let hidden = if organization.root().open { Tri::Unknown } else { Tri::False };
    // CloudFormation has no resource for the feature; without policies either, nothing here
    // says how the accounts are guarded.
    let asked = !policies.is_empty() || organization.is_terraform();
    findings.when(Tri::from(asked).and(!denied.or(central).or(hidden)), || {
        let message =
            format!("root users of the accounts of `{}` have free hand", organization.name());
        Finding::new(organization.id(), "", message)
            .label("neither denied nor managed from one place")
    });
}

/// Whether a service control policy denies something to root users.
fn denies_root(policy: &View<'_>) -> Tri {
    let own = policy.policies();
    Tri::any(own.iter().filter(|it| it.kind == PolicyKind::Scp).map(|it| {
        let unknown = if it.document.unknown.is_some() { Tri::Unknown } else { Tri::False };
        Tri::any(it.document.statements.iter().map(is_about_root)).or(unknown)
    }))
}

fn is_about_root(statement: &Statement<'_>) -> Tri {
    let denies = statement.is_deny().truth;
    let root = statement.conditions.on("aws:principalarn").filter(|it| {
        !it.operator.base.is_negative()
            && it.values.iter().any(|value| match value.text() {
                Some(text) => text.ends_with(":root"),
                None => true,
            })
    });
    let assumed = statement.conditions.on("aws:assumedroot").next().is_some();
    let unknown = if statement.conditions.unknown.is_empty() { Tri::False } else { Tri::Unknown };
    denies.and(Tri::from(root.count() > 0 || assumed).or(unknown))
}

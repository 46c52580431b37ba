//! Load balancers on the internet that no web ACL guards.

use trilith_rules::prelude::*;
use trilith_rules::query::links::is_pointed_at;

const ASSOCIATIONS: [&str; 2] =
    ["AWS::WAFv2::WebACLAssociation", "AWS::WAFRegional::WebACLAssociation"];

pub(crate) fn check(balancer: &View<'_>, findings: &mut Findings<'_>) {
    // Both properties have these defaults.
    let or_absent = |path: &str, default: &str| {
        let value = balancer.get(path);
        value.is(default).or(!value.is_present())
    };
    let exposed = or_absent("Scheme", "internet-facing").and(or_absent("Type", "application"));
    let guarded = ASSOCIATIONS.iter().map(|kind| is_pointed_at(balancer, kind, "ResourceArn"));
    findings.when(exposed.and(!Tri::any(guarded)), || {
        let message =
            format!("nothing filters what is sent to load balancer `{}`", balancer.name());
        Finding::new(balancer.id(), "", message).label("no web ACL")
    });
}

//! Rules of a VPN that let everyone go everywhere.

use trilith_rules::prelude::*;

const TARGET: &str = "TargetNetworkCidr";

pub(crate) fn check(rule: &View<'_>, findings: &mut Findings<'_>) {
    let target = rule.get(TARGET);
    let everything = target.is("0.0.0.0/0").or(target.is("::/0"));
    let networks = rule.siblings("AWS::EC2::VPC");
    let ranges = networks.iter().filter_map(|vpc| vpc.get("CidrBlock").as_str());
    let whole = Tri::any(ranges.map(|range| target.is(range)));
    let everyone = rule.get("AuthorizeAllGroups").is_true();
    findings.when(everyone.and(everything.or(whole)), || {
        let message = format!("`{}` lets every VPN user go everywhere", rule.name());
        let finding = Finding::new(rule.id(), TARGET, message);
        if everything.is_true() {
            finding.label("everything behind the endpoint")
        } else {
            finding.label("the whole VPC").severity(Severity::Medium)
        }
    });
}

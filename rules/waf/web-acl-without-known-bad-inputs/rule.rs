//! Web ACLs that let known attacks through, such as the one on Log4j.

use trilith_rules::prelude::*;

const GROUP: &str = "AWSManagedRulesKnownBadInputsRuleSet";
const STATEMENT: &str = "Statement/ManagedRuleGroupStatement";
/// What the names of the group's rules about Log4j start with.
const LOG4J: &str = "Log4JRCE";

pub(crate) fn check(acl: &View<'_>, findings: &mut Findings<'_>) {
    let rules = acl.all("Rules/*");
    // One without rules is another finding, or has them from elsewhere.
    if rules.is_empty() || Tri::any(rules.iter().map(|(_, rule)| is_of_others(rule))).is_true() {
        return;
    }
    let named = |rule: &Value| rule.path(STATEMENT).get("Name").is(GROUP);
    let having = rules.iter().filter(|(_, rule)| !named(rule).is_false());
    let gaps: Vec<(Tri, PropertyPath, &'static str)> =
        having.map(|(path, rule)| gap(path, rule)).collect();
    let is_open = gaps.iter().fold(Tri::True, |all, (is_gap, ..)| all.and(*is_gap));
    findings.when(is_open, || {
        let message =
            format!("web ACL `{}` lets known attacks such as the one on Log4j pass", acl.name());
        let (path, label) = match gaps.into_iter().next() {
            Some((_, path, label)) => (path, label),
            None => ("Rules".into(), "no rule group for known bad inputs"),
        };
        let finding = Finding::new(acl.id(), path, message).label(label);
        protected(acl)
            .into_iter()
            .fold(finding, |finding, id| finding.related(id, "", "stands behind it"))
    });
}

/// Whether a rule is a group of the user's own, or of somebody else than AWS: what that blocks
/// cannot be seen.
fn is_of_others(rule: &Value) -> Tri {
    let vendor = rule.path(STATEMENT).get("VendorName");
    let is_foreign = vendor.is_present().and(!vendor.is("AWS"));
    rule.path("Statement/RuleGroupReferenceStatement").is_present().or(is_foreign)
}

/// Whether a rule that has the group lets what that finds pass, and where.
fn gap(path: &PropertyPath, rule: &Value) -> (Tri, PropertyPath, &'static str) {
    let group = rule.path(STATEMENT);
    let at = |inner: &str| PropertyPath::parse(&format!("{path}/{inner}"));
    let mut gaps = vec![(
        rule.path("OverrideAction/Count").is_present(),
        at("OverrideAction/Count"),
        "counts, and blocks nothing",
    )];
    for (index, excluded) in group.get("ExcludedRules").items().iter().enumerate() {
        let place = at(&format!("{STATEMENT}/ExcludedRules/{index}/Name"));
        gaps.push((excluded.get("Name").starts_with(LOG4J), place, "not applied"));
    }
    for (index, changed) in group.get("RuleActionOverrides").items().iter().enumerate() {
        let action = changed.get("ActionToUse");
        let passes = action.get("Count").is_present().or(action.get("Allow").is_present());
        let place = at(&format!("{STATEMENT}/RuleActionOverrides/{index}/ActionToUse"));
        gaps.push((changed.get("Name").starts_with(LOG4J).and(passes), place, "blocks nothing"));
    }
    let is_gap = Tri::any(gaps.iter().map(|(is_gap, ..)| *is_gap));
    let named = group.get("Name").is(GROUP);
    let worst = gaps.iter().position(|(is_gap, ..)| is_gap.is_true()).unwrap_or(0);
    let (_, place, label) = gaps.swap_remove(worst);
    (if named.is_true() { is_gap } else { Tri::Unknown }, place, label)
}

/// What the web ACL stands before, as far as it is here.
fn protected(acl: &View<'_>) -> Vec<ResourceId> {
    let direct = acl.referrers("AWS::CloudFront::Distribution");
    let associations = acl.referrers("AWS::WAFv2::WebACLAssociation");
    let associated = associations.iter().filter_map(|(_, link)| link.referenced("ResourceArn"));
    let mut found: Vec<ResourceId> =
        direct.iter().map(|(_, view)| view.id()).chain(associated.map(|view| view.id())).collect();
    found.sort_unstable();
    found.dedup();
    found
}

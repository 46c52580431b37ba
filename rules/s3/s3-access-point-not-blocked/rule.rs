//! Access points that do without the block of public access.

use trilith_rules::prelude::*;

/// The settings, that which matters most first.
const SETTINGS: [&str; 4] =
    ["RestrictPublicBuckets", "BlockPublicPolicy", "IgnorePublicAcls", "BlockPublicAcls"];

pub(crate) fn check(point: &View<'_>, findings: &mut Findings<'_>) {
    let policies = point.resource_policies();
    let public = Tri::any(policies.iter().map(|policy| policy.document.is_public().truth));
    // Never public, whatever its policy says.
    let is_of_a_vpc = point.get("VpcConfiguration").is_present().is_true();
    for setting in SETTINGS {
        let path = format!("PublicAccessBlockConfiguration/{setting}");
        let off = point.get(&path).is_false();
        findings.when(off, || {
            let message = format!("`{}` has `{setting}` switched off", point.name());
            let severity = match public {
                _ if is_of_a_vpc => Severity::Low,
                Tri::True => Severity::Critical,
                _ => Severity::High,
            };
            Finding::new(point.id(), path.as_str(), message)
                .label("on if nothing is said")
                .severity(severity)
        });
        if off.is_true() {
            return;
        }
    }
}

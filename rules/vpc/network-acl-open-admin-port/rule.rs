//! Entries of network ACLs that let the internet in to an administration port.

use trilith_rules::prelude::*;
use trilith_rules::query::acl;
use trilith_rules::query::ports::{ADMIN, Ports};

pub(crate) fn check(entry: &View<'_>, findings: &mut Findings<'_>) {
    let ports = Ports::of_acl_entry(entry.properties());
    let inbound = !entry.get("Egress").is_true();
    let allows = entry.get("RuleAction").is_ignoring_case("allow");
    let open = acl::is_everyone(entry).and(inbound).and(allows);
    let sensitive = ports.reach(ADMIN).and(!ports.are_all());
    let path = if entry.get("CidrBlock").is_absent() { "Ipv6CidrBlock" } else { "CidrBlock" };
    findings.when(open.and(sensitive).and(!acl::is_denied_before(entry)), || {
        let what = ports.names(ADMIN);
        let message = format!("network ACL entry `{}` lets everyone in to {what}", entry.name());
        Finding::new(entry.id(), path, message).label("everyone")
    });
}

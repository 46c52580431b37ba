//! What network ACLs let in.

use trilith_graph::{Tri, Value};

use crate::View;
use crate::query::ports::Ports;

const ENTRY: &str = "AWS::EC2::NetworkAclEntry";

/// Whether the network ACL of a subnet lets packets of the whole internet in to some of the
/// ports.
///
/// Entries are asked in the order of their numbers, and the first that matches decides (Amazon
/// VPC User Guide, "Network ACL rules"). A subnet without an ACL of its own has the default one
/// of its VPC, which lets everything in unless it is changed.
pub fn admits_internet(subnet: &View<'_>, ports: &Ports) -> Tri {
    let links = subnet.referrers("AWS::EC2::SubnetNetworkAclAssociation");
    let mut lists = links.iter().filter_map(|(_, link)| link.referenced("NetworkAclId"));
    let Some(list) = lists.next() else {
        // An association that cannot be followed may be with any list.
        return if links.is_empty() { Tri::True } else { Tri::Unknown };
    };
    let mut entries: Vec<(Option<i64>, View<'_>)> = list
        .referrers(ENTRY)
        .into_iter()
        .map(|(_, entry)| (entry.get("RuleNumber").as_int(), entry))
        .filter(|(_, entry)| !entry.get("Egress").is_true().is_true())
        .collect();
    if entries.iter().any(|(number, _)| number.is_none()) || list.root().open {
        return Tri::Unknown;
    }
    entries.sort_by_key(|(number, _)| *number);
    let mut doubt = false;
    for (_, entry) in &entries {
        let everyone = is_everyone(entry);
        let meets = everyone.and(entry.existence()).and(ports.overlap(&ports_of(entry)));
        let allows = entry.get("RuleAction").is_ignoring_case("allow");
        match (meets, allows) {
            (Tri::False, _) => {}
            (Tri::Unknown, _) | (Tri::True, Tri::Unknown) => doubt = true,
            (Tri::True, Tri::True) => return if doubt { Tri::Unknown } else { Tri::True },
            (Tri::True, Tri::False) => match ports_of(entry).cover(ports) {
                Tri::True => return if doubt { Tri::Unknown } else { Tri::False },
                // Some of the ports are left; which, the next entries say.
                Tri::False => {}
                Tri::Unknown => doubt = true,
            },
        }
    }
    if doubt { Tri::Unknown } else { Tri::False }
}

/// Whether an entry with a lower number denies everybody all that an entry is about.
pub fn is_denied_before(entry: &View<'_>) -> Tri {
    let Some(list) = entry.referenced("NetworkAclId") else { return Tri::False };
    let ports = ports_of(entry);
    let own = entry.get("RuleNumber").as_int();
    let others = list.referrers(ENTRY).into_iter().filter(|(_, other)| other.id() != entry.id());
    Tri::any(others.map(|(_, other)| {
        let earlier = match (own, other.get("RuleNumber").as_int()) {
            (Some(own), Some(number)) => Tri::from(number < own),
            _ => Tri::Unknown,
        };
        let inbound = !other.get("Egress").is_true();
        let denies = other.get("RuleAction").is_ignoring_case("deny");
        let same = is_everyone(&other).and(ports_of(&other).cover(&ports));
        earlier.and(inbound).and(denies).and(same).and(other.existence())
    }))
}

fn ports_of(entry: &View<'_>) -> Ports {
    Ports::of_acl_entry(entry.properties())
}

/// Whether an entry is about everybody.
pub fn is_everyone(entry: &View<'_>) -> Tri {
    let is = |value: &Value, range: &str| value.is(range);
    is(entry.get("CidrBlock"), "0.0.0.0/0").or(is(entry.get("Ipv6CidrBlock"), "::/0"))
}

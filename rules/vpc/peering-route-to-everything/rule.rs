//! Routes that send everything to a peer.

use trilith_rules::prelude::*;

const EVERYWHERE: [(&str, &str); 2] =
    [("DestinationCidrBlock", "0.0.0.0/0"), ("DestinationIpv6CidrBlock", "::/0")];

pub(crate) fn check(route: &View<'_>, findings: &mut Findings<'_>) {
    let peering = route.get("VpcPeeringConnectionId");
    // The id of a connection that is made elsewhere is one as well.
    if peering.is_absent() || peering.is("").is_true() {
        return;
    }
    for (path, range) in EVERYWHERE {
        findings.when(route.get(path).is(range), || {
            let message = format!("`{}` sends everything to the peer", route.name());
            Finding::new(route.id(), path, message).label("everything")
        });
    }
}

//! Groups of subnets for data stores, some of them public.

use trilith_rules::prelude::*;
use trilith_rules::query::routes::reaches_internet;

pub(crate) fn check(group: &View<'_>, findings: &mut Findings<'_>) {
    for (path, _) in group.all("SubnetIds/*") {
        let Some(subnet) = group.referenced(&path.to_string()) else { continue };
        findings.when(reaches_internet(&subnet), || {
            let message = format!("`{}` places databases in a public subnet", group.name());
            Finding::new(group.id(), path, message).label("has a route to the internet").related(
                subnet.id(),
                "",
                "the subnet",
            )
        });
    }
}

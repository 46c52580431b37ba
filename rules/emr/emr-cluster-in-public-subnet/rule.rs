//! Clusters whose nodes are in a public subnet.

use trilith_rules::prelude::*;
use trilith_rules::query::routes::reaches_internet;

pub(crate) fn check(cluster: &View<'_>, findings: &mut Findings<'_>) {
    let mut places = cluster.all("Instances/Ec2SubnetIds/*");
    places.extend(cluster.all("Instances/Ec2SubnetId"));
    for (path, _) in places {
        let Some(subnet) = cluster.referenced(&path.to_string()) else { continue };
        findings.when(reaches_internet(&subnet), || {
            let message = format!("the nodes of `{}` are in a public subnet", cluster.name());
            Finding::new(cluster.id(), path, message).label("has a route to the internet").related(
                subnet.id(),
                "",
                "the subnet",
            )
        });
    }
}

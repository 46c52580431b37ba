//! Groups of subnets for data stores, some of them public.

use trilith_rules::prelude::*;
use trilith_rules::query::routes::reaches_internet;

pub(crate) fn check(group: &View<'_>, findings: &mut Findings<'_>) {
    let mut public = Vec::new();
    for (path, _) in group.all("SubnetIds/*") {
        let Some(subnet) = group.referenced(&path.to_string()) else { continue };
        match reaches_internet(&subnet) {
            Tri::True => public.push((path, subnet.id())),
            Tri::Unknown => findings.undecided(path),
            Tri::False => {}
        }
    }
    let Some((path, subnet)) = public.first() else { return };
    let subnets = if public.len() == 1 { "a public subnet" } else { "public subnets" };
    let message = format!("`{}` places databases in {subnets}", group.name());
    let mut finding = Finding::new(group.id(), path.clone(), message)
        .label("has a route to the internet")
        .related(*subnet, "", "the subnet");
    for (_, subnet) in &public[1..] {
        finding = finding.related(*subnet, "", "another public subnet");
    }
    findings.report(finding);
}

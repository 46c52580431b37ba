//! Machines that ask for a public address.

use trilith_rules::prelude::*;

const PLACES: [&str; 3] = [
    "AssociatePublicIpAddress",
    "NetworkInterfaces/*/AssociatePublicIpAddress",
    "LaunchTemplateData/NetworkInterfaces/*/AssociatePublicIpAddress",
];

pub(crate) fn check(machine: &View<'_>, findings: &mut Findings<'_>) {
    for (path, value) in PLACES.iter().flat_map(|place| machine.all(place)) {
        findings.when(value.is_true(), || {
            let message =
                format!("`{}` gets an address that the internet can reach", machine.name());
            Finding::new(machine.id(), path, message).label("a public address")
        });
    }
}

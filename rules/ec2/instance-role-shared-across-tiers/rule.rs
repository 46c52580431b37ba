//! Machines on the internet with the role of machines that are not.

use trilith_rules::prelude::*;
use trilith_rules::query::routes::reaches_internet;

const PROFILE: &str = "IamInstanceProfile";

pub(crate) fn check(machine: &View<'_>, findings: &mut Findings<'_>) {
    let Some(role) = role_of(machine) else { return };
    let public = Tri::any(subnets(machine).iter().map(reaches_internet));
    if public.is_false() {
        return;
    }
    let others = machine.siblings(machine.resource_type()).into_iter();
    let private = others.filter(|other| role_of(other) == Some(role) && is_private(other));
    for other in private.take(1) {
        findings.when(public.and(other.existence()), || {
            let message = format!(
                "`{}` on the internet shares a role with a private machine",
                machine.name()
            );
            Finding::new(machine.id(), PROFILE, message).label("the same role").related(
                other.id(),
                PROFILE,
                "in a subnet without a route to the internet",
            )
        });
    }
}

/// The role of a machine, or its profile if that is all that can be seen.
fn role_of(machine: &View<'_>) -> Option<ResourceId> {
    let profile = machine.referenced(PROFILE)?;
    Some(profile.referenced("Roles").unwrap_or(profile).id())
}

fn subnets<'a>(machine: &View<'a>) -> Vec<View<'a>> {
    let mut subnets = machine.all_referenced("SubnetId");
    subnets.extend(machine.all_referenced("NetworkInterfaces/*/SubnetId"));
    subnets
}

/// Whether a machine is known to be out of the internet's way.
fn is_private(machine: &View<'_>) -> bool {
    let subnets = subnets(machine);
    let is_seen = |subnet: &View<'_>| {
        !subnet.referrers("AWS::EC2::SubnetRouteTableAssociation").is_empty()
            && reaches_internet(subnet).is_false()
    };
    !subnets.is_empty() && subnets.iter().all(is_seen)
}

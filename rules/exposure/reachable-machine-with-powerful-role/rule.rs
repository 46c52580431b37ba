//! Machines that the internet reaches, and whose role is worth the trouble.

use trilith_rules::prelude::*;
use trilith_rules::query::{exposure::Placement, power};

const PROFILE: &str = "IamInstanceProfile";

pub(crate) fn check(machine: &View<'_>, findings: &mut Findings<'_>) {
    let (answers, severity) = metadata(machine);
    if answers.is_false() {
        return;
    }
    let profile = machine.referenced(PROFILE);
    if profile.is_none() && machine.get(PROFILE).is_unknown() {
        findings.undecided(PROFILE);
    }
    let Some(role) = profile.and_then(|profile| profile.referenced("Roles")) else { return };
    let Some(placement) = Placement::of(machine) else { return };
    let Some(path) =
        placement.paths().into_iter().find(|it| it.opening.ports.exceed(&[]).is_true())
    else {
        return;
    };
    let Some(power) = power::over_everything(&role) else { return };
    findings.when(answers.and(power.truth).and(path.truth), || {
        let message = format!(
            "the internet reaches `{}`, and its credentials {}",
            machine.name(),
            power.what
        );
        Finding::new(machine.id(), PROFILE, message)
            .label("handed out without a token")
            .severity(severity)
            .related(path.subnet, "", "in a subnet with a route to the internet")
            .related(path.group, path.opening.path, "lets everyone in")
            .related(power.resource, power.path, "gives the power")
    });
}

/// Whether metadata is handed out without a token: for certain where that is asked for.
fn metadata(machine: &View<'_>) -> (Tri, Severity) {
    let own = machine.get("MetadataOptions/HttpTokens");
    let off = machine.get("MetadataOptions/HttpEndpoint").is("disabled");
    if !own.is_absent() {
        return (own.is("optional").and(!off), Severity::Critical);
    }
    // A launch template may say it.
    let template = machine.get("LaunchTemplate").is_present();
    ((!template).or(Tri::Unknown).and(!off), Severity::High)
}

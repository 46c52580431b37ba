//! Profiles of IAM Roles Anywhere whose sessions are long, or not limited.

use trilith_rules::prelude::*;

/// The default, in seconds.
const HOUR: i64 = 3600;

pub(crate) fn check(profile: &View<'_>, findings: &mut Findings<'_>) {
    let name = profile.name();
    let duration = profile.get("DurationSeconds");
    if duration.is_unknown() {
        findings.undecided("DurationSeconds");
    }
    if let Some(seconds) = duration.as_int().filter(|seconds| *seconds > HOUR) {
        let message = format!("sessions of `{name}` last for {seconds} seconds");
        let finding = Finding::new(profile.id(), PropertyPath::parse("DurationSeconds"), message);
        findings.report(finding.label("more than an hour"));
    }
    let limits = ["SessionPolicy", "ManagedPolicyArns"];
    let limited = Tri::any(limits.iter().map(|limit| profile.get(limit).is_present()));
    findings.when(!limited, || {
        let message = format!("sessions of `{name}` may do all that its roles may");
        Finding::new(profile.id(), PropertyPath::root(), message)
            .label("no session policy")
            .rests_on(profile.id(), "SessionPolicy")
            .rests_on(profile.id(), "ManagedPolicyArns")
    });
}

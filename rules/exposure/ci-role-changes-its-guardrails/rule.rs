//! Roles of build pipelines that can change what keeps them in bounds.

use trilith_rules::prelude::*;
use trilith_rules::query::workload::{on_anything, on_resource, trusts_service};

/// What a pipeline must not do with its own role.
const OWN: [&str; 7] = [
    "iam:PutRolePolicy",
    "iam:AttachRolePolicy",
    "iam:UpdateAssumeRolePolicy",
    "iam:DeleteRolePermissionsBoundary",
    "iam:PutRolePermissionsBoundary",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
];

/// What records and limits all that is done in an account.
const GUARDRAILS: [(&str, &str); 11] = [
    ("cloudtrail:StopLogging", "arn:aws:cloudtrail:us-east-1:111122223333:trail/trilith-nobodys"),
    ("cloudtrail:DeleteTrail", "arn:aws:cloudtrail:us-east-1:111122223333:trail/trilith-nobodys"),
    (
        "cloudtrail:PutEventSelectors",
        "arn:aws:cloudtrail:us-east-1:111122223333:trail/trilith-nobodys",
    ),
    (
        "config:StopConfigurationRecorder",
        "arn:aws:config:us-east-1:111122223333:configuration-recorder/trilith/nobodys",
    ),
    (
        "config:DeleteConfigurationRecorder",
        "arn:aws:config:us-east-1:111122223333:configuration-recorder/trilith/nobodys",
    ),
    (
        "guardduty:DeleteDetector",
        "arn:aws:guardduty:us-east-1:111122223333:detector/trilith-nobodys",
    ),
    (
        "guardduty:DisassociateFromAdministratorAccount",
        "arn:aws:guardduty:us-east-1:111122223333:detector/trilith-nobodys",
    ),
    ("securityhub:DisableSecurityHub", "arn:aws:securityhub:us-east-1:111122223333:hub/default"),
    (
        "access-analyzer:DeleteAnalyzer",
        "arn:aws:access-analyzer:us-east-1:111122223333:analyzer/trilith-nobodys",
    ),
    (
        "organizations:DetachPolicy",
        "arn:aws:organizations::111122223333:account/o-trilith/444455556666",
    ),
    (
        "organizations:UpdatePolicy",
        "arn:aws:organizations::111122223333:policy/o-trilith/service_control_policy/p-nobodys",
    ),
];

pub(crate) fn check(role: &View<'_>, findings: &mut Findings<'_>) {
    let is_ci = is_pipeline(role);
    if is_ci.is_false() {
        return;
    }
    let own = on_resource(role, &OWN, role.id());
    let (found, what) = match own {
        Some(found) => (Some(found), "change its own permissions"),
        None => (on_anything(role, &GUARDRAILS), "switch off what watches it"),
    };
    let Some(found) = found else { return };
    findings.when(is_ci.and(found.truth), || {
        let message = format!("the pipeline with `{}` can {what}: `{}`", role.name(), found.action);
        if found.resource == role.id() {
            return Finding::new(role.id(), found.path, message).label("allowed to a pipeline");
        }
        let finding = Finding::new(role.id(), "", message).label("the role of a pipeline");
        finding.related(found.resource, found.path, "allowed here")
    });
}

/// Whether builds run with the role: those of GitHub, GitLab and their like, or of `CodeBuild`.
fn is_pipeline(role: &View<'_>) -> Tri {
    if trusts_service(role, "codebuild") {
        return Tri::True;
    }
    let policies = role.trust_policies();
    let trusted = role.trusted_providers(&policies);
    Tri::any(trusted.iter().map(|it| match it.trust.provider {
        Some(
            OidcProvider::GitHub
            | OidcProvider::GitLab
            | OidcProvider::TerraformCloud
            | OidcProvider::CircleCi
            | OidcProvider::Bitbucket
            | OidcProvider::Buildkite,
        ) => it.allows,
        _ => Tri::False,
    }))
}

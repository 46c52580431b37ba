//! Statements that let credentials of every user, cluster or machine be got.

use trilith_rules::prelude::*;

const ACTIONS: [&str; 15] = [
    "codeartifact:GetAuthorizationToken",
    "connect:GetFederationToken",
    "ec2-instance-connect:SendSSHPublicKey",
    "ec2:GetPasswordData",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreateServiceSpecificCredential",
    "iam:ResetServiceSpecificCredential",
    "iam:UpdateLoginProfile",
    "lightsail:GetInstanceAccessDetails",
    "rds-db:connect",
    "redshift-serverless:GetCredentials",
    "redshift:GetClusterCredentials",
    "redshift:GetClusterCredentialsWithIAM",
    "sts:GetFederationToken",
];

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    let message = format!("`{}` can get credentials of anyone", holder.name());
    findings.ask_for_any_of(holder, &ACTIONS, &message, "returns credentials");
}

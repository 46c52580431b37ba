//! Statements that let credentials of every user, cluster or machine be got.

use trilith_rules::prelude::*;

const ACTIONS: [&str; 12] = [
    "codeartifact:GetAuthorizationToken",
    "connect:GetFederationToken",
    "ec2-instance-connect:SendSSHPublicKey",
    "ec2:GetPasswordData",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreateServiceSpecificCredential",
    "iam:ResetServiceSpecificCredential",
    "iam:UpdateLoginProfile",
    "redshift-serverless:GetCredentials",
    "redshift:GetClusterCredentials",
    "redshift:GetClusterCredentialsWithIAM",
];

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    let policies = holder.identity_policies();
    findings.ask(
        &policies,
        |document| document.statements_allowing_any_of(&ACTIONS),
        |asked| {
            let message = format!("`{}` can get credentials of anyone", holder.name());
            asked.finding_on(holder, message, "on every resource").label("returns credentials")
        },
    );
}

//! Statements that let every secret be read.

use trilith_rules::prelude::*;

const ACTIONS: [&str; 7] = [
    "kms:Decrypt",
    "secretsmanager:BatchGetSecretValue",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameter",
    "ssm:GetParameterHistory",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
];

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    let policies = holder.identity_policies();
    findings.ask(
        &policies,
        |document| document.statements_allowing_any_of(&ACTIONS),
        |asked| {
            let message = format!("`{}` can read every secret of a kind", holder.name());
            asked.finding_on(holder, message, "on every resource").label("reads secrets")
        },
    );
}

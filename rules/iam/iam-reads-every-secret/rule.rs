//! Statements that let every secret be read.

use trilith_rules::prelude::*;

const ACTIONS: [&str; 6] = [
    "kms:Decrypt",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameter",
    "ssm:GetParameterHistory",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
];

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    let message = format!("`{}` can read every secret of a kind", holder.name());
    findings.ask_for_any_of(holder, &ACTIONS, &message, "reads secrets");
}

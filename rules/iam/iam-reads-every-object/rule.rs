//! Statements that let all data of a kind be read.

use trilith_rules::prelude::*;

const ACTIONS: [&str; 8] = [
    "dynamodb:BatchGetItem",
    "dynamodb:GetItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "ebs:GetSnapshotBlock",
    "rds-data:ExecuteStatement",
    "s3:GetObject",
    "s3:GetObjectVersion",
];

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    let policies = holder.identity_policies();
    findings.ask(
        &policies,
        |document| document.statements_allowing_any_of(&ACTIONS),
        |asked| {
            let message = format!("`{}` can read all data of a kind", holder.name());
            asked.finding_on(holder, message, "on every resource").label("reads data")
        },
    );
}

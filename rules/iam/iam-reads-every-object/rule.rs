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
    let message = format!("`{}` can read all data of a kind", holder.name());
    findings.ask_for_any_of(holder, &ACTIONS, &message, "reads data");
}

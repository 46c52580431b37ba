//! Statements that allow everything of a sensitive service.

use trilith_rules::prelude::*;

const SENSITIVE: [&str; 12] = [
    "cloudtrail",
    "sts",
    "kms",
    "organizations",
    "s3",
    "secretsmanager",
    "ssm",
    "lambda",
    "ec2",
    "cloudformation",
    "dynamodb",
    "rds",
];

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    let policies = holder.identity_policies();
    for service in SENSITIVE {
        findings.ask_unless(
            &policies,
            |document| {
                let whole = document.statements_allowing_service(service).into_iter();
                let some = whole.map(|(statement, answer)| {
                    (statement, answer.and_then(|| !statement.allows_everything()))
                });
                some.filter(|(_, answer)| !answer.is_false()).collect()
            },
            |_| holder.is_taken_back(&[&format!("{service}:*")]),
            |asked| {
                let message = format!("`{}` allows everything of `{service}`", holder.name());
                asked.finding_on(holder, message, "on every resource").label("every action")
            },
        );
    }
}

//! Bucket policies that give control of the bucket to another account.

use trilith_iam::Account;
use trilith_rules::prelude::*;

const CONTROL: [&str; 5] = [
    "s3:PutBucketPolicy",
    "s3:DeleteBucketPolicy",
    "s3:PutBucketAcl",
    "s3:PutObjectAcl",
    "s3:PutEncryptionConfiguration",
];

pub(crate) fn check(bucket_policy: &View<'_>, findings: &mut Findings<'_>) {
    for policy in &bucket_policy.resource_policies() {
        for statement in &policy.document.statements {
            let granted = CONTROL.map(|action| (action, statement.allows_action(action).truth));
            let Some((action, given)) = granted.iter().max_by_key(|(_, truth)| rank(*truth)) else {
                continue;
            };
            for (principal, account) in statement.trusted_accounts() {
                let foreign = match &account {
                    Account::Id(id) => (!bucket_policy.settings().knows_account(id)).into(),
                    Account::Unknown => Tri::Unknown,
                    Account::Any | Account::Own | Account::Aws(_) => Tri::False,
                };
                let path = policy.path.concat(&principal.path());
                findings.when(given.and(foreign), || {
                    let name = bucket_policy.name();
                    let message = format!("`{name}` lets another account use `{action}`");
                    Finding::new(bucket_policy.id(), path, message)
                        .label("not known as an account of yours")
                });
            }
        }
    }
}

const fn rank(truth: Tri) -> u8 {
    match truth {
        Tri::False => 0,
        Tri::Unknown => 1,
        Tri::True => 2,
    }
}

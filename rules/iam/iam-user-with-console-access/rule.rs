//! Users with a password for the console.

use trilith_rules::prelude::*;

pub(crate) fn check(user: &View<'_>, findings: &mut Findings<'_>) {
    findings.when(user.get("LoginProfile").is_present(), || {
        let message = format!("user `{}` signs in to the console with a password", user.name());
        Finding::new(user.id(), PropertyPath::parse("LoginProfile"), message)
            .label("a password in IAM")
    });
}

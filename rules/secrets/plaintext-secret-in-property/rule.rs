//! A password, token or key that stands in the source, or in a store that does not hide it.

use trilith_rules::prelude::*;
use trilith_rules::query::secrets::{secret_values, secrets_stored_in_clear};

pub(crate) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (path, plaintext) in secret_values(view) {
        findings.when(plaintext, || {
            let message =
                format!("`{}` of `{}` is written in plain text", path.generic(), view.name());
            Finding::new(view.id(), path, message)
                .label("readable for everyone who reads this file")
        });
    }
    for (path, parameter) in secrets_stored_in_clear(view) {
        findings.when(Tri::True, || {
            let message =
                format!("`{}` of `{}` is stored unencrypted", path.generic(), view.name());
            Finding::new(view.id(), "", message)
                .severity(Severity::High)
                .related(
                    view.id(),
                    path,
                    format!("`{parameter}` of Parameter Store is read in plain text"),
                )
                .help("keep the secret in Secrets Manager, or as a SecureString for `ssm-secure`")
        });
    }
}

//! A password, token or key that stands in the source.

use trilith_rules::prelude::*;
use trilith_rules::query::secrets::secret_values;

pub(crate) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (path, plaintext) in secret_values(view) {
        findings.when(plaintext, || {
            let message =
                format!("`{}` of `{}` is written in plain text", path.generic(), view.name());
            Finding::new(view.id(), path, message)
                .label("readable for everyone who reads this file")
        });
    }
}

//! Secrets that are kept as plain parameters.

use trilith_rules::prelude::*;
use trilith_rules::query::secrets::is_secret_name;

pub(crate) fn check(parameter: &View<'_>, findings: &mut Findings<'_>) {
    let name = parameter.get("Name").display_text();
    let name = name.as_deref().unwrap_or(parameter.name());
    // The last part of a path says what it is; an ARN says where the secret is.
    let last = name.rsplit('/').next().unwrap_or(name);
    let is_pointer = parameter.get("Value").starts_with("arn:");
    if is_secret_name(last) && !is_pointer.is_true() {
        let plain = parameter.get("Type").is_one_of(&["String", "StringList"]);
        findings.when(plain, || {
            let message = format!("parameter `{}` keeps a secret as plain text", parameter.name());
            Finding::new(parameter.id(), "Type", message).label("not encrypted")
        });
    }
}

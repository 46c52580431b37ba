//! Credentials that the metadata of a resource shows, although the template does not.

use trilith_rules::prelude::*;

/// What the section holds of a credential that is secret.
const SECRETS: [&str; 2] = ["password", "secretKey"];

pub(crate) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let metadata = view.resource().attributes.get("Metadata");
    let sources = metadata.get("AWS::CloudFormation::Authentication").entries().iter();
    let shown = sources.filter(|entry| SECRETS.iter().any(|name| is_shown(entry.value.get(name))));
    let names: Vec<String> = shown.map(|entry| format!("`{}`", entry.key)).collect();
    if names.is_empty() {
        return;
    }
    findings.when(Tri::True, || {
        let message =
            format!("the metadata of `{}` shows the secret of {}", view.name(), names.join(", "));
        Finding::new(view.id(), "", message).label("readable with `DescribeStackResource`")
    });
}

/// Whether CloudFormation puts a secret in the place of the value that is to be read there: a
/// parameter, an import, a key that the stack makes. What is written literally is a leak of
/// another kind, and a dynamic reference stays one.
fn is_shown(value: &Value) -> bool {
    match value.unknown_reason() {
        Some(reason) => {
            matches!(reason, Reason::NoDefault(_) | Reason::Import(_) | Reason::Undeclared(_))
        }
        None => value.as_reference().is_some(),
    }
}

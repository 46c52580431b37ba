//! Credentials that the metadata of a resource shows, although the template does not.

use trilith_rules::prelude::*;

/// What the section holds of a credential that is secret.
const SECRETS: [&str; 2] = ["password", "secretKey"];

/// Where the section stands.
const SECTION: [&str; 2] = ["Metadata", "AWS::CloudFormation::Authentication"];

pub(crate) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let section = SECTION.iter().fold(&view.resource().attributes, |value, name| value.get(name));
    let path = SECTION.iter().fold(PropertyPath::root(), |path, name| path.join(*name));
    for entry in section.entries() {
        let shown = SECRETS.iter().filter(|name| is_shown(entry.value.get(name)));
        for name in shown {
            findings.when(Tri::True, || {
                let message = format!(
                    "the metadata of `{}` shows the `{name}` of `{}`",
                    view.name(),
                    entry.key
                );
                let path = path.join(&*entry.key).join(*name);
                Finding::new(view.id(), path, message)
                    .label("readable with `DescribeStackResource`")
            });
        }
    }
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

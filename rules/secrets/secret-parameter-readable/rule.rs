//! Parameters and variables that take a secret and do not hide it.

use trilith_rules::prelude::*;
use trilith_rules::query::secrets::{is_secret_parameter_name, secret_uses};

pub(crate) fn check(parameter: &View<'_>, findings: &mut Findings<'_>) {
    let shown = !parameter.get("NoEcho").is_true();
    if shown.is_false() || !takes_text(parameter) {
        return;
    }
    let uses = secret_uses(parameter);
    if uses.is_empty() && !is_secret_parameter_name(parameter.name()) {
        return;
    }
    findings.when(shown, || {
        let what = if parameter.is_terraform() { "variable" } else { "parameter" };
        let message = format!("{what} `{}` takes a secret and shows it", parameter.name());
        let finding = Finding::new(parameter.id(), "NoEcho", message)
            .label("who may read the stack or plan sees this secret");
        uses.iter().take(MOST_USES).fold(finding, |finding, (user, path)| {
            finding.related(*user, path.clone(), "it is used as a secret here")
        })
    });
}

/// Uses that are shown.
const MOST_USES: usize = 3;

/// Whether the value itself is passed, not where it is kept.
fn takes_text(parameter: &View<'_>) -> bool {
    let kind = parameter.get("Type");
    let is_text = kind
        .as_str()
        .is_none_or(|kind| kind.eq_ignore_ascii_case("string") || kind.eq_ignore_ascii_case("any"));
    let default = parameter.get("Default");
    // A dynamic reference is read when the stack is made.
    let is_read = matches!(
        default.unknown_reason(),
        Some(Reason::Secret(_) | Reason::SsmParameter(_) | Reason::Import(_))
    );
    let text = default.as_str().unwrap_or_default();
    let is_pointer = ["arn:", "/", "{{resolve:"].iter().any(|start| text.starts_with(start));
    is_text && !is_read && !is_pointer
}

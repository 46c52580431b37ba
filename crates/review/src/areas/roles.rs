//! What roles are for, as far as their names and tags tell, and who may take them.

use trilith_graph::{Finding, Tri, Value, ValueKind};
use trilith_rules::query::power;
use trilith_rules::{Findings, View};

/// Words that name a role for emergencies.
pub(super) const EMERGENCY: [&str; 3] = ["breakglass", "emergency", "firecall"];
/// Words that name a role for those who respond to incidents.
pub(super) const RESPONSE: [&str; 5] =
    ["incidentresponse", "incidentresponder", "securityresponse", "forensic", "irrole"];

/// Whether a name, a path or a tag of a resource holds one of some words. Only letters and
/// digits count: `Break-Glass` is `breakglass`.
pub(super) fn is_called(view: &View<'_>, words: &[&str]) -> bool {
    let properties = ["RoleName", "Path", "Description", "BucketName", "GroupName", "Name"];
    let mut texts: Vec<String> =
        properties.iter().filter_map(|name| view.get(name).display_text()).collect();
    texts.push(view.name().to_owned());
    for tag in view.get("Tags").items() {
        texts.extend(tag.get("Key").display_text());
        texts.extend(tag.get("Value").display_text());
    }
    texts.iter().any(|text| {
        let plain: String =
            text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        words.iter().any(|word| plain.contains(word))
    })
}

/// Whether people must show a second factor to take a role.
pub(super) fn asks_for_second_factor(role: &View<'_>) -> Tri {
    let policies = role.trust_policies();
    let mut asked = Tri::False;
    for statement in policies.iter().flat_map(|policy| &policy.document.statements) {
        let allows = statement.allows_assuming().truth;
        if allows.is_false() {
            continue;
        }
        let asks = statement.requires_mfa().truth;
        // One way in without it is enough to do without it.
        if asks.is_false() && allows.is_true() {
            return Tri::False;
        }
        asked = asked.or(asks);
    }
    asked
}

/// Whether a role is powerful, and people may take it without a second factor.
fn is_loose(role: &View<'_>) -> Tri {
    let power = power::over_everything(role).map_or(Tri::False, |power| power.truth);
    power.and(!asks_for_second_factor(role))
}

/// Reports a role that is called by one of some words, powerful, and taken without a second factor.
pub(super) fn report_loose(role: &View<'_>, words: &[&str], findings: &mut Findings<'_>) {
    if !is_called(role, words) {
        return;
    }
    findings.when(is_loose(role), || {
        let message = format!("`{}` opens everything to a stolen password", role.name());
        Finding::new(role.id(), "AssumeRolePolicyDocument", message)
            .label("no second factor is asked for")
    });
}

/// Whether a list has a text that contains `part`.
pub(super) fn any_contains(list: &Value, part: &str) -> Tri {
    Tri::any(list.items().iter().map(|item| contains(item, part)))
}

/// Whether a text contains `part`, whatever the case.
pub(super) fn contains(value: &Value, part: &str) -> Tri {
    match &value.kind {
        ValueKind::Unknown(_) | ValueKind::OneOf(_) => Tri::Unknown,
        ValueKind::Template(_) | ValueKind::Reference(_) => {
            let text = value.display_text().unwrap_or_default().to_ascii_lowercase();
            if text.contains(part) { Tri::True } else { Tri::Unknown }
        }
        _ => {
            let text = value.display_text().unwrap_or_default().to_ascii_lowercase();
            text.contains(part).into()
        }
    }
}

//! Access keys that last, and whose secret is written down.

use trilith_graph::{Edge, Resource};
use trilith_rules::prelude::*;
use trilith_rules::query::power;

pub(crate) fn check(key: &View<'_>, findings: &mut Findings<'_>) {
    let name = key.name();
    let is_encrypted = key.get("PgpKey").is_present().is_true();
    let (secret, label) = match (is_encrypted, key.is_terraform()) {
        (true, _) => {
            ("the state holds its secret, encrypted", "its secret is written down encrypted")
        }
        (false, true) => ("the state holds its secret", "its secret is written down"),
        (false, false) => ("the stack gives out its secret", "its secret is written down"),
    };
    let message = format!("access key `{name}` never expires, and {secret}");
    let finding = Finding::new(key.id(), PropertyPath::root(), message)
        .label(label)
        .rests_on(key.id(), "Status");
    let user = key.referenced("UserName");
    let power = user.and_then(|user| power::over_everything(&user));
    let power = power.filter(|power| power.truth.is_true());
    // Terraform leaves `secret` empty where a key for the encryption is given.
    let printed = if is_encrypted { None } else { printed(key) };
    let severity = match (&power, &printed) {
        (None, None) if is_encrypted => Severity::Medium,
        (None, None) => Severity::High,
        _ => Severity::Critical,
    };
    findings.when(!key.get("Status").is("Inactive"), || {
        let mut finding = finding.severity(severity);
        if let Some(power) = power {
            let remark = format!("its user can {}", power.what);
            finding = finding.related(power.resource, power.path, remark);
        }
        match printed {
            Some((edge, output)) => {
                finding.related(output.id(), edge.path.clone(), "prints its secret")
            }
            None => finding,
        }
    });
}

/// An output that prints the secret; one that says that it is sensitive does not.
fn printed<'a>(key: &View<'a>) -> Option<(&'a Edge, View<'a>)> {
    let outputs = key.referrers(Resource::OUTPUT).into_iter();
    let mut secret = outputs.filter(|(edge, output)| {
        let attribute = edge.attribute.to_ascii_lowercase();
        let is_secret = attribute.contains("secret") || attribute.contains("password");
        is_secret
            && !attribute.contains("encrypted")
            && !output.get("sensitive").is_true().is_true()
    });
    secret.next()
}

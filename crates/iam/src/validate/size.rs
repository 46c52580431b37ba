//! How long a policy may be.

use trilith_graph::{Part, Value, ValueKind};

use super::Checker;
use crate::{PolicyKind, Site};

/// The most characters of a policy of a kind, where AWS gives one number for all: IAM User Guide,
/// "IAM and AWS STS quotas", Organizations User Guide, "Quotas", and those of the services.
const fn most(kind: PolicyKind) -> Option<(usize, &'static str)> {
    Some(match kind {
        PolicyKind::Identity | PolicyKind::Boundary => {
            (6_144, "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA")
        }
        PolicyKind::Trust => (4_096, "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA"),
        PolicyKind::Scp => (5_120, "POLICY_SIZE_EXCEEDS_SCP_QUOTA"),
        PolicyKind::Rcp => (5_120, "POLICY_SIZE_EXCEEDS_RCP_QUOTA"),
        PolicyKind::Resource(service) => match service.as_bytes() {
            b"s3" => (20_480, "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA"),
            b"sns" => (30_720, "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA"),
            b"kms" => (32_768, "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA"),
            b"secretsmanager" => (20_480, "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA"),
            _ => return None,
        },
        _ => return None,
    })
}

impl Checker<'_, '_> {
    pub(super) fn size(&mut self) {
        let Some((most, code)) = most(self.kind) else { return };
        let size = size(self.document.value);
        if size > most {
            let message = format!(
                "the policy has {size} characters without white space, and AWS takes {most}"
            );
            if matches!(self.kind, PolicyKind::Identity) {
                // Inline policies of a role may have more, all together.
                self.warning(code, Site::DOCUMENT, message);
            } else {
                self.error(code, Site::DOCUMENT, message);
            }
        }
    }
}

/// The length of a value as JSON without white space; what is not known counts nothing.
fn size(value: &Value) -> usize {
    match &value.kind {
        ValueKind::Map(map) => {
            let entries = map.entries();
            let inner: usize = entries.iter().map(|it| it.key.len() + 3 + size(&it.value)).sum();
            inner + entries.len().saturating_sub(1) + 2
        }
        ValueKind::List(items) => {
            items.iter().map(size).sum::<usize>() + items.len().saturating_sub(1) + 2
        }
        ValueKind::String(text) => text.chars().count() + 2,
        ValueKind::Template(parts) => {
            let known = parts.iter().map(|part| match part {
                Part::Text(text) => text.chars().count(),
                Part::Hole(_) => 0,
            });
            known.sum::<usize>() + 2
        }
        ValueKind::Bool(true) | ValueKind::Null => 4,
        ValueKind::Bool(false) => 5,
        ValueKind::Int(number) => number.to_string().len(),
        ValueKind::Float(number) => number.to_string().len(),
        _ => 0,
    }
}

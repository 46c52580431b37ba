//! Requests: what a policy is asked about.

use std::collections::BTreeMap;
use std::fmt;

use crate::principal::PrincipalKind;

/// One request to AWS, as far as policies see it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// What is done: `s3:GetObject`. Case does not matter.
    pub action: String,
    /// The ARN of what it is done to; `*` for actions that are about no resource.
    pub resource: String,
    /// Who does it; `None` if the policy is that of whoever asks.
    pub principal: Option<Caller>,
    /// The condition keys of the request, in lower case. A key without values counts as
    /// absent.
    pub context: BTreeMap<String, Vec<String>>,
}

/// Who makes a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// What kind of principal; [`PrincipalKind::Anyone`] for an anonymous one.
    pub kind: PrincipalKind,
    /// An ARN, a service such as `s3.amazonaws.com`, a provider; empty if anonymous.
    pub name: String,
}

impl Caller {
    /// An anonymous caller.
    pub const fn anonymous() -> Self {
        Self { kind: PrincipalKind::Anyone, name: String::new() }
    }

    /// From the form that the decision procedure uses.
    pub(crate) fn from_text(text: &str) -> Self {
        let kinds = [
            ("AWS ", PrincipalKind::Aws),
            ("Service ", PrincipalKind::Service),
            ("Federated ", PrincipalKind::Federated),
            ("CanonicalUser ", PrincipalKind::CanonicalUser),
        ];
        let found = kinds
            .iter()
            .find_map(|(prefix, kind)| text.strip_prefix(prefix).map(|name| (*kind, name)));
        found.map_or_else(Self::anonymous, |(kind, name)| Self { kind, name: name.to_owned() })
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            PrincipalKind::Anyone => f.write_str("an anonymous caller"),
            _ => f.write_str(&self.name),
        }
    }
}

impl Request {
    /// A request without context, for the holder of an identity policy.
    pub fn new(action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self { action: action.into(), resource: resource.into(), ..Self::default() }
    }

    /// The same by someone.
    #[must_use]
    pub fn by(mut self, kind: PrincipalKind, name: impl Into<String>) -> Self {
        self.principal = Some(Caller { kind, name: name.into() });
        self
    }

    /// The same with a condition key.
    #[must_use]
    pub fn with(mut self, key: &str, values: &[&str]) -> Self {
        let values = values.iter().map(ToString::to_string).collect();
        self.context.insert(key.to_ascii_lowercase(), values);
        self
    }

    /// The values of a key, given in lower case; `None` if the request does not have it.
    pub fn values(&self, key: &str) -> Option<&[String]> {
        self.context.get(key).map(Vec::as_slice).filter(|values| !values.is_empty())
    }
}

/// `s3:GetObject on arn:aws:s3:::b/k by x when aws:username = y`.
impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.action, self.resource)?;
        if let Some(caller) = &self.principal {
            write!(f, " by {caller}")?;
        }
        for (index, (key, values)) in self.context.iter().enumerate() {
            let lead = if index == 0 { "when" } else { "and" };
            write!(f, " {lead} {key} = {}", values.join(", "))?;
        }
        Ok(())
    }
}

//! What a policy is attached to.

use std::fmt;

/// What a policy is attached to, which decides what its elements mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyKind {
    /// Attached to a user, group, role or permission set: grants to that principal.
    Identity,
    /// Who may assume a role.
    Trust,
    /// Attached to a resource of the service with this prefix: grants to the principals it
    /// names.
    Resource(&'static str),
    /// Of a VPC endpoint: limits what passes through it, and grants nothing by itself.
    Endpoint,
    /// Limits a session of a role.
    Session,
    /// The most that the identity policies of a principal can grant.
    Boundary,
    /// Service control policy of an organization.
    Scp,
    /// Resource control policy of an organization.
    Rcp,
    /// For devices: actions and resources of the service `iot` only.
    Iot,
}

impl PolicyKind {
    /// Whether its statements name principals.
    pub const fn names_principals(self) -> bool {
        matches!(self, Self::Trust | Self::Resource(_) | Self::Endpoint | Self::Rcp)
    }

    /// Whether it grants anything by itself; the others only limit what others grant.
    pub const fn grants(self) -> bool {
        matches!(self, Self::Identity | Self::Trust | Self::Resource(_) | Self::Iot)
    }
}

impl fmt::Display for PolicyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identity => "identity policy",
            Self::Trust => "trust policy",
            Self::Resource(service) => return write!(f, "{service} resource policy"),
            Self::Endpoint => "endpoint policy",
            Self::Session => "session policy",
            Self::Boundary => "permissions boundary",
            Self::Scp => "service control policy",
            Self::Rcp => "resource control policy",
            Self::Iot => "IoT policy",
        })
    }
}

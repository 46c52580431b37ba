//! What holds data: how it is encrypted, who can reach it, where it logs, what its tags say.

use trilith_graph::{Tri, Value};
use trilith_rules::View;
use trilith_rules::query::tags;

/// The types of resources that hold data.
pub(crate) const TYPES: [&str; 27] = [
    "AWS::Backup::BackupVault",
    "AWS::DAX::Cluster",
    "AWS::DocDB::DBCluster",
    "AWS::DynamoDB::GlobalTable",
    "AWS::DynamoDB::Table",
    "AWS::EC2::Volume",
    "AWS::ECR::Repository",
    "AWS::EFS::FileSystem",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::Elasticsearch::Domain",
    "AWS::FSx::FileSystem",
    "AWS::Kinesis::Stream",
    "AWS::Logs::LogGroup",
    "AWS::MSK::Cluster",
    "AWS::MemoryDB::Cluster",
    "AWS::Neptune::DBCluster",
    "AWS::OpenSearchService::Domain",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::Redshift::Cluster",
    "AWS::RedshiftServerless::Namespace",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::SSM::Parameter",
    "AWS::SecretsManager::Secret",
    "AWS::Timestream::Database",
];

/// Tags that name who answers for a resource.
const OWNER_TAGS: [&str; 8] =
    ["owner", "team", "owned-by", "owner-email", "contact", "maintainer", "squad", "cost-center"];

/// Tags that name the application that a resource is a part of.
const APPLICATION_TAGS: [&str; 8] = [
    "application",
    "app",
    "application-name",
    "app-name",
    "aws-application",
    "workload",
    "service",
    "project",
];

/// How a store is encrypted at rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encryption {
    /// With a key of the customer.
    OwnKey,
    /// It is switched on.
    On,
    /// Nothing is said, and the service encrypts by itself.
    Default,
    /// It is not.
    Off,
    /// Cannot be told.
    Unknown,
}

impl Encryption {
    /// Its name in reports.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::OwnKey => "own key",
            Self::On => "on",
            Self::Default => "by default",
            Self::Off => "off",
            Self::Unknown => "unknown",
        }
    }
}

/// Where the encryption of a type is said.
struct Facts {
    /// The property that switches it on; empty if nothing does.
    switch: &'static str,
    /// The property that names the key.
    key: &'static str,
    /// Whether the service encrypts where nothing is said.
    by_default: bool,
}

/// Sources of the defaults: the table of defaults in the documentation of each service, as the
/// rules on encryption cite them.
fn facts(kind: &str) -> Option<Facts> {
    let facts = |switch, key, by_default| Some(Facts { switch, key, by_default });
    match kind {
        "AWS::Backup::BackupVault" => facts("", "EncryptionKeyArn", true),
        "AWS::DAX::Cluster" => facts("SSESpecification/SSEEnabled", "", false),
        "AWS::DocDB::DBCluster" | "AWS::Neptune::DBCluster" => {
            facts("StorageEncrypted", "KmsKeyId", false)
        }
        "AWS::RDS::DBCluster" | "AWS::RDS::DBInstance" => {
            facts("StorageEncrypted", "KmsKeyId", false)
        }
        "AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable" => {
            facts("", "SSESpecification/KMSMasterKeyId", true)
        }
        "AWS::EC2::Volume" => facts("Encrypted", "KmsKeyId", false),
        "AWS::ECR::Repository" => facts("", "EncryptionConfiguration/KmsKey", true),
        "AWS::EFS::FileSystem" => facts("Encrypted", "KmsKeyId", false),
        "AWS::ElastiCache::ReplicationGroup" => facts("AtRestEncryptionEnabled", "KmsKeyId", false),
        "AWS::Elasticsearch::Domain" | "AWS::OpenSearchService::Domain" => {
            facts("EncryptionAtRestOptions/Enabled", "EncryptionAtRestOptions/KmsKeyId", false)
        }
        "AWS::FSx::FileSystem" => facts("", "KmsKeyId", true),
        "AWS::Kinesis::Stream" => {
            facts("StreamEncryption/EncryptionType", "StreamEncryption/KeyId", false)
        }
        "AWS::Logs::LogGroup" => facts("", "KmsKeyId", true),
        "AWS::MSK::Cluster" => {
            facts("", "EncryptionInfo/EncryptionAtRest/DataVolumeKMSKeyId", true)
        }
        "AWS::MemoryDB::Cluster" => facts("", "KmsKeyId", true),
        "AWS::Redshift::Cluster" => facts("", "KmsKeyId", true),
        "AWS::RedshiftServerless::Namespace" => facts("", "KmsKeyId", true),
        "AWS::S3::Bucket" => facts("", BUCKET_KEY, true),
        "AWS::SNS::Topic" => facts("KmsMasterKeyId", "KmsMasterKeyId", false),
        "AWS::SQS::Queue" => facts("", "KmsMasterKeyId", true),
        "AWS::SecretsManager::Secret" => facts("", "KmsKeyId", true),
        "AWS::Timestream::Database" => facts("", "KmsKeyId", true),
        _ => None,
    }
}

const BUCKET_KEY: &str = "BucketEncryption/ServerSideEncryptionConfiguration/0\
                          /ServerSideEncryptionByDefault/KMSMasterKeyID";

/// Properties by which a service that encrypts by itself is told not to.
const SWITCHED_OFF: [&str; 2] = ["Encrypted", "SqsManagedSseEnabled"];

/// How a store is encrypted, and the property that says so; `None` for what is no store, or
/// holds nothing that is secret.
pub(crate) fn encryption(view: &View<'_>) -> Option<(Encryption, &'static str)> {
    if view.resource_type() == "AWS::SSM::Parameter" {
        let secure = view.get("Type").is("SecureString");
        return secure.is_true().then_some((Encryption::On, "Type"));
    }
    let Facts { switch, key, by_default } = facts(view.resource_type())?;
    let key_given = if key.is_empty() { Tri::False } else { names_own_key(view.get(key)) };
    if by_default {
        let off = Tri::any(SWITCHED_OFF.iter().map(|path| view.get(path).is_false()));
        return Some(match (key_given, off) {
            (Tri::True, _) => (Encryption::OwnKey, key),
            (_, Tri::True) if view.resource_type() != "AWS::Redshift::Cluster" => {
                (Encryption::Off, SWITCHED_OFF[1])
            }
            (_, Tri::True) => (Encryption::Off, SWITCHED_OFF[0]),
            (Tri::False, Tri::False) => (Encryption::Default, key),
            // With this key or with another: encrypted it is.
            (Tri::Unknown, Tri::False) => (Encryption::On, key),
            (_, Tri::Unknown) => (Encryption::Unknown, key),
        });
    }
    Some(match is_on(view, switch) {
        Tri::True if key_given.is_true() => (Encryption::OwnKey, key),
        Tri::True => (Encryption::On, switch),
        Tri::Unknown => (Encryption::Unknown, switch),
        Tri::False if is_decided_elsewhere(view) => (Encryption::Unknown, switch),
        Tri::False => (Encryption::Off, switch),
    })
}

fn is_on(view: &View<'_>, switch: &str) -> Tri {
    let value = view.get(switch);
    match switch {
        "StreamEncryption/EncryptionType" => value.is("KMS"),
        "KmsMasterKeyId" => value.is_present(),
        _ => value.is_true(),
    }
}

/// Whether a store takes its encryption from another resource: an instance from its cluster, a
/// copy from what it is a copy of.
fn is_decided_elsewhere(view: &View<'_>) -> bool {
    let sources = [
        "DBClusterIdentifier",
        "DBClusterSnapshotIdentifier",
        "DBSnapshotIdentifier",
        "ReplicationSourceIdentifier",
        "SnapshotId",
        "SnapshotIdentifier",
        "SourceDBClusterIdentifier",
        "SourceDBInstanceIdentifier",
    ];
    sources.iter().any(|path| !view.get(path).is_present().is_false())
}

/// Whether a key is one of the customer's and not the one that a service keeps for everybody.
fn names_own_key(key: &Value) -> Tri {
    // What refers to a key of the same root is one of the customer's.
    if key.as_reference().is_some() {
        return Tri::True;
    }
    key.is_present().and(!key.starts_with("alias/aws/"))
}

/// Whether a store is encrypted with a key of the customer.
pub(crate) fn has_own_key(view: &View<'_>) -> Tri {
    match encryption(view) {
        Some((Encryption::OwnKey, _)) => Tri::True,
        Some((Encryption::Unknown, _)) => Tri::Unknown,
        _ => Tri::False,
    }
}

/// Whether a store says of itself that strangers can reach it, or its policy does.
pub(crate) fn is_public(view: &View<'_>) -> Tri {
    let flagged = view.get("PubliclyAccessible").is_true();
    let acl = view.get("AccessControl").is_one_of(&["PublicRead", "PublicReadWrite"]);
    let holders = std::iter::once(view.beside(view.id())).chain(view.attachments());
    let by_policy = Tri::any(holders.map(|holder| {
        let policies = holder.resource_policies();
        Tri::any(policies.iter().map(|policy| policy.document.is_public().truth))
    }));
    let block = view.get("PublicAccessBlockConfiguration");
    let closed = block.get("RestrictPublicBuckets").is_true();
    flagged.or(acl).or(by_policy.and(!closed))
}

/// Whether a store is known to be closed: it says so itself.
pub(crate) fn is_closed(view: &View<'_>) -> Tri {
    let block = view.get("PublicAccessBlockConfiguration");
    let flags =
        ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];
    let blocked = Tri::all(flags.iter().map(|flag| block.get(flag).is_true()));
    let private = view.get("PubliclyAccessible").is_false();
    let inside = view.get("VPCOptions/SubnetIds").is_present();
    blocked.or(private).or(inside)
}

/// The tag that tells how sensitive a store's data is; the error tells whether there may be one.
pub(crate) fn classification<'v>(view: &'v View<'_>) -> Result<&'v Value, Tri> {
    let declared = view.settings().classification_tag.as_deref();
    tag(view, |key| match declared {
        Some(declared) => key == declared,
        None => tags::CLASSIFICATION.iter().any(|known| tags::is_like(key, known)),
    })
}

/// The value of a tag for which `is_meant`.
pub(crate) fn tag<'v>(
    view: &'v View<'_>,
    is_meant: impl Fn(&str) -> bool,
) -> Result<&'v Value, Tri> {
    tags::find(view.get(tags::property(view)), is_meant).map(|(_, value)| value)
}

/// Who answers for a resource, as its tags say.
pub(crate) fn owner(view: &View<'_>) -> Option<String> {
    first_tag(view, &OWNER_TAGS)
}

/// The application that a resource is a part of, as its tags say.
pub(crate) fn application(view: &View<'_>) -> Option<String> {
    first_tag(view, &APPLICATION_TAGS)
}

fn first_tag(view: &View<'_>, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| {
        tag(view, |name| tags::is_like(name, key)).ok().and_then(Value::display_text)
    })
}

/// Whether a resource has a tag at all; unknown if that cannot be seen.
pub(crate) fn has_tags(view: &View<'_>) -> Tri {
    tags::hold(view.get(tags::property(view)), |_| true)
}

/// Where a store logs who reads it, as far as that is written in it.
pub(crate) fn log_destination(view: &View<'_>) -> Option<String> {
    const PLACES: [&str; 5] = [
        "LoggingConfiguration/DestinationBucketName",
        "LoggingProperties/BucketName",
        "EnableCloudwatchLogsExports",
        "LogPublishingOptions",
        "LoggingInfo/BrokerLogs",
    ];
    let (path, value) = PLACES.iter().map(|path| (*path, view.get(path))).find(|(_, value)| {
        !value.is_present().is_false() && (value.items().len() != 1 || !value.items().is_empty())
    })?;
    if let Some(other) = view.referenced(path) {
        return Some(other.name().to_owned());
    }
    Some(match path {
        "EnableCloudwatchLogsExports" => {
            let kinds: Vec<String> = value.items().iter().filter_map(Value::display_text).collect();
            format!("CloudWatch Logs ({})", kinds.join(", "))
        }
        "LogPublishingOptions" => "CloudWatch Logs".to_owned(),
        _ => value.display_text().unwrap_or_else(|| "unknown".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encryption_of_every_store_is_known() {
        for kind in TYPES.iter().filter(|kind| **kind != "AWS::SSM::Parameter") {
            assert!(facts(kind).is_some(), "{kind}");
        }
    }
}

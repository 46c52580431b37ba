//! Properties that take the name of a resource, so that a literal name says the same as a
//! reference.
//!
//! Types and properties are those of the CloudFormation registry.

/// A property whose text may be the name of a resource of the root.
#[derive(Debug)]
pub(super) struct Mention {
    /// The type that holds the property.
    resource_type: &'static str,
    /// The property; `*` stands for every element of a list.
    pub(super) path: &'static str,
    /// The types that are named.
    pub(super) targets: &'static [&'static str],
}

/// The rows for a type that holds such a property.
pub(super) fn of_type(resource_type: &str) -> impl Iterator<Item = &'static Mention> {
    MENTIONS.iter().filter(move |row| row.resource_type == resource_type)
}

const fn bucket(resource_type: &'static str, path: &'static str) -> Mention {
    Mention { resource_type, path, targets: &["AWS::S3::Bucket"] }
}

/// Where logs go: buckets that take them are judged by what they keep.
static MENTIONS: &[Mention] = &[
    bucket("AWS::CloudTrail::Trail", "S3BucketName"),
    bucket("AWS::Config::DeliveryChannel", "S3BucketName"),
    bucket("AWS::ElasticLoadBalancing::LoadBalancer", "AccessLoggingPolicy/S3BucketName"),
    bucket("AWS::ElasticLoadBalancingV2::LoadBalancer", "LoadBalancerAttributes/*/Value"),
    bucket("AWS::Redshift::Cluster", "LoggingProperties/BucketName"),
    bucket("AWS::S3::Bucket", "LoggingConfiguration/DestinationBucketName"),
];

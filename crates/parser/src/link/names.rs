//! Resources by address and by name.

use rustc_hash::{FxBuildHasher, FxHashMap as HashMap};
use std::sync::Arc;

use trilith_graph::{Part, Reason, Resource, ResourceId, Value, ValueKind};

/// The property that names a resource of a type, where another resource may refer to it by that.
const NAME_PROPERTIES: [(&str, &str); 47] = [
    ("AWS::ApiGateway::ApiKey", "Name"),
    ("AWS::AutoScaling::AutoScalingGroup", "AutoScalingGroupName"),
    ("AWS::Backup::BackupVault", "BackupVaultName"),
    ("AWS::CodeArtifact::Domain", "DomainName"),
    ("AWS::CodeArtifact::Repository", "RepositoryName"),
    ("AWS::DocDB::DBCluster", "DBClusterIdentifier"),
    ("AWS::DynamoDB::Table", "TableName"),
    ("AWS::EC2::SecurityGroup", "GroupName"),
    ("AWS::ECR::Repository", "RepositoryName"),
    ("AWS::ECS::Cluster", "ClusterName"),
    ("AWS::EKS::Cluster", "Name"),
    ("AWS::EMR::SecurityConfiguration", "Name"),
    ("AWS::ElastiCache::ParameterGroup", "CacheParameterGroupName"),
    ("AWS::ElastiCache::SubnetGroup", "CacheSubnetGroupName"),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "Name"),
    ("AWS::Elasticsearch::Domain", "DomainName"),
    ("AWS::Events::EventBus", "Name"),
    ("AWS::Glue::SecurityConfiguration", "Name"),
    ("AWS::IAM::Group", "GroupName"),
    ("AWS::IAM::InstanceProfile", "InstanceProfileName"),
    ("AWS::IAM::ManagedPolicy", "ManagedPolicyName"),
    ("AWS::IAM::Role", "RoleName"),
    ("AWS::IAM::User", "UserName"),
    ("AWS::Kinesis::Stream", "Name"),
    ("AWS::Lambda::Function", "FunctionName"),
    ("AWS::Lambda::LayerVersion", "LayerName"),
    ("AWS::Logs::LogGroup", "LogGroupName"),
    ("AWS::MSK::Cluster", "ClusterName"),
    ("AWS::Neptune::DBCluster", "DBClusterIdentifier"),
    ("AWS::NetworkFirewall::Firewall", "FirewallName"),
    ("AWS::OpenSearchService::Domain", "DomainName"),
    ("AWS::RDS::DBCluster", "DBClusterIdentifier"),
    ("AWS::RDS::DBClusterParameterGroup", "DBClusterParameterGroupName"),
    ("AWS::RDS::DBInstance", "DBInstanceIdentifier"),
    ("AWS::RDS::DBParameterGroup", "DBParameterGroupName"),
    ("AWS::RDS::DBSubnetGroup", "DBSubnetGroupName"),
    ("AWS::RDS::OptionGroup", "OptionGroupName"),
    ("AWS::Redshift::Cluster", "ClusterIdentifier"),
    ("AWS::Redshift::ClusterParameterGroup", "ParameterGroupName"),
    ("AWS::S3::Bucket", "BucketName"),
    ("AWS::SNS::Topic", "TopicName"),
    ("AWS::SQS::Queue", "QueueName"),
    ("AWS::SSO::PermissionSet", "Name"),
    ("AWS::SecretsManager::Secret", "Name"),
    ("AWS::Serverless::Function", "FunctionName"),
    ("AWS::StepFunctions::StateMachine", "StateMachineName"),
    ("AWS::WAFv2::WebACL", "Name"),
];

/// Resources that share a name, of which one is taken as meant by it.
const MAX_SAME_NAME: usize = 8;

/// An index of the resources of a root.
pub(super) struct Names<'r> {
    resources: &'r [Resource],
    by_address: HashMap<&'r str, ResourceId>,
    /// By type and name. Alternatives under different conditions may share a name.
    by_name: HashMap<(&'static str, Arc<str>), Vec<ResourceId>>,
}

impl<'r> Names<'r> {
    /// The index of `resources`.
    pub(super) fn of(resources: &'r [Resource]) -> Self {
        let mut by_address = HashMap::with_capacity_and_hasher(resources.len(), FxBuildHasher);
        let mut by_name: HashMap<(&'static str, Arc<str>), Vec<ResourceId>> = HashMap::default();
        for (index, resource) in resources.iter().enumerate() {
            let id = ResourceId(index as u32);
            by_address.entry(resource.address.as_ref()).or_insert(id);
            let Some((resource_type, property)) = name_property(&resource.resource_type) else {
                continue;
            };
            if let Some(name) = text_of(resource.properties.get(property)) {
                let same = by_name.entry((resource_type, name)).or_default();
                if same.len() < MAX_SAME_NAME {
                    same.push(id);
                }
            }
        }
        Self { resources, by_address, by_name }
    }

    /// The resource with an address.
    pub(super) fn at_address(&self, address: &str) -> Option<ResourceId> {
        self.by_address.get(address).copied()
    }

    /// The resources of one of some types that a text names: by their name, by an ARN or URL
    /// that ends in it, or with the version or alias of a function behind it.
    pub(super) fn named(&self, types: &[&str], text: &Arc<str>) -> Vec<ResourceId> {
        let is_locator = text.starts_with("arn:")
            || text.starts_with("https://")
            || text.starts_with("${AWS::Partition}")
            || text.contains("://");
        let end = text.rfind([':', '/']).map(|at| &text[at + 1..]).filter(|_| is_locator);
        let unqualified = match text.split_once(":function:") {
            Some((_, rest)) => rest.rsplit_once(':'),
            None => text.rsplit_once(':').filter(|_| !is_locator),
        };
        let ends = [end, unqualified.map(|(name, _)| name)];
        let names = ends.map(|end| end.filter(|end| !end.is_empty()).map(Arc::from));
        let names = std::iter::once(Some(text.clone())).chain(names);
        let mut found = Vec::new();
        for name in names.flatten() {
            for (resource_type, _) in types.iter().filter_map(|known| name_property(known)) {
                found
                    .extend(self.by_name.get(&(resource_type, name.clone())).into_iter().flatten());
            }
        }
        found
    }

    /// Whether a resource is of one of some types. No types: of any.
    pub(super) fn is_of_type(&self, id: ResourceId, types: &[&str]) -> bool {
        types.is_empty() || types.contains(&self.resources[id.0 as usize].resource_type.as_ref())
    }
}

fn name_property(resource_type: &str) -> Option<(&'static str, &'static str)> {
    let at = NAME_PROPERTIES.binary_search_by_key(&resource_type, |(known, _)| known).ok()?;
    Some(NAME_PROPERTIES[at])
}

/// A text that two properties of a root share only if they are the same in every stack: what is
/// unknown in it must be a parameter.
pub(super) fn text_of(value: &Value) -> Option<Arc<str>> {
    match &value.kind {
        ValueKind::String(text) if !text.is_empty() => Some(text.clone()),
        ValueKind::Unknown(Reason::Pseudo(name) | Reason::NoDefault(name)) => {
            Some(format!("${{{name}}}").into())
        }
        ValueKind::Template(parts) => {
            let parts = parts.iter().map(|part| match part {
                Part::Text(text) => Some(text.clone()),
                Part::Hole(hole) => text_of(hole),
            });
            let parts: Option<Vec<Arc<str>>> = parts.collect();
            Some(parts?.concat().into())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(NAME_PROPERTIES.is_sorted_by_key(|(resource_type, _)| resource_type));
        assert_eq!(name_property("AWS::S3::Bucket"), Some(("AWS::S3::Bucket", "BucketName")));
        assert_eq!(name_property("AWS::S3::BucketPolicy"), None);
    }
}

//! Which properties hold policy documents, or settings that rules look into.
//!
//! From the CloudFormation registry: properties that take an IAM policy, or the security settings
//! of EMR or OpenSearch Serverless, as an object or as JSON text. Other JSON texts (redrive
//! policies, lifecycle policies, dashboards) are no policies and stay texts.

/// Type and property; `*` stands for every element of a list. Sorted by type.
const PLACES: [(&str, &str); 105] = [
    ("AWS::AIOps::InvestigationGroup", "InvestigationGroupPolicy"),
    ("AWS::APS::ResourcePolicy", "PolicyDocument"),
    ("AWS::ApiGateway::DomainNameV2", "Policy"),
    ("AWS::ApiGateway::RestApi", "Policy"),
    ("AWS::Backup::BackupVault", "AccessPolicy"),
    ("AWS::Backup::LogicallyAirGappedBackupVault", "AccessPolicy"),
    ("AWS::Bedrock::KnowledgeBasePolicy", "PolicyDocument"),
    ("AWS::Bedrock::ResourcePolicy", "PolicyDocument"),
    ("AWS::BedrockAgentCore::ResourcePolicy", "Policy"),
    ("AWS::CloudTrail::ResourcePolicy", "ResourcePolicy"),
    ("AWS::CodeArtifact::Domain", "PermissionsPolicyDocument"),
    ("AWS::CodeArtifact::Repository", "PermissionsPolicyDocument"),
    ("AWS::Comprehend::DocumentClassifier", "ModelPolicy"),
    ("AWS::Comprehend::EntityRecognizer", "ModelPolicy"),
    ("AWS::DSQL::Cluster", "PolicyDocument"),
    (
        "AWS::DynamoDB::GlobalTable",
        "Replicas/*/ReplicaStreamSpecification/ResourcePolicy/PolicyDocument",
    ),
    ("AWS::DynamoDB::GlobalTable", "Replicas/*/ResourcePolicy/PolicyDocument"),
    ("AWS::DynamoDB::Table", "ResourcePolicy/PolicyDocument"),
    ("AWS::DynamoDB::Table", "StreamSpecification/ResourcePolicy/PolicyDocument"),
    ("AWS::EC2::VPCEndpoint", "PolicyDocument"),
    ("AWS::ECR::PublicRepository", "RepositoryPolicyText"),
    ("AWS::ECR::RegistryPolicy", "PolicyText"),
    ("AWS::ECR::Repository", "RepositoryPolicyText"),
    ("AWS::ECR::RepositoryCreationTemplate", "RepositoryPolicy"),
    ("AWS::EFS::FileSystem", "FileSystemPolicy"),
    ("AWS::EKS::PodIdentityAssociation", "Policy"),
    ("AWS::EMR::SecurityConfiguration", "SecurityConfiguration"),
    ("AWS::Elasticsearch::Domain", "AccessPolicies"),
    ("AWS::EventSchemas::RegistryPolicy", "Policy"),
    ("AWS::Events::EventBus", "Policy"),
    ("AWS::Events::EventBusPolicy", "Statement"),
    ("AWS::EventsV2::ResourcePolicy", "PolicyDocument"),
    ("AWS::FSx::S3AccessPointAttachment", "S3AccessPoint/Policy"),
    ("AWS::IAM::Group", "Policies/*/PolicyDocument"),
    ("AWS::IAM::GroupPolicy", "PolicyDocument"),
    ("AWS::IAM::ManagedPolicy", "PolicyDocument"),
    ("AWS::IAM::Policy", "PolicyDocument"),
    ("AWS::IAM::Role", "AssumeRolePolicyDocument"),
    ("AWS::IAM::Role", "Policies/*/PolicyDocument"),
    ("AWS::IAM::RolePolicy", "PolicyDocument"),
    ("AWS::IAM::User", "Policies/*/PolicyDocument"),
    ("AWS::IAM::UserPolicy", "PolicyDocument"),
    ("AWS::IoT::Policy", "PolicyDocument"),
    ("AWS::KMS::Key", "KeyPolicy"),
    ("AWS::KMS::ReplicaKey", "KeyPolicy"),
    ("AWS::Kinesis::ResourcePolicy", "ResourcePolicy"),
    ("AWS::Lambda::ResourcePolicy", "PolicyDocument"),
    ("AWS::Lex::ResourcePolicy", "Policy"),
    ("AWS::Logs::DeliveryDestination", "DeliveryDestinationPolicy/DeliveryDestinationPolicy"),
    ("AWS::Logs::Destination", "DestinationPolicy"),
    ("AWS::Logs::LogGroup", "ResourcePolicyDocument"),
    ("AWS::Logs::ResourcePolicy", "PolicyDocument"),
    ("AWS::MSK::ClusterPolicy", "Policy"),
    ("AWS::MediaPackageV2::ChannelPolicy", "Policy"),
    ("AWS::MediaPackageV2::OriginEndpointPolicy", "Policy"),
    ("AWS::MediaStore::Container", "Policy"),
    ("AWS::MediaTailor::ChannelPolicy", "Policy"),
    ("AWS::ODB::OdbNetwork", "KmsPolicyDocument"),
    ("AWS::ODB::OdbNetwork", "S3PolicyDocument"),
    ("AWS::ODB::OdbNetwork", "StsPolicyDocument"),
    ("AWS::OSIS::Pipeline", "ResourcePolicy/Policy"),
    ("AWS::Oam::Sink", "Policy"),
    ("AWS::Omics::SequenceStore", "S3AccessPolicy"),
    ("AWS::OpenSearchServerless::AccessPolicy", "Policy"),
    ("AWS::OpenSearchServerless::SecurityPolicy", "Policy"),
    ("AWS::OpenSearchService::Domain", "AccessPolicies"),
    ("AWS::Organizations::Policy", "Content"),
    ("AWS::Organizations::ResourcePolicy", "Content"),
    ("AWS::PaymentCryptography::Key", "Policy"),
    ("AWS::RAM::Permission", "PolicyTemplate"),
    ("AWS::RUM::AppMonitor", "ResourcePolicy/PolicyDocument"),
    ("AWS::Redshift::Cluster", "NamespaceResourcePolicy"),
    ("AWS::RedshiftServerless::Namespace", "NamespaceResourcePolicy"),
    ("AWS::RolesAnywhere::Profile", "SessionPolicy"),
    ("AWS::S3::AccessPoint", "Policy"),
    ("AWS::S3::BucketPolicy", "PolicyDocument"),
    ("AWS::S3::MultiRegionAccessPointPolicy", "Policy"),
    ("AWS::S3Express::AccessPoint", "Policy"),
    ("AWS::S3Express::BucketPolicy", "PolicyDocument"),
    ("AWS::S3Files::FileSystemPolicy", "Policy"),
    ("AWS::S3ObjectLambda::AccessPointPolicy", "PolicyDocument"),
    ("AWS::S3Outposts::AccessPoint", "Policy"),
    ("AWS::S3Outposts::BucketPolicy", "PolicyDocument"),
    ("AWS::S3Tables::TableBucketPolicy", "ResourcePolicy"),
    ("AWS::S3Tables::TablePolicy", "ResourcePolicy"),
    ("AWS::S3Vectors::VectorBucketPolicy", "Policy"),
    ("AWS::SMSVOICE::ResourcePolicy", "PolicyDocument"),
    ("AWS::SNS::TopicInlinePolicy", "PolicyDocument"),
    ("AWS::SNS::TopicPolicy", "PolicyDocument"),
    ("AWS::SQS::QueueInlinePolicy", "PolicyDocument"),
    ("AWS::SQS::QueuePolicy", "PolicyDocument"),
    ("AWS::SSM::ResourcePolicy", "Policy"),
    ("AWS::SSO::PermissionSet", "InlinePolicy"),
    ("AWS::SageMaker::ModelPackageGroup", "ModelPackageGroupPolicy"),
    ("AWS::SecretsManager::ResourcePolicy", "ResourcePolicy"),
    ("AWS::Serverless::Api", "Auth/ResourcePolicy/CustomStatements/*"),
    ("AWS::Serverless::Function", "AssumeRolePolicyDocument"),
    ("AWS::Serverless::Function", "Policies"),
    ("AWS::Serverless::Function", "Policies/*"),
    ("AWS::Serverless::StateMachine", "Policies"),
    ("AWS::Serverless::StateMachine", "Policies/*"),
    ("AWS::Transfer::User", "Policy"),
    ("AWS::VpcLattice::AuthPolicy", "Policy"),
    ("AWS::VpcLattice::ResourcePolicy", "Policy"),
    ("AWS::XRay::ResourcePolicy", "PolicyDocument"),
];

/// The properties that are read where they are JSON text: type and path, `*` for every element
/// of a list. Sorted by type.
pub fn json_places() -> impl Iterator<Item = (&'static str, &'static str)> {
    PLACES.iter().copied()
}

/// The places of the documents of a resource type.
pub(super) fn of_type(resource_type: &str) -> Vec<&'static str> {
    let start = PLACES.partition_point(|(known, _)| *known < resource_type);
    let rows = PLACES[start..].iter().take_while(|(known, _)| *known == resource_type);
    rows.map(|(_, path)| *path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(PLACES.is_sorted());
        assert_eq!(of_type("AWS::S3::BucketPolicy"), ["PolicyDocument"]);
        assert_eq!(of_type("AWS::IAM::Role").len(), 2);
        assert!(of_type("AWS::S3::Bucket").is_empty());
    }
}

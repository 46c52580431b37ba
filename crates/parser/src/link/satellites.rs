//! Which resources are parts of others, and the property that says of which.
//!
//! Types and properties are those of the CloudFormation registry.

/// A type of resource that is a part of another.
#[derive(Debug)]
pub(super) struct Satellite {
    /// The type that holds the property.
    resource_type: &'static str,
    /// The property; `*` stands for every element of a list.
    pub(super) path: &'static str,
    /// The types at the other end; none at all: any.
    pub(super) targets: &'static [&'static str],
    /// Which end holds the property.
    pub(super) holder: Holder,
}

/// Which end of an attachment holds the property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    /// The part names the whole: a bucket policy its bucket.
    Part,
    /// The whole names its part: a role its managed policies.
    Whole,
}

/// The rows for a type that holds such a property.
pub(super) fn of_type(resource_type: &str) -> &'static [Satellite] {
    let start = SATELLITES.partition_point(|row| row.resource_type < resource_type);
    let end = SATELLITES.partition_point(|row| row.resource_type <= resource_type);
    &SATELLITES[start..end]
}

const fn part(
    resource_type: &'static str,
    path: &'static str,
    targets: &'static [&'static str],
) -> Satellite {
    Satellite { resource_type, path, targets, holder: Holder::Part }
}

const fn whole(
    resource_type: &'static str,
    path: &'static str,
    targets: &'static [&'static str],
) -> Satellite {
    Satellite { resource_type, path, targets, holder: Holder::Whole }
}

const API: &[&str] = &["AWS::ApiGatewayV2::Api", "AWS::Serverless::HttpApi"];
const CLUSTER: &[&str] = &["AWS::EKS::Cluster"];
const DISTRIBUTED_API: &[&str] = &["AWS::AppSync::GraphQLApi"];
const FILE_SYSTEM: &[&str] = &["AWS::EFS::FileSystem"];
const FUNCTION: &[&str] = &["AWS::Lambda::Function", "AWS::Serverless::Function"];
const GLUE_SECURITY: &[&str] = &["AWS::Glue::SecurityConfiguration"];
const GROUP: &[&str] = &["AWS::AutoScaling::AutoScalingGroup"];
const LISTENER: &[&str] = &["AWS::ElasticLoadBalancingV2::Listener"];
const LOG_GROUP: &[&str] = &["AWS::Logs::LogGroup"];
const MANAGED_POLICY: &[&str] = &["AWS::IAM::ManagedPolicy"];
const REST_API: &[&str] = &["AWS::ApiGateway::RestApi", "AWS::Serverless::Api"];
const SECRET: &[&str] = &["AWS::SecretsManager::Secret"];
const SECURITY_GROUP: &[&str] = &["AWS::EC2::SecurityGroup"];
const TOPIC: &[&str] = &["AWS::SNS::Topic"];
const USER_POOL: &[&str] = &["AWS::Cognito::UserPool"];

/// Sorted by the type that holds the property.
static SATELLITES: &[Satellite] = &[
    part("AWS::ApiGateway::Authorizer", "RestApiId", REST_API),
    part("AWS::ApiGateway::Deployment", "RestApiId", REST_API),
    part("AWS::ApiGateway::GatewayResponse", "RestApiId", REST_API),
    part("AWS::ApiGateway::Method", "RestApiId", REST_API),
    part("AWS::ApiGateway::Model", "RestApiId", REST_API),
    part("AWS::ApiGateway::RequestValidator", "RestApiId", REST_API),
    part("AWS::ApiGateway::Resource", "RestApiId", REST_API),
    part("AWS::ApiGateway::Stage", "RestApiId", REST_API),
    part("AWS::ApiGateway::UsagePlanKey", "UsagePlanId", &["AWS::ApiGateway::UsagePlan"]),
    part("AWS::ApiGatewayV2::Authorizer", "ApiId", API),
    part("AWS::ApiGatewayV2::Deployment", "ApiId", API),
    part("AWS::ApiGatewayV2::Integration", "ApiId", API),
    part("AWS::ApiGatewayV2::Route", "ApiId", API),
    part("AWS::ApiGatewayV2::Stage", "ApiId", API),
    part("AWS::AppSync::ApiKey", "ApiId", DISTRIBUTED_API),
    part("AWS::AppSync::DataSource", "ApiId", DISTRIBUTED_API),
    part("AWS::AppSync::GraphQLSchema", "ApiId", DISTRIBUTED_API),
    part("AWS::AppSync::Resolver", "ApiId", DISTRIBUTED_API),
    part("AWS::AutoScaling::LifecycleHook", "AutoScalingGroupName", GROUP),
    part("AWS::AutoScaling::ScalingPolicy", "AutoScalingGroupName", GROUP),
    part("AWS::AutoScaling::ScheduledAction", "AutoScalingGroupName", GROUP),
    part("AWS::Backup::BackupSelection", "BackupPlanId", &["AWS::Backup::BackupPlan"]),
    part("AWS::CloudTrail::ResourcePolicy", "ResourceArn", &[]),
    part(
        "AWS::Cognito::IdentityPoolRoleAttachment",
        "IdentityPoolId",
        &["AWS::Cognito::IdentityPool"],
    ),
    part("AWS::Cognito::UserPoolClient", "UserPoolId", USER_POOL),
    part("AWS::Cognito::UserPoolDomain", "UserPoolId", USER_POOL),
    part("AWS::Cognito::UserPoolGroup", "UserPoolId", USER_POOL),
    part("AWS::Cognito::UserPoolRiskConfigurationAttachment", "UserPoolId", USER_POOL),
    whole(
        "AWS::DocDB::DBCluster",
        "DBClusterParameterGroupName",
        &["AWS::DocDB::DBClusterParameterGroup"],
    ),
    part("AWS::DocDB::DBInstance", "DBClusterIdentifier", &["AWS::DocDB::DBCluster"]),
    part("AWS::EC2::EIP", "InstanceId", &["AWS::EC2::Instance"]),
    part("AWS::EC2::EIPAssociation", "InstanceId", &["AWS::EC2::Instance"]),
    part("AWS::EC2::EIPAssociation", "NetworkInterfaceId", &["AWS::EC2::NetworkInterface"]),
    part("AWS::EC2::FlowLog", "ResourceId", &[]),
    part("AWS::EC2::NetworkAclEntry", "NetworkAclId", &["AWS::EC2::NetworkAcl"]),
    part("AWS::EC2::NetworkInterfaceAttachment", "InstanceId", &["AWS::EC2::Instance"]),
    part("AWS::EC2::Route", "RouteTableId", &["AWS::EC2::RouteTable"]),
    part("AWS::EC2::SecurityGroupEgress", "GroupId", SECURITY_GROUP),
    part("AWS::EC2::SecurityGroupIngress", "GroupId", SECURITY_GROUP),
    part("AWS::EC2::SecurityGroupIngress", "GroupName", SECURITY_GROUP),
    part("AWS::EC2::SecurityGroupVpcAssociation", "GroupId", SECURITY_GROUP),
    part("AWS::EC2::SubnetNetworkAclAssociation", "NetworkAclId", &["AWS::EC2::NetworkAcl"]),
    part("AWS::EC2::SubnetNetworkAclAssociation", "SubnetId", &["AWS::EC2::Subnet"]),
    part("AWS::EC2::SubnetRouteTableAssociation", "RouteTableId", &["AWS::EC2::RouteTable"]),
    part("AWS::EC2::SubnetRouteTableAssociation", "SubnetId", &["AWS::EC2::Subnet"]),
    part("AWS::EC2::VPCCidrBlock", "VpcId", &["AWS::EC2::VPC"]),
    part("AWS::EC2::VPCDHCPOptionsAssociation", "VpcId", &["AWS::EC2::VPC"]),
    part("AWS::EC2::VPCGatewayAttachment", "VpcId", &["AWS::EC2::VPC"]),
    part("AWS::EC2::VolumeAttachment", "InstanceId", &["AWS::EC2::Instance"]),
    part("AWS::ECS::ClusterCapacityProviderAssociations", "Cluster", &["AWS::ECS::Cluster"]),
    part("AWS::EFS::AccessPoint", "FileSystemId", FILE_SYSTEM),
    part("AWS::EFS::MountTarget", "FileSystemId", FILE_SYSTEM),
    part("AWS::EKS::AccessEntry", "ClusterName", CLUSTER),
    part("AWS::EKS::Addon", "ClusterName", CLUSTER),
    part("AWS::EKS::FargateProfile", "ClusterName", CLUSTER),
    part("AWS::EKS::Nodegroup", "ClusterName", CLUSTER),
    part("AWS::EKS::PodIdentityAssociation", "ClusterName", CLUSTER),
    whole("AWS::EMR::Cluster", "SecurityConfiguration", &["AWS::EMR::SecurityConfiguration"]),
    whole(
        "AWS::ElastiCache::CacheCluster",
        "CacheParameterGroupName",
        &["AWS::ElastiCache::ParameterGroup"],
    ),
    whole(
        "AWS::ElastiCache::ReplicationGroup",
        "CacheParameterGroupName",
        &["AWS::ElastiCache::ParameterGroup"],
    ),
    part(
        "AWS::ElasticLoadBalancingV2::Listener",
        "LoadBalancerArn",
        &["AWS::ElasticLoadBalancingV2::LoadBalancer"],
    ),
    part("AWS::ElasticLoadBalancingV2::ListenerCertificate", "ListenerArn", LISTENER),
    part("AWS::ElasticLoadBalancingV2::ListenerRule", "ListenerArn", LISTENER),
    part("AWS::Events::EventBusPolicy", "EventBusName", &["AWS::Events::EventBus"]),
    whole("AWS::Glue::Crawler", "CrawlerSecurityConfiguration", GLUE_SECURITY),
    whole("AWS::Glue::DevEndpoint", "SecurityConfiguration", GLUE_SECURITY),
    whole("AWS::Glue::Job", "SecurityConfiguration", GLUE_SECURITY),
    part("AWS::IAM::AccessKey", "UserName", &["AWS::IAM::User"]),
    whole("AWS::IAM::Group", "ManagedPolicyArns/*", MANAGED_POLICY),
    part("AWS::IAM::GroupPolicy", "GroupName", &["AWS::IAM::Group"]),
    part("AWS::IAM::InstanceProfile", "Roles/*", &["AWS::IAM::Role"]),
    part("AWS::IAM::ManagedPolicy", "Groups/*", &["AWS::IAM::Group"]),
    part("AWS::IAM::ManagedPolicy", "Roles/*", &["AWS::IAM::Role"]),
    part("AWS::IAM::ManagedPolicy", "Users/*", &["AWS::IAM::User"]),
    part("AWS::IAM::Policy", "Groups/*", &["AWS::IAM::Group"]),
    part("AWS::IAM::Policy", "Roles/*", &["AWS::IAM::Role"]),
    part("AWS::IAM::Policy", "Users/*", &["AWS::IAM::User"]),
    whole("AWS::IAM::Role", "ManagedPolicyArns/*", MANAGED_POLICY),
    part("AWS::IAM::RolePolicy", "RoleName", &["AWS::IAM::Role"]),
    whole("AWS::IAM::User", "ManagedPolicyArns/*", MANAGED_POLICY),
    part("AWS::IAM::UserPolicy", "UserName", &["AWS::IAM::User"]),
    part("AWS::IAM::UserToGroupAddition", "GroupName", &["AWS::IAM::Group"]),
    part("AWS::IAM::UserToGroupAddition", "Users/*", &["AWS::IAM::User"]),
    part("AWS::KMS::Alias", "TargetKeyId", &["AWS::KMS::Key", "AWS::KMS::ReplicaKey"]),
    part("AWS::KMS::ReplicaKey", "PrimaryKeyArn", &["AWS::KMS::Key"]),
    part("AWS::Kinesis::ResourcePolicy", "ResourceArn", &["AWS::Kinesis::Stream"]),
    part("AWS::Kinesis::StreamConsumer", "StreamARN", &["AWS::Kinesis::Stream"]),
    part("AWS::Lambda::Alias", "FunctionName", FUNCTION),
    part("AWS::Lambda::EventInvokeConfig", "FunctionName", FUNCTION),
    part("AWS::Lambda::EventSourceMapping", "FunctionName", FUNCTION),
    part("AWS::Lambda::LayerVersionPermission", "LayerVersionArn", &["AWS::Lambda::LayerVersion"]),
    part("AWS::Lambda::Permission", "FunctionName", FUNCTION),
    part("AWS::Lambda::Url", "TargetFunctionArn", FUNCTION),
    part("AWS::Lambda::Version", "FunctionName", FUNCTION),
    part("AWS::Logs::LogStream", "LogGroupName", LOG_GROUP),
    part("AWS::Logs::MetricFilter", "LogGroupName", LOG_GROUP),
    part("AWS::Logs::SubscriptionFilter", "LogGroupName", LOG_GROUP),
    part(
        "AWS::MSK::ClusterPolicy",
        "ClusterArn",
        &["AWS::MSK::Cluster", "AWS::MSK::ServerlessCluster"],
    ),
    part("AWS::Neptune::DBInstance", "DBClusterIdentifier", &["AWS::Neptune::DBCluster"]),
    whole(
        "AWS::NetworkFirewall::Firewall",
        "FirewallPolicyArn",
        &["AWS::NetworkFirewall::FirewallPolicy"],
    ),
    part(
        "AWS::NetworkFirewall::LoggingConfiguration",
        "FirewallArn",
        &["AWS::NetworkFirewall::Firewall"],
    ),
    whole(
        "AWS::RDS::DBCluster",
        "DBClusterParameterGroupName",
        &["AWS::RDS::DBClusterParameterGroup"],
    ),
    whole("AWS::RDS::DBCluster", "DBSubnetGroupName", &["AWS::RDS::DBSubnetGroup"]),
    part("AWS::RDS::DBInstance", "DBClusterIdentifier", &["AWS::RDS::DBCluster"]),
    whole("AWS::RDS::DBInstance", "DBParameterGroupName", &["AWS::RDS::DBParameterGroup"]),
    whole("AWS::RDS::DBInstance", "DBSubnetGroupName", &["AWS::RDS::DBSubnetGroup"]),
    whole("AWS::RDS::DBInstance", "OptionGroupName", &["AWS::RDS::OptionGroup"]),
    part("AWS::RDS::DBProxyTargetGroup", "DBProxyName", &["AWS::RDS::DBProxy"]),
    whole(
        "AWS::Redshift::Cluster",
        "ClusterParameterGroupName",
        &["AWS::Redshift::ClusterParameterGroup"],
    ),
    part("AWS::Route53::DNSSEC", "HostedZoneId", &["AWS::Route53::HostedZone"]),
    part("AWS::Route53::KeySigningKey", "HostedZoneId", &["AWS::Route53::HostedZone"]),
    part("AWS::Route53::RecordSet", "HostedZoneId", &["AWS::Route53::HostedZone"]),
    part("AWS::S3::AccessPoint", "Bucket", &["AWS::S3::Bucket"]),
    part("AWS::S3::BucketPolicy", "Bucket", &["AWS::S3::Bucket"]),
    part("AWS::S3Express::BucketPolicy", "Bucket", &["AWS::S3Express::DirectoryBucket"]),
    part("AWS::S3Outposts::BucketPolicy", "Bucket", &["AWS::S3Outposts::Bucket"]),
    part("AWS::S3Tables::TableBucketPolicy", "TableBucketARN", &["AWS::S3Tables::TableBucket"]),
    part("AWS::S3Tables::TablePolicy", "TableARN", &["AWS::S3Tables::Table"]),
    part("AWS::SNS::Subscription", "TopicArn", TOPIC),
    part("AWS::SNS::TopicInlinePolicy", "TopicArn", TOPIC),
    part("AWS::SNS::TopicPolicy", "Topics/*", TOPIC),
    part("AWS::SQS::QueueInlinePolicy", "Queue", &["AWS::SQS::Queue"]),
    part("AWS::SQS::QueuePolicy", "Queues/*", &["AWS::SQS::Queue"]),
    part("AWS::SSO::Assignment", "PermissionSetArn", &["AWS::SSO::PermissionSet"]),
    part("AWS::SecretsManager::ResourcePolicy", "SecretId", SECRET),
    part("AWS::SecretsManager::RotationSchedule", "SecretId", SECRET),
    part("AWS::SecretsManager::SecretTargetAttachment", "SecretId", SECRET),
    part("AWS::VpcLattice::AuthPolicy", "ResourceIdentifier", &[]),
    part("AWS::VpcLattice::ResourcePolicy", "ResourceArn", &[]),
    part("AWS::WAFRegional::WebACLAssociation", "ResourceArn", &[]),
    part("AWS::WAFv2::LoggingConfiguration", "ResourceArn", &["AWS::WAFv2::WebACL"]),
    part("AWS::WAFv2::WebACLAssociation", "ResourceArn", &[]),
    part("AWS::WAFv2::WebACLAssociation", "WebACLArn", &["AWS::WAFv2::WebACL"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_found() {
        assert!(SATELLITES.is_sorted_by_key(|row| row.resource_type));
        assert_eq!(of_type("AWS::S3::BucketPolicy").len(), 1);
        assert_eq!(of_type("AWS::IAM::Policy").len(), 3);
        assert!(of_type("AWS::S3::Bucket").is_empty());
    }
}

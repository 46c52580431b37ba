//! Resources that lack the tags which all others have.

use trilith_rules::prelude::*;
use trilith_rules::query::tags;

/// Keys by which people say the same, with what is asked about a root.
const FAMILIES: [(&str, &[&str]); 3] = [
    ("tags: owner", &["owner", "team", "maintainer", "contact"]),
    ("tags: application", &["application", "app", "project", "service", "product", "workload"]),
    ("tags: environment", &["environment", "env", "stage"]),
];
/// The types that are asked what is usual: those of this rule.
const TYPES: [&str; 33] = [
    "AWS::ApiGateway::RestApi",
    "AWS::AutoScaling::AutoScalingGroup",
    "AWS::CloudFront::Distribution",
    "AWS::DocDB::DBCluster",
    "AWS::DynamoDB::Table",
    "AWS::EC2::Instance",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::Subnet",
    "AWS::EC2::VPC",
    "AWS::EC2::Volume",
    "AWS::ECR::Repository",
    "AWS::ECS::Cluster",
    "AWS::ECS::Service",
    "AWS::EFS::FileSystem",
    "AWS::EKS::Cluster",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::IAM::Role",
    "AWS::KMS::Key",
    "AWS::Kinesis::Stream",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::MSK::Cluster",
    "AWS::Neptune::DBCluster",
    "AWS::OpenSearchService::Domain",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::Redshift::Cluster",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
    "AWS::StepFunctions::StateMachine",
];

pub(crate) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let property = tags::property(view);
    let own = view.get(property);
    let required = &view.settings().required_tags;
    let mut missing = Vec::new();
    let mut doubtful = false;
    for key in required {
        let missed = !tags::hold(own, |name| name == key);
        missing.extend(missed.is_true().then(|| key.clone()));
        doubtful |= missed.is_unknown();
    }
    // What is usual is known for all of a root; its own tags have to be gone through.
    let usual = FAMILIES.map(|(question, family)| {
        let usage = || tags::usage(view, question, &TYPES, |name| tags::is_one_of(name, family));
        (required.is_empty() && tags::is_convention(usage())).then_some(family)
    });
    for ((_, family), holds) in FAMILIES.iter().zip(tags::hold_each(own, usual)) {
        missing.extend(holds.is_false().then(|| family[0].to_owned()));
        doubtful |= holds.is_unknown();
    }
    if doubtful {
        findings.undecided(property);
    } else if !missing.is_empty() {
        let tags = missing.join("`, `");
        let message = format!("`{}` has no tag `{tags}`", view.name());
        findings.at(property, message).label = Some("unlike the others".into());
    }
}

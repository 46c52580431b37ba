//! Data stores of which nobody says how sensitive they are.

use trilith_rules::prelude::*;
use trilith_rules::query::tags;

/// What is asked about a root.
const USUAL: &str = "tags: data classification";
/// The types that are asked what is usual: those of this rule.
const TYPES: [&str; 15] = [
    "AWS::DocDB::DBCluster",
    "AWS::DynamoDB::Table",
    "AWS::EFS::FileSystem",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::FSx::FileSystem",
    "AWS::Kinesis::Stream",
    "AWS::Neptune::DBCluster",
    "AWS::OpenSearchService::Domain",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::Redshift::Cluster",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
];

pub(crate) fn check(store: &View<'_>, findings: &mut Findings<'_>) {
    match store.settings().classification_tag.as_deref() {
        Some(key) => declared(store, findings, key),
        None => usual(store, findings),
    }
}

fn declared(store: &View<'_>, findings: &mut Findings<'_>, key: &str) {
    let property = tags::property(store);
    let classes = &store.settings().classes;
    match tags::find(store.get(property), |name| name == key) {
        Err(missing) => findings.when(!missing, || {
            let message = format!("`{}` has no tag `{key}`", store.name());
            Finding::new(store.id(), property, message).label("which data is in it?")
        }),
        Ok((below, class)) => {
            let known = Tri::any(classes.iter().map(|known| class.is(known)));
            findings.when(Tri::from(!classes.is_empty()).and(!known), || {
                let message = format!("`{}` is of a class that is not declared", store.name());
                let path = PropertyPath::parse(property).concat(&below);
                Finding::new(store.id(), path, message)
                    .label(format!("not one of {}", classes.join(", ")))
            });
        }
    }
}

fn usual(store: &View<'_>, findings: &mut Findings<'_>) {
    let property = tags::property(store);
    let is_meant = |name: &str| tags::CLASSIFICATION.iter().any(|known| tags::is_like(name, known));
    if !tags::is_convention(tags::usage(store, USUAL, &TYPES, is_meant)) {
        return;
    }
    let missing = !tags::hold(store.get(property), is_meant);
    findings.when(missing, || {
        let message = format!("`{}` does not say how sensitive its data is", store.name());
        Finding::new(store.id(), property, message)
            .label("unlike the others")
            .severity(Severity::Low)
    });
}

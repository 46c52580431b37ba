//! Events that AWS Lambda polls for: an event source mapping, and what its role needs.

use trilith_graph::{Flags, Formula, Map, Value};

use super::invoked::{Event, Invoked};
use crate::sam::choice::alternatives;
use crate::sam::function::destination_statements;
use crate::sam::generated::{Generated, kept, put};
use crate::sam::place::{Place, place_of};
use crate::sam::policies::Grants;

/// Properties that event source mappings have under the same name.
const SAME: [&str; 22] = [
    "BatchSize",
    "BisectBatchOnFunctionError",
    "Enabled",
    "FilterCriteria",
    "FunctionResponseTypes",
    "KmsKeyArn",
    "LoggingConfig",
    "MaximumBatchingWindowInSeconds",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "MetricsConfig",
    "ParallelizationFactor",
    "ProvisionedPollerConfig",
    "Queues",
    "ScalingConfig",
    "SourceAccessConfigurations",
    "StartingPosition",
    "StartingPositionTimestamp",
    "Topics",
    "TumblingWindowInSeconds",
    "DestinationConfig",
    "EventSourceArn",
];

/// What a mapping to a network needs to make the interfaces there.
const NETWORK_ACTIONS: [&str; 6] = [
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeVpcs",
    "ec2:DescribeSubnets",
    "ec2:DescribeSecurityGroups",
];

/// `Kinesis`, `DynamoDB`, `SQS`, `MSK`, `MQ`, `SelfManagedKafka`, `DocumentDB`.
pub(super) fn expand(
    invoked: &Invoked<'_>,
    event: &Event<'_>,
    grants: &mut Grants,
    generated: &mut Generated,
) {
    let (source, managed) = match event.kind {
        "Kinesis" => ("Stream", "service-role/AWSLambdaKinesisExecutionRole"),
        "DynamoDB" => ("Stream", "service-role/AWSLambdaDynamoDBExecutionRole"),
        "SQS" => ("Queue", "service-role/AWSLambdaSQSQueueExecutionRole"),
        "MSK" => ("Stream", "service-role/AWSLambdaMSKExecutionRole"),
        "MQ" => ("Broker", ""),
        "DocumentDB" => ("Cluster", ""),
        "SelfManagedKafka" => ("", ""),
        // A type that is newer than this expansion.
        _ => {
            generated.is_open = true;
            return;
        }
    };
    let mut properties = kept(event.properties, &SAME);
    put(&mut properties, "EventSourceArn", event.get(source).clone());
    add_source_config(event, &mut properties);
    mapping(invoked, event, &event.id, properties, generated);
    if !managed.is_empty() {
        grants.manage(event.place, managed, event.guard.clone());
    }
    let (name, statements) = statements(event);
    if !statements.is_empty() {
        let document = event.place.document(statements);
        grants.inline(event.place, name, document, event.guard.clone());
    }
    for (guard, failure) in alternatives(event.get("DestinationConfig").get("OnFailure")) {
        let place = place_of(event.get("DestinationConfig"), "OnFailure", event.place.0);
        let kind = failure.get("Type").as_str().unwrap_or_default();
        let (suffix, statements) = destination_statements(place, kind, failure.get("Destination"));
        if !statements.is_empty() {
            let guard = Formula::all([event.guard.clone(), guard]);
            let name = format!("{}{suffix}", event.id);
            grants.inline(place, name, place.document(statements), guard);
        }
    }
}

/// The mapping of the queue that stands between a topic and the function.
pub(super) fn queue_mapping(
    invoked: &Invoked<'_>,
    event: &Event<'_>,
    arn: &Value,
    settings: &Value,
    grants: &mut Grants,
    generated: &mut Generated,
) {
    let mut properties = kept(settings, &["BatchSize", "Enabled"]);
    put(&mut properties, "EventSourceArn", arn.clone());
    mapping(invoked, event, &format!("{}EventSourceMapping", event.id), properties, generated);
    let managed = "service-role/AWSLambdaSQSQueueExecutionRole";
    grants.manage(event.place, managed, event.guard.clone());
}

fn mapping(
    invoked: &Invoked<'_>,
    event: &Event<'_>,
    address: &str,
    mut properties: Map,
    generated: &mut Generated,
) {
    put(&mut properties, "FunctionName", invoked.name.clone());
    let properties = Value::map(properties, event.place.0).with(Flags::SYNTHETIC);
    let (kind, guard) = ("AWS::Lambda::EventSourceMapping", event.guard.clone());
    generated.add(invoked.sam, address, kind, guard, properties);
}

/// What a kind of source has of its own.
fn add_source_config(event: &Event<'_>, properties: &mut Map) {
    let place = event.place;
    let servers = event.get("KafkaBootstrapServers");
    if !servers.is_absent() {
        let endpoints = place.map([("KafkaBootstrapServers", servers.clone())]);
        put(properties, "SelfManagedEventSource", place.map([("Endpoints", endpoints)]));
    }
    let kafka = kept(event.properties, &["ConsumerGroupId", "SchemaRegistryConfig"]);
    if !kafka.is_empty() {
        let key = match event.kind {
            "MSK" => "AmazonManagedKafkaEventSourceConfig",
            _ => "SelfManagedKafkaEventSourceConfig",
        };
        put(properties, key, Value::map(kafka, place.0).with(Flags::SYNTHETIC));
    }
    if event.kind == "DocumentDB" {
        let names = ["CollectionName", "DatabaseName", "FullDocument"];
        let config = Value::map(kept(event.properties, &names), place.0).with(Flags::SYNTHETIC);
        put(properties, "DocumentDBEventSourceConfig", config);
    }
}

/// The statements that a source needs, and the name of the policy that holds them.
fn statements(event: &Event<'_>) -> (String, Vec<Value>) {
    let place = event.place;
    let mut statements = Vec::new();
    let name = match event.kind {
        "MQ" => {
            statements.extend(secrets(event, &["BASIC_AUTH"]));
            let broker = event.get("Broker").clone();
            statements.push(place.allow(&["mq:DescribeBroker"], broker));
            if event.get("DynamicPolicyName").is_true().is_true() {
                format!("{}AMQPolicy", event.id)
            } else {
                "SamAutoGeneratedAMQPolicy".to_owned()
            }
        }
        "DocumentDB" => {
            statements.extend(secrets(event, &["BASIC_AUTH"]));
            let account = "arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}";
            for (action, resource) in [
                ("rds:DescribeDBClusterParameters", place.arn(&format!("{account}:cluster-pg:*"))),
                ("rds:DescribeDBSubnetGroups", place.arn(&format!("{account}:subgrp:*"))),
                ("rds:DescribeDBClusters", event.get("Cluster").clone()),
            ] {
                statements.push(place.allow(&[action], resource));
            }
            statements.push(place.allow(&NETWORK_ACTIONS, place.text("*")));
            "SamAutoGeneratedDocumentDBPolicy".to_owned()
        }
        "SelfManagedKafka" => {
            let kinds = [
                "BASIC_AUTH",
                "CLIENT_CERTIFICATE_TLS_AUTH",
                "SASL_SCRAM_256_AUTH",
                "SASL_SCRAM_512_AUTH",
                "SERVER_ROOT_CA_CERTIFICATE",
            ];
            statements.extend(secrets(event, &kinds));
            let configurations = event.get("SourceAccessConfigurations").items();
            if configurations.iter().any(|one| one.get("Type").is("VPC_SUBNET").is_true()) {
                statements.push(place.allow(&NETWORK_ACTIONS, place.text("*")));
            }
            "SelfManagedKafkaExecutionRolePolicy".to_owned()
        }
        "MSK" => "MSKExecutionRolePolicy".to_owned(),
        _ => return (String::new(), statements),
    };
    let key = event.get("SecretsManagerKmsKeyId");
    if !key.is_absent() {
        let arn = "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${Key}";
        let place = Place(key.span);
        statements.push(place.allow(&["kms:Decrypt"], place.with(arn, "Key", key)));
    }
    statements.extend(schema_registry(event));
    (name, statements)
}

/// Reading the secrets with which Lambda logs in.
fn secrets(event: &Event<'_>, kinds: &[&str]) -> Vec<Value> {
    let configurations = event.get("SourceAccessConfigurations").items().iter();
    let secret = configurations.filter(|one| one.get("Type").is_one_of(kinds).is_true());
    let read = |one: &Value| {
        Place(one.span).allow(&["secretsmanager:GetSecretValue"], one.get("URI").clone())
    };
    secret.map(read).collect()
}

fn schema_registry(event: &Event<'_>) -> Vec<Value> {
    let config = event.get("SchemaRegistryConfig");
    let place = Place(config.span);
    let access = config.get("AccessConfigs").items().iter();
    let read = |one: &Value| {
        Place(one.span).allow(&["secretsmanager:GetSecretValue"], one.get("URI").clone())
    };
    let mut statements: Vec<Value> = access.map(read).collect();
    let registry = config.get("SchemaRegistryURI");
    let name = registry.display_text();
    if let Some(name) = name.as_deref().and_then(|uri| uri.split_once(":registry/")) {
        let schemas = format!(
            "arn:${{AWS::Partition}}:glue:${{AWS::Region}}:${{AWS::AccountId}}:schema/{}/*",
            name.1
        );
        statements.push(place.allow(&["glue:GetRegistry"], registry.clone()));
        statements.push(place.allow(&["glue:GetSchemaVersion"], place.arn(&schemas)));
    }
    statements
}

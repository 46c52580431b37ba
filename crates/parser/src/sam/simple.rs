//! SAM types that stand for one resource, or nearly so.

use std::sync::Arc;

use trilith_graph::{Flags, Formula, Map, Reason, Resource, Value, ValueKind};

use super::choice::{given, map, or_else};
use super::function::{location, tags};
use super::generated::{Generated, kept, put, renamed};
use super::place::Place;

/// `AWS::Serverless::SimpleTable`: a table with one key.
pub(super) fn table(table: &Resource, generated: &mut Generated) {
    let written = &table.properties;
    let place = Place(table.span);
    let names = [
        "PointInTimeRecoverySpecification",
        "ProvisionedThroughput",
        "SSESpecification",
        "TableName",
    ];
    let mut properties = kept(written, &names);
    put(&mut properties, "Tags", tags(written.get("Tags")));
    let key = written.get("PrimaryKey");
    let name = or_else(key.get("Name"), place.text("id"));
    let kind = map(key.get("Type"), |kind| match kind.as_str() {
        Some("String") => Place(kind.span).text("S"),
        Some("Number") => Place(kind.span).text("N"),
        Some("Binary") => Place(kind.span).text("B"),
        _ => kind.clone(),
    });
    let attribute =
        [("AttributeName", name.clone()), ("AttributeType", or_else(&kind, place.text("S")))];
    put(&mut properties, "AttributeDefinitions", place.list(vec![place.map(attribute)]));
    let element = [("AttributeName", name), ("KeyType", place.text("HASH"))];
    put(&mut properties, "KeySchema", place.list(vec![place.map(element)]));
    if written.get("ProvisionedThroughput").is_absent() {
        put(&mut properties, "BillingMode", place.text("PAY_PER_REQUEST"));
    }
    written_as(table, "AWS::DynamoDB::Table", properties, generated);
}

/// `AWS::Serverless::LayerVersion`. SAM adds a hash to the logical id; ours stays as it is
/// written.
pub(super) fn layer(layer: &Resource, generated: &mut Generated) {
    let written = &layer.properties;
    let names = [
        "CompatibleArchitectures",
        "CompatibleRuntimes",
        "Description",
        "LayerName",
        "LicenseInfo",
    ];
    let mut properties = kept(written, &names);
    let name = Place(layer.span).text(layer.address.clone());
    put(&mut properties, "LayerName", or_else(written.get("LayerName"), name));
    put(&mut properties, "Content", map(written.get("ContentUri"), location));
    written_as(layer, "AWS::Lambda::LayerVersion", properties, generated);
}

/// `AWS::Serverless::Application`: a nested stack.
pub(super) fn application(application: &Resource, generated: &mut Generated) {
    let written = &application.properties;
    let mut properties = kept(written, &["NotificationARNs", "Parameters", "TimeoutInMinutes"]);
    put(&mut properties, "Tags", tags(written.get("Tags")));
    let url = map(written.get("Location"), |location| match &location.kind {
        // From the Serverless Application Repository.
        ValueKind::Map(_) => {
            let name = location.get("ApplicationId").display_text();
            let name = name.unwrap_or_else(|| "ApplicationId".to_owned());
            Value::unknown(Reason::RemoteModule(name.into()), location.span)
        }
        _ => location.clone(),
    });
    put(&mut properties, "TemplateURL", url);
    written_as(application, "AWS::CloudFormation::Stack", properties, generated);
}

/// `AWS::Serverless::CapacityProvider`, with the role that it works with.
pub(super) fn capacity_provider(provider: &Resource, generated: &mut Generated) {
    let written = &provider.properties;
    let place = Place(provider.span);
    let names = ["CapacityProviderName", "KmsKeyArn", "VpcConfig"];
    let mut properties = kept(written, &names);
    put(&mut properties, "Tags", tags(written.get("Tags")));
    put(
        &mut properties,
        "InstanceRequirements",
        map(written.get("InstanceRequirements"), |old| {
            let names = [
                ("Architectures", "Architectures"),
                ("AllowedTypes", "AllowedInstanceTypes"),
                ("ExcludedTypes", "ExcludedInstanceTypes"),
            ];
            Value { kind: ValueKind::Map(Arc::new(renamed(old, &names))), ..old.clone() }
        }),
    );
    let role = format!("{}OperatorRole", provider.address);
    let given_role = written.get("OperatorRole");
    let arn = or_else(given_role, place.attribute(&role, "Arn"));
    let permissions = place.map([("CapacityProviderOperatorRoleArn", arn)]);
    put(&mut properties, "PermissionsConfig", permissions);
    written_as(provider, "AWS::Lambda::CapacityProvider", properties, generated);
    let policy = place.managed_policy("AWSLambdaManagedEC2ResourceOperator");
    let properties = place
        .map([
            ("AssumeRolePolicyDocument", place.trust("lambda.amazonaws.com")),
            ("ManagedPolicyArns", place.list(vec![policy])),
        ])
        // Nothing can be written about this role, so nothing is missing.
        .with(Flags::OPEN);
    let wanted: Formula = given(given_role).negate();
    generated.add(provider, role, "AWS::IAM::Role", wanted, properties);
}

fn written_as(sam: &Resource, kind: &str, properties: Map, generated: &mut Generated) {
    let properties = match &sam.properties.kind {
        ValueKind::Map(_) => {
            Value { kind: ValueKind::Map(Arc::new(properties)), ..sam.properties.clone() }
        }
        // Nothing is known of what is written.
        _ => sam.properties.clone(),
    };
    generated.written(sam, kind, properties);
}

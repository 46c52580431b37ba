use trilith_graph::Tri;

use crate::support::{expand, reference, texts};

#[test]
fn a_simple_table_is_a_table_with_one_key() {
    let template = expand(
        "Resources:
  Plain: {Type: AWS::Serverless::SimpleTable}
  Own:
    Type: AWS::Serverless::SimpleTable
    Properties:
      PrimaryKey: {Name: when, Type: Number}
      SSESpecification: {SSEEnabled: true}
",
    );
    let plain = &template.get("Plain").properties;
    assert_eq!(plain.path("KeySchema/0/AttributeName").as_str(), Some("id"));
    assert_eq!(plain.get("BillingMode").as_str(), Some("PAY_PER_REQUEST"));
    assert!(plain.get("SSESpecification").is_absent(), "only if it is given");
    let own = &template.get("Own").properties;
    assert_eq!(own.path("AttributeDefinitions/0/AttributeType").as_str(), Some("N"));
    assert_eq!(own.path("SSESpecification/SSEEnabled").as_bool(), Some(true));
}

#[test]
fn a_state_machine_has_a_role_and_events() {
    let template = expand(
        "Resources:
  Flow:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition: {StartAt: A}
      Tracing: {Enabled: true}
      Logging: {Level: ALL}
      Policies: [LambdaInvokePolicy: {FunctionName: work}]
      Events:
        Nightly: {Type: Schedule, Properties: {Schedule: rate(1 day)}}
        Call: {Type: Api, Properties: {Path: /, Method: post}}
",
    );
    let machine = &template.get("Flow").properties;
    assert_eq!(machine.path("LoggingConfiguration/Level").as_str(), Some("ALL"));
    assert_eq!(machine.path("TracingConfiguration/Enabled").as_bool(), Some(true));
    assert_eq!(reference(machine.get("RoleArn")), "FlowRole.Arn");
    let role = &template.get("FlowRole").properties;
    assert!(texts(role.get("ManagedPolicyArns"))[0].ends_with("AWSXrayWriteOnlyAccess"));
    let service = role.path("AssumeRolePolicyDocument/Statement/0/Principal/Service/0");
    assert_eq!(service.as_str(), Some("states.amazonaws.com"));
    assert_eq!(
        texts(role.path("Policies/0/PolicyDocument/Statement/0/Action")),
        ["lambda:InvokeFunction"]
    );
    let starts = &template.get("FlowNightlyRole").properties;
    assert_eq!(reference(starts.path("Policies/0/PolicyDocument/Statement/0/Resource")), "Flow");
    for address in ["FlowNightly", "FlowCallRole", "ServerlessRestApi"] {
        assert!(template.has(address), "{address}");
    }
    assert!(!template.has("FlowNightlyPermission"), "it is started with a role");
}

#[test]
fn a_layer_keeps_its_logical_id() {
    let template = expand(
        "Resources:
  Shared: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: 's3://code/layer.zip'}}
  Work: {Type: AWS::Serverless::Function, Properties: {Handler: a.b, Layers: [!Ref Shared]}}
",
    );
    let layer = &template.get("Shared").properties;
    assert_eq!(layer.path("Content/S3Key").as_str(), Some("layer.zip"));
    assert_eq!(reference(template.get("Work").properties.path("Layers/0")), "Shared");
}

#[test]
fn an_application_is_a_nested_stack() {
    let template = expand(
        "Resources:
  Near: {Type: AWS::Serverless::Application, Properties: {Location: 'https://s3.amazonaws.com/b/app.yaml', Parameters: {A: b}}}
  Far: {Type: AWS::Serverless::Application, Properties: {Location: {ApplicationId: 'arn:aws:serverlessrepo:x', SemanticVersion: 1.0.0}}}
",
    );
    let near = template.get("Near");
    assert_eq!(&*near.resource_type, "AWS::CloudFormation::Stack");
    assert_eq!(near.properties.path("Parameters/A").as_str(), Some("b"));
    assert!(near.properties.get("TemplateURL").as_str().is_some());
    assert_eq!(template.get("Far").properties.get("TemplateURL").is_present(), Tri::Unknown);
}

#[test]
fn a_capacity_provider_has_an_operator_role() {
    let template = expand(
        "Resources:
  Fleet: {Type: AWS::Serverless::CapacityProvider, Properties: {VpcConfig: {SubnetIds: [a]}}}
",
    );
    let role = template.get("FleetOperatorRole");
    let provider = &template.get("Fleet").properties;
    let arn = provider.path("PermissionsConfig/CapacityProviderOperatorRoleArn");
    assert_eq!(reference(arn), "FleetOperatorRole.Arn");
    assert_eq!(role.properties.get("PermissionsBoundary").is_present(), Tri::Unknown);
}

#[test]
fn a_type_that_is_newer_stays_as_it_is() {
    let template = expand("Resources:\n  New: {Type: AWS::Serverless::Quantum}\n");
    assert_eq!(&*template.get("New").resource_type, "AWS::Serverless::Quantum");
}

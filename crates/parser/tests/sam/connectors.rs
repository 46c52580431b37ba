use trilith_graph::EdgeKind;

use crate::support::{expand, reference, texts};

#[test]
fn a_queue_lets_a_function_read() {
    let template = expand(
        "Resources:
  Jobs: {Type: AWS::SQS::Queue}
  Work: {Type: AWS::Serverless::Function, Properties: {Handler: a.b}}
  Link:
    Type: AWS::Serverless::Connector
    Properties:
      Source: {Id: Jobs}
      Destination: {Id: Work}
      Permissions: [Read, Write]
",
    );
    let policy = template.get("LinkPolicy");
    assert_eq!(&*policy.resource_type, "AWS::IAM::ManagedPolicy");
    assert_eq!(template.text(policy.span), "Permissions", "the place of the cause");
    let statements = policy.properties.path("PolicyDocument/Statement").items();
    assert_eq!(texts(statements[1].get("Action")), ["sqs:DeleteMessage"]);
    assert_eq!(reference(statements[0].path("Resource/0")), "Jobs.Arn");
    assert_eq!(reference(policy.properties.path("Roles/0")), "WorkRole");
    let at = |address: &str| {
        template.root.resources.iter().position(|r| &*r.address == address).unwrap() as u32
    };
    let (policy, role) = (at("LinkPolicy"), at("WorkRole"));
    let is_attached =
        template.root.edges.iter().any(|edge| {
            (edge.from.0, edge.to.0, edge.kind) == (policy, role, EdgeKind::AttachedTo)
        });
    assert!(is_attached, "the policy is one of the role");
}

#[test]
fn each_pair_of_types_has_its_own_way() {
    let template = expand(
        "Resources:
  Files: {Type: AWS::S3::Bucket}
  News: {Type: AWS::SNS::Topic}
  Jobs: {Type: AWS::SQS::Queue}
  Rule: {Type: AWS::Events::Rule}
  Work: {Type: AWS::Serverless::Function, Properties: {Handler: a.b}}
  A: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: Files}, Destination: {Id: Work}, Permissions: [Write]}}
  B: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: News}, Destination: {Id: Jobs}, Permissions: [Write]}}
  C: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: Rule}, Destination: {Id: News}, Permissions: [Write]}}
  D: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: Work}, Destination: [{Id: Files}, {Id: Jobs}], Permissions: [Read]}}
",
    );
    let permission = &template.get("AWriteLambdaPermission").properties;
    assert_eq!(permission.get("Principal").as_str(), Some("s3.amazonaws.com"));
    assert_eq!(reference(template.get("BQueuePolicy").properties.path("Queues/0")), "Jobs");
    assert_eq!(reference(template.get("CTopicPolicy").properties.path("Topics/0")), "News");
    assert!(template.has("DPolicyDestination0") && template.has("DPolicyDestination1"));
}

#[test]
fn a_connector_may_stand_beside_its_source() {
    let template = expand(
        "Resources:
  Table: {Type: AWS::DynamoDB::Table}
  Work:
    Type: AWS::Serverless::Function
    Connectors:
      Store: {Properties: {Destination: {Id: Table}, Permissions: [Write]}}
    Properties: {Handler: a.b}
",
    );
    let policy = &template.get("WorkStorePolicy").properties;
    assert_eq!(reference(policy.path("Roles/0")), "WorkRole");
    assert_eq!(reference(policy.path("PolicyDocument/Statement/0/Resource/0")), "Table.Arn");
}

#[test]
fn what_is_not_known_to_connect_leaves_the_template_open() {
    let template = expand(
        "Resources:
  A: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: Nobody}, Destination: {Id: Nothing}, Permissions: [Write]}}
  B: {Type: AWS::Serverless::Function, Properties: {Handler: a.b}}
",
    );
    assert!(template.root.open);
}

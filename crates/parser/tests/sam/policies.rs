use trilith_graph::{Flags, Tri, Value};

use crate::support::{Expanded, expand, text, texts};

fn with_policies(policies: &str) -> Expanded {
    expand(&format!(
        "Parameters:
  Extra: {{Type: String}}
Conditions:
  IsProd: !Equals [!Ref Extra, prod]
Resources:
  Jobs: {{Type: AWS::SQS::Queue}}
  Work:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Policies:{policies}"
    ))
}

fn role(template: &Expanded) -> &Value {
    &template.get("WorkRole").properties
}

#[test]
fn templates_statements_and_managed_policies_mix() {
    let template = with_policies(
        "
        - AWSLambdaExecute
        - AmazonSSMReadOnlyAccess
        - arn:aws:iam::aws:policy/AdministratorAccess
        - !Ref Extra
        - SQSPollerPolicy: {QueueName: !GetAtt Jobs.QueueName}
        - Version: 2012-10-17
          Statement:
            - Effect: Allow
              Action: '*'
              Resource: '*'
",
    );
    let managed = role(&template).get("ManagedPolicyArns");
    let arns: Vec<_> = managed.items().iter().map(Value::display_text).collect();
    assert_eq!(arns[1].as_deref(), Some("arn:${AWS::Partition}:iam::aws:policy/AWSLambdaExecute"));
    assert_eq!(arns[3].as_deref(), Some("arn:aws:iam::aws:policy/AdministratorAccess"));
    assert_eq!(arns[4], None, "a parameter is a policy that is not known");
    let policies = role(&template).get("Policies");
    assert_eq!(policies.items().len(), 2);
    let statement = policies.path("0/PolicyDocument/Statement/0");
    assert_eq!(texts(statement.get("Action")).len(), 6);
    let resource = text(statement.path("Resource/0"));
    assert_eq!(
        resource,
        "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${Jobs.QueueName}"
    );
    assert_eq!(template.text(statement.span), "SQSPollerPolicy", "the place of the template");
    let action = policies.path("1/PolicyDocument/Statement/0/Action");
    assert_eq!((action.as_str(), template.text(action.span)), (Some("*"), "'*'"));
}

#[test]
fn one_policy_needs_no_list() {
    let template = with_policies(" AWSLambdaExecute\n");
    assert_eq!(texts(role(&template).get("ManagedPolicyArns")).len(), 2);
    let template =
        with_policies("\n        Statement: [{Effect: Allow, Action: s3:*, Resource: '*'}]\n");
    let action = role(&template).path("Policies/0/PolicyDocument/Statement/0/Action");
    assert_eq!(action.as_str(), Some("s3:*"));
}

#[test]
fn policies_under_a_condition_keep_it() {
    let template = with_policies(
        "
        - !If [IsProd, AmazonS3ReadOnlyAccess, AdministratorAccess]
        - !If
          - IsProd
          - !Ref AWS::NoValue
          - Statement: [{Effect: Allow, Action: '*', Resource: '*'}]
        - !If
          - IsProd
          - S3CrudPolicy: {BucketName: logs}
          - !Ref AWS::NoValue
",
    );
    let role = role(&template);
    let mut guards = Vec::new();
    role.collect_guards(&mut guards);
    assert!(guards.len() >= 2, "{guards:?}");
    assert_eq!(role.get("Policies").items().len(), 2);
    assert!(role.get("Policies").item(0).is_unknown(), "it is there in one scenario only");
}

#[test]
fn a_parameter_of_a_template_that_is_missing_is_unknown() {
    let template = with_policies("\n        - S3ReadPolicy: {}\n");
    let resource = role(&template).path("Policies/0/PolicyDocument/Statement/0/Resource/0");
    assert_eq!(resource.is("*"), Tri::False, "the literal part decides");
    assert!(resource.unknown_reason().is_some(), "{resource:?}");
}

#[test]
fn a_template_that_does_not_exist_is_unknown() {
    let template = with_policies("\n        - NoSuchPolicy: {}\n");
    let document = role(&template).path("Policies/0/PolicyDocument");
    assert_eq!(document.is_present(), Tri::Unknown);
}

#[test]
fn what_a_macro_inserts_may_be_any_policy() {
    let template = with_policies("\n        - Fn::Transform: {Name: More}\n");
    assert!(role(&template).get("Policies").flags.has(Flags::OPEN));
    assert!(role(&template).get("ManagedPolicyArns").flags.has(Flags::OPEN));
}

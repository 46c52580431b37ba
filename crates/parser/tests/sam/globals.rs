use crate::support::{expand, texts};

const TEMPLATE: &str = "Globals:
  Function:
    Runtime: python3.13
    Timeout: 3
    Layers: [arn:aws:lambda:eu-west-1:111122223333:layer:one:1]
    Environment: {Variables: {STAGE: test, TABLE: jobs}}
    Tags: {team: a}
    VpcConfig: {SubnetIds: [subnet-1]}
    Tracing: Active
  SimpleTable: {SSESpecification: {SSEEnabled: true}}
Resources:
  Own:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Timeout: 30
      Layers: [arn:aws:lambda:eu-west-1:111122223333:layer:two:1]
      Environment: {Variables: {STAGE: prod}}
      VpcConfig: {SubnetIds: [subnet-2]}
  Alone:
    Type: AWS::Serverless::Function
    IgnoreGlobals: '*'
    Properties: {Handler: a.b}
  Partly:
    Type: AWS::Serverless::Function
    IgnoreGlobals: [Tracing]
    Properties: {Handler: a.b}
  Plain:
    Type: AWS::Lambda::Function
    Properties: {Handler: a.b}
  Table: {Type: AWS::Serverless::SimpleTable}
";

#[test]
fn maps_merge_lists_concatenate_and_scalars_are_local() {
    let template = expand(TEMPLATE);
    let own = &template.get("Own").properties;
    assert_eq!(own.get("Timeout").as_int(), Some(30));
    assert_eq!(own.get("Runtime").as_str(), Some("python3.13"));
    assert_eq!(own.path("Environment/Variables/STAGE").as_str(), Some("prod"));
    assert_eq!(own.path("Environment/Variables/TABLE").as_str(), Some("jobs"));
    let layers = texts(own.get("Layers"));
    assert!(layers[0].contains(":one:") && layers[1].contains(":two:"), "{layers:?}");
    assert_eq!(texts(own.path("VpcConfig/SubnetIds")), ["subnet-1", "subnet-2"]);
    assert_eq!(own.path("Tags/0/Key").as_str(), Some("team"));
}

#[test]
fn what_is_global_keeps_its_place() {
    let template = expand(TEMPLATE);
    let runtime = template.get("Own").properties.get("Runtime").span;
    assert_eq!(template.line(runtime), 4);
    let subnets = template.get("Own").properties.path("VpcConfig/SubnetIds").items();
    assert_eq!(
        subnets.iter().map(|id| template.text(id.span)).collect::<Vec<_>>(),
        ["subnet-1", "subnet-2"]
    );
    let managed = texts(template.get("OwnRole").properties.get("ManagedPolicyArns"));
    assert!(managed.iter().any(|arn| arn.ends_with("AWSXrayWriteOnlyAccess")), "{managed:?}");
}

#[test]
fn a_resource_may_ignore_globals() {
    let template = expand(TEMPLATE);
    assert!(template.get("Alone").properties.get("Runtime").is_absent());
    let partly = &template.get("Partly").properties;
    assert!(partly.get("TracingConfig").is_absent());
    assert_eq!(partly.get("Runtime").as_str(), Some("python3.13"));
}

#[test]
fn globals_are_for_their_type() {
    let template = expand(TEMPLATE);
    assert!(template.get("Plain").properties.get("Runtime").is_absent());
    let table = &template.get("Table").properties;
    assert_eq!(table.path("SSESpecification/SSEEnabled").as_bool(), Some(true));
}

#[test]
fn a_role_or_policies_are_never_global() {
    let template = expand(
        "Globals: {Function: {Role: 'arn:aws:iam::111122223333:role/x', Policies: [AdministratorAccess]}}
Resources:
  Own: {Type: AWS::Serverless::Function, Properties: {Handler: a.b}}
",
    );
    let role = &template.get("OwnRole").properties;
    assert_eq!(texts(role.get("ManagedPolicyArns")).len(), 1);
}

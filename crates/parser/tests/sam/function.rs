use trilith_graph::Tri;

use crate::support::{expand, reference, text, texts};

const FUNCTION: &str = "Resources:
  Api:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.13
      CodeUri: src/
";

#[test]
fn a_function_comes_with_its_role() {
    let template = expand(FUNCTION);
    let function = template.get("Api");
    assert_eq!(&*function.resource_type, "AWS::Lambda::Function");
    assert_eq!(&*function.source_type, "AWS::Serverless::Function");
    assert!(!function.is_synthetic(), "it is written");
    assert_eq!(function.properties.get("Handler").as_str(), Some("app.handler"));
    assert_eq!(reference(function.properties.get("Role")), "ApiRole.Arn");
    let role = template.get("ApiRole");
    assert!(role.is_synthetic());
    assert_eq!((&*role.name, &*role.source_type), ("Api", "AWS::Serverless::Function"));
    assert_eq!(template.text(role.span), "Api", "what is missing is missing there");
    let managed = texts(role.properties.get("ManagedPolicyArns"));
    assert_eq!(
        managed,
        ["arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]
    );
    let service = role.properties.path("AssumeRolePolicyDocument/Statement/0/Principal/Service/0");
    assert_eq!(service.as_str(), Some("lambda.amazonaws.com"));
}

#[test]
fn a_role_that_is_given_is_not_made() {
    let template = expand(&format!("{FUNCTION}      Role: arn:aws:iam::111122223333:role/own\n"));
    assert!(!template.has("ApiRole"));
    let role = template.get("Api").properties.get("Role").as_str();
    assert_eq!(role, Some("arn:aws:iam::111122223333:role/own"));
}

#[test]
fn settings_add_to_the_role() {
    let template = expand(&format!(
        "{FUNCTION}      Tracing: Active
      VpcConfig: {{SubnetIds: [subnet-1], SecurityGroupIds: [sg-1]}}
      PermissionsBoundary: arn:aws:iam::111122223333:policy/edge
      RolePath: /teams/
      DeadLetterQueue: {{Type: SQS, TargetArn: arn:aws:sqs:eu-west-1:111122223333:dead}}
      AssumeRolePolicyDocument:
        Statement: [{{Effect: Allow, Action: sts:AssumeRole, Principal: '*'}}]
"
    ));
    let role = &template.get("ApiRole").properties;
    let managed = texts(role.get("ManagedPolicyArns"));
    assert!(managed[1].ends_with("/AWSXrayWriteOnlyAccess"), "{managed:?}");
    assert!(managed[2].ends_with("/AWSLambdaVPCAccessExecutionRole"), "{managed:?}");
    assert!(text(role.get("PermissionsBoundary")).ends_with("policy/edge"));
    assert_eq!(role.get("Path").as_str(), Some("/teams/"));
    let action = role.path("Policies/0/PolicyDocument/Statement/0/Action/0");
    assert_eq!(action.as_str(), Some("sqs:SendMessage"));
    let principal = role.path("AssumeRolePolicyDocument/Statement/0/Principal");
    assert_eq!(template.text(principal.span), "'*'", "the user's trust policy in its place");
    let function = &template.get("Api").properties;
    assert_eq!(function.path("TracingConfig/Mode").as_str(), Some("Active"));
    assert!(text(function.path("DeadLetterConfig/TargetArn")).ends_with(":dead"));
    assert_eq!(texts(function.path("VpcConfig/SubnetIds")), ["subnet-1"]);
}

#[test]
fn a_url_without_authentication_is_open_to_everyone() {
    let template = expand(&format!("{FUNCTION}      FunctionUrlConfig:\n        AuthType: NONE\n"));
    let url = template.get("ApiUrl");
    assert_eq!(&*url.resource_type, "AWS::Lambda::Url");
    assert_eq!(template.text(url.span), "FunctionUrlConfig");
    let auth_type = url.properties.get("AuthType");
    assert_eq!((auth_type.as_str(), template.line(auth_type.span)), (Some("NONE"), 10));
    for (address, action) in [
        ("ApiUrlPublicPermissions", "lambda:InvokeFunctionUrl"),
        ("ApiURLInvokeAllowPublicAccess", "lambda:InvokeFunction"),
    ] {
        let permission = template.get(address);
        assert!(permission.is_synthetic());
        assert_eq!(permission.properties.get("Principal").as_str(), Some("*"));
        assert_eq!(permission.properties.get("Action").as_str(), Some(action));
        assert_eq!(template.text(permission.span), "NONE", "the place of the cause");
    }
}

#[test]
fn a_url_with_authentication_needs_no_permission() {
    let auth = "      FunctionUrlConfig: {AuthType: AWS_IAM}\n";
    let template = expand(&format!("{FUNCTION}{auth}"));
    assert!(template.has("ApiUrl") && !template.has("ApiUrlPublicPermissions"));
}

#[test]
fn an_alias_is_what_events_and_urls_invoke() {
    let template = expand(&format!(
        "{FUNCTION}      AutoPublishAlias: live
      FunctionUrlConfig: {{AuthType: AWS_IAM}}
      Events:
        Nightly: {{Type: Schedule, Properties: {{Schedule: rate(1 day)}}}}
Outputs:
  Version: {{Value: !Ref Api.Version}}
  Alias: {{Value: !Ref Api.Alias}}
  Role: {{Value: !GetAtt ApiRole.Arn}}
"
    ));
    let alias = &template.get("ApiAliaslive").properties;
    assert_eq!(reference(alias.get("FunctionVersion")), "ApiVersion.Version");
    let target = template.get("ApiUrl").properties.get("TargetFunctionArn").clone();
    assert_eq!(reference(&target), "ApiAliaslive");
    let permission = &template.get("ApiNightlyPermission").properties;
    assert_eq!(reference(permission.get("FunctionName")), "ApiAliaslive");
    let output = |name: &str| reference(template.get(name).properties.get("Value"));
    assert_eq!(output("Outputs.Version"), "ApiVersion");
    assert_eq!(output("Outputs.Alias"), "ApiAliaslive");
    assert_eq!(output("Outputs.Role"), "ApiRole.Arn", "what is generated may be referred to");
}

#[test]
fn code_that_is_packaged_later_is_not_known() {
    let function = &expand(FUNCTION).root.resources[0].properties.clone();
    assert_eq!(function.path("Code/S3Bucket").is_present(), Tri::Unknown);
    let inline = expand(&FUNCTION.replace("CodeUri: src/", "InlineCode: 'pass'"));
    assert_eq!(inline.get("Api").properties.path("Code/ZipFile").as_str(), Some("pass"));
    let s3 = expand(&FUNCTION.replace("src/", "s3://code/app.zip"));
    assert_eq!(s3.get("Api").properties.path("Code/S3Bucket").as_str(), Some("code"));
}

#[test]
fn destinations_that_are_not_given_are_made() {
    let template = expand(&format!(
        "{FUNCTION}      EventInvokeConfig:
        MaximumRetryAttempts: 1
        DestinationConfig:
          OnSuccess: {{Type: SNS}}
          OnFailure: {{Type: SQS, Destination: arn:aws:sqs:eu-west-1:111122223333:dead}}
"
    ));
    let config = &template.get("ApiEventInvokeConfig").properties;
    let success = config.path("DestinationConfig/OnSuccess/Destination");
    assert_eq!(reference(success), "ApiEventInvokeConfigOnSuccessTopic");
    let topic = template.get("ApiEventInvokeConfigOnSuccessTopic");
    let key = topic.properties.get("KmsMasterKeyId").is_present();
    assert_eq!(key, Tri::Unknown, "nothing can be written about it in SAM");
    assert!(!template.has("ApiEventInvokeConfigOnFailureQueue"));
    let policies = template.get("ApiRole").properties.get("Policies").items().len();
    assert_eq!(policies, 2);
}

#[test]
fn edges_lead_from_the_function_to_its_role() {
    let template = expand(FUNCTION);
    let at = |address: &str| {
        template.root.resources.iter().position(|r| &*r.address == address).unwrap() as u32
    };
    let (function, role) = (at("Api"), at("ApiRole"));
    assert!(template.root.edges.iter().any(|edge| (edge.from.0, edge.to.0) == (function, role)));
}

#[test]
fn shifted_traffic_comes_with_an_application_and_a_role() {
    let template = expand(&format!(
        "{FUNCTION}      AutoPublishAlias: live
      DeploymentPreference: {{Type: Linear10PercentEvery1Minute, Alarms: [!Ref Alarm]}}
  Alarm: {{Type: AWS::CloudWatch::Alarm}}
"
    ));
    let group = &template.get("ApiDeploymentGroup").properties;
    assert_eq!(reference(group.path("AlarmConfiguration/Alarms/0/Name")), "Alarm");
    assert_eq!(reference(group.get("ServiceRoleArn")), "CodeDeployServiceRole.Arn");
    let role = &template.get("CodeDeployServiceRole").properties;
    assert_eq!(role.get("PermissionsBoundary").is_present(), Tri::Unknown);
    let off = expand(&format!(
        "{FUNCTION}      AutoPublishAlias: live\n      DeploymentPreference: {{Enabled: false}}\n"
    ));
    assert!(!off.has("ServerlessDeploymentApplication"));
}

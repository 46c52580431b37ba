use crate::support::{expand, reference, text};

fn function(events: &str) -> String {
    format!(
        "  Work:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Events:
{events}"
    )
}

#[test]
fn events_imply_an_api() {
    let template = expand(&format!(
        "Globals: {{Api: {{TracingEnabled: true}}}}\nResources:\n{}Outputs:\n  Url: {{Value: !Sub 'https://${{ServerlessRestApi}}.example'}}\n",
        function(
            "        Get: {Type: Api, Properties: {Path: '/jobs/{id}', Method: get}}
        Put: {Type: Api, Properties: {Path: /jobs, Method: ANY}}\n"
        )
    ));
    let api = template.get("ServerlessRestApi");
    assert!(api.is_synthetic());
    assert_eq!(template.text(api.span), "Get", "the first event that implies it");
    let stage = template.get("ServerlessRestApiProdStage");
    assert_eq!(&*stage.resource_type, "AWS::ApiGateway::Stage");
    assert_eq!(stage.properties.get("TracingEnabled").as_bool(), Some(true));
    assert!(stage.properties.get("AccessLogSetting").is_absent(), "it could be set in Globals");
    assert!(template.has("ServerlessRestApiDeployment"));
    let arn = template.get("WorkGetPermissionProd").properties.get("SourceArn").clone();
    assert!(text(&arn).ends_with(":${ServerlessRestApi}/*/GET/jobs/*"), "{}", text(&arn));
    let arn = template.get("WorkPutPermissionProd").properties.get("SourceArn").clone();
    assert!(text(&arn).ends_with("/*/*/jobs"), "{}", text(&arn));
    let paths = api.properties.path("Body/paths").entries();
    assert_eq!(paths.iter().map(|path| &*path.key).collect::<Vec<_>>(), ["/jobs/{id}", "/jobs"]);
}

#[test]
fn an_explicit_api_has_a_stage_and_authorizers() {
    let template = expand(&format!(
        "Resources:
  Gate:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
      EndpointConfiguration: {{Type: PRIVATE, VPCEndpointIds: [vpce-1]}}
      MethodSettings: [{{HttpMethod: '*', ResourcePath: '/*', CacheDataEncrypted: true}}]
      AccessLogSetting: {{DestinationArn: 'arn:aws:logs'}}
      Auth:
        DefaultAuthorizer: Own
        Authorizers: {{Own: {{FunctionArn: !GetAtt Work.Arn}}}}
        ResourcePolicy: {{IpRangeWhitelist: [10.0.0.0/8]}}
{}",
        function(
            "        Get: {Type: Api, Properties: {Path: /, Method: get, RestApiId: !Ref Gate}}
        Open: {Type: Api, Properties: {Path: /open, Method: get, RestApiId: !Ref Gate, Auth: {Authorizer: NONE}}}\n"
        )
    ));
    let api = &template.get("Gate").properties;
    assert_eq!(api.path("EndpointConfiguration/Types/0").as_str(), Some("PRIVATE"));
    let statements = api.path("Policy/Statement").items();
    assert_eq!(statements.len(), 2, "allowed, and denied from elsewhere");
    let cidr = statements[1].path("Condition/NotIpAddress/aws:SourceIp/0");
    assert_eq!(cidr.as_str(), Some("10.0.0.0/8"));
    let paths = api.path("Body/paths");
    assert!(paths.get("/").path("get/security").is_present().is_true());
    assert!(paths.get("/open").path("get/security").is_absent());
    let stage = &template.get("GateliveStage").properties;
    assert!(stage.path("AccessLogSetting/DestinationArn").is_present().is_true());
    assert_eq!(stage.path("MethodSettings/0/CacheDataEncrypted").as_bool(), Some(true));
    let permission = &template.get("GateOwnAuthorizerPermission").properties;
    assert_eq!(reference(permission.get("FunctionName")), "Work.Arn");
    assert!(template.has("WorkGetPermissionlive"));
    assert!(!template.has("ServerlessRestApi"));
}

#[test]
fn a_written_body_is_kept_and_one_elsewhere_is_not_known() {
    let template = expand(
        "Resources:
  Inline:
    Type: AWS::Serverless::Api
    Properties:
      StageName: a
      Auth: {DefaultAuthorizer: AWS_IAM}
      DefinitionBody:
        openapi: 3.0.1
        paths: {/x: {get: {responses: {}}, post: {security: []}}}
  File:
    Type: AWS::Serverless::Api
    Properties: {StageName: a, DefinitionUri: api.yaml}
",
    );
    let path = template.get("Inline").properties.path("Body/paths").get("/x");
    assert_eq!(path.path("get/security").items().len(), 1);
    assert_eq!(path.path("post/security").items().len(), 0, "its own word counts");
    let file = &template.get("File").properties;
    assert!(file.get("Body").is_absent());
    assert!(file.path("BodyS3Location/Bucket").is_unknown());
}

#[test]
fn http_apis_have_a_stage_that_deploys_itself() {
    let template = expand(&format!(
        "Resources:\n{}",
        function(
            "        All: {Type: HttpApi}\n        One: {Type: HttpApi, Properties: {Path: /one, Method: post}}\n"
        )
    ));
    let api = &template.get("ServerlessHttpApi").properties;
    assert_eq!(api.get("ProtocolType").as_str(), Some("HTTP"));
    let stage = &template.get("ServerlessHttpApiApiGatewayDefaultStage").properties;
    assert_eq!(stage.get("AutoDeploy").as_bool(), Some(true));
    assert!(template.has("WorkAllPermission"));
    assert!(!template.has("WorkOnePermission"), "that of the default route covers it");
}

#[test]
fn an_http_api_may_share_with_every_origin() {
    let template = expand(
        "Resources:
  Gate: {Type: AWS::Serverless::HttpApi, Properties: {CorsConfiguration: true, Domain: {DomainName: a.example, CertificateArn: 'arn:aws:acm', SecurityPolicy: TLS_1_2}}}
",
    );
    let cors = template.get("Gate").properties.path("CorsConfiguration/AllowOrigins/0").clone();
    assert_eq!(cors.as_str(), Some("*"));
    let domain = &template.get("ApiGatewayDomainNameV2aexample").properties;
    let policy = domain.path("DomainNameConfigurations/0/SecurityPolicy");
    assert_eq!((policy.as_str(), template.text(policy.span)), (Some("TLS_1_2"), "TLS_1_2"));
    assert!(template.has("GateApiMapping"));
}

#[test]
fn websocket_apis_have_routes() {
    let template = expand(
        "Resources:
  Chat:
    Type: AWS::Serverless::WebSocketApi
    Properties:
      RouteSelectionExpression: $request.body.action
      Auth: {AuthType: CUSTOM, AuthArn: 'arn:aws:lambda:x'}
      Routes:
        $connect: {FunctionArn: 'arn:aws:lambda:y'}
        say: {FunctionArn: 'arn:aws:lambda:y'}
",
    );
    let connect = &template.get("ChatConnectRoute").properties;
    assert_eq!(connect.get("AuthorizationType").as_str(), Some("CUSTOM"));
    assert_eq!(reference(connect.get("AuthorizerId")), "ChatConnectAuthorizer");
    assert!(template.get("ChatSayRoute").properties.get("AuthorizationType").is_absent());
    for address in
        ["ChatSayIntegration", "ChatSayPermission", "ChatDefaultStage", "ChatAuthorizerPermission"]
    {
        assert!(template.has(address), "{address}: {:?}", template.addresses());
    }
}

#[test]
fn a_usage_plan_comes_with_its_key() {
    let template = expand(
        "Resources:
  Gate:
    Type: AWS::Serverless::Api
    Properties: {StageName: a, Auth: {ApiKeyRequired: true, UsagePlan: {CreateUsagePlan: PER_API}}}
",
    );
    for address in ["GateUsagePlan", "GateApiKey", "GateUsagePlanKey"] {
        assert!(template.has(address), "{address}");
    }
}

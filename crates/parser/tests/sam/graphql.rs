use crate::support::{expand, reference};

#[test]
fn an_api_has_a_schema_sources_and_roles() {
    let template = expand(
        "Resources:
  Posts: {Type: AWS::DynamoDB::Table}
  Gate:
    Type: AWS::Serverless::GraphQLApi
    Properties:
      SchemaInline: 'type Query { a: String }'
      Auth:
        Type: API_KEY
        Additional: [{Type: AWS_LAMBDA, LambdaAuthorizer: {AuthorizerUri: 'arn:aws:lambda:x'}}]
      ApiKeys: {Main: {}}
      DataSources:
        DynamoDb: {Store: {TableName: !Ref Posts, TableArn: !GetAtt Posts.Arn, Permissions: [Read]}}
        Lambda: {Code: {FunctionArn: 'arn:aws:lambda:y'}}
      Functions: {Get: {Runtime: {Name: APPSYNC_JS, Version: 1.0.0}, DataSource: NONE, InlineCode: x}}
      Resolvers: {Query: {a: {Pipeline: [Get]}}}
",
    );
    let api = &template.get("Gate").properties;
    assert_eq!(api.get("AuthenticationType").as_str(), Some("API_KEY"));
    let further = api.path("AdditionalAuthenticationProviders/0");
    assert_eq!(further.get("AuthenticationType").as_str(), Some("AWS_LAMBDA"));
    assert_eq!(reference(api.path("LogConfig/CloudWatchLogsRoleArn")), "GateCloudWatchRole.Arn");
    let policy = &template.get("GateStoreDynamoDBDataSourceToTableConnectorPolicy").properties;
    assert_eq!(reference(policy.path("Roles/0")), "GateStoreDynamoDBDataSourceRole");
    assert_eq!(policy.path("PolicyDocument/Statement").items().len(), 1, "only what is asked for");
    for (address, kind) in [
        ("GateSchema", "GraphQLSchema"),
        ("GateMain", "ApiKey"),
        ("GateStoreDynamoDBDataSource", "DataSource"),
        ("GateCodeLambdaDataSource", "DataSource"),
        ("GateNoneDataSource", "DataSource"),
        ("GateGet", "FunctionConfiguration"),
        ("GateQuerya", "Resolver"),
    ] {
        let resource = template.get(address);
        assert_eq!(&*resource.resource_type, format!("AWS::AppSync::{kind}"));
    }
    assert!(template.has("GateToLambdaAuthConnector1WriteLambdaPermission"));
}

//! `AWS::Serverless::WebSocketApi`.

use std::sync::Arc;

use trilith_graph::{Entry, Flags, Formula, Resource, Value, ValueKind};

use super::http::add_stage;
use super::{auth, domain};
use crate::sam::choice::{given, or_else};
use crate::sam::generated::{Generated, kept, put};
use crate::sam::place::{Place, place_of};

const SAME: [&str; 8] = [
    "ApiKeySelectionExpression",
    "Description",
    "DisableExecuteApiEndpoint",
    "DisableSchemaValidation",
    "IpAddressType",
    "Name",
    "RouteSelectionExpression",
    "Tags",
];
const ROUTE: [&str; 6] = [
    "ApiKeyRequired",
    "ModelSelectionExpression",
    "OperationName",
    "RequestModels",
    "RequestParameters",
    "RouteResponseSelectionExpression",
];
const FUNCTION: &str = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Function}/invocations";

/// Expands an API: the API itself, its routes, its authorizer and its stage.
pub(in crate::sam) fn expand(api: &Resource, generated: &mut Generated) {
    let written = &api.properties;
    if generated.keeps_opaque(api, "AWS::ApiGatewayV2::Api") {
        return;
    }
    let place = Place(api.span);
    let mut properties = kept(written, &SAME);
    put(&mut properties, "Name", or_else(written.get("Name"), place.text(api.address.clone())));
    put(&mut properties, "ProtocolType", place.text("WEBSOCKET"));
    let properties = Value { kind: ValueKind::Map(Arc::new(properties)), ..written.clone() };
    generated.written(api, "AWS::ApiGatewayV2::Api", properties);
    for entry in written.get("Routes").entries() {
        route(api, entry, generated);
    }
    authorizer(api, generated);
    let stage = add_stage(api, "default", generated);
    domain::expand_v2(api, &stage, generated);
}

/// A route, what it calls, and the permission for that.
fn route(api: &Resource, entry: &Entry, generated: &mut Generated) {
    let place = Place(entry.key_span);
    let id = &api.address;
    let base = format!("{id}{}", capitalized(entry.key.trim_start_matches('$')));
    let own = place.reference(id);
    let integration = format!("{base}Integration");
    let function = entry.value.get("FunctionArn");
    let mut properties = kept(&entry.value, &ROUTE);
    put(&mut properties, "ApiId", own.clone());
    put(&mut properties, "RouteKey", place.text(entry.key.clone()));
    let target = place.with("integrations/${Id}", "Id", &place.reference(&integration));
    put(&mut properties, "Target", target);
    if &*entry.key == "$connect" {
        let kind = api.properties.path("Auth/AuthType");
        put(&mut properties, "AuthorizationType", kind.clone());
        if kind.is("CUSTOM").is_true() {
            let authorizer = place.reference(&format!("{id}ConnectAuthorizer"));
            put(&mut properties, "AuthorizerId", authorizer);
        }
    }
    let properties = Value::map(properties, place.0).with(Flags::SYNTHETIC);
    let always = || Formula::True;
    generated.add(api, format!("{base}Route"), "AWS::ApiGatewayV2::Route", always(), properties);
    let properties = place.map([
        ("ApiId", own.clone()),
        ("IntegrationType", place.text("AWS_PROXY")),
        ("IntegrationUri", place.with(FUNCTION, "Function", function)),
        ("TimeoutInMillis", entry.value.get("IntegrationTimeout").clone()),
    ]);
    generated.add(api, integration, "AWS::ApiGatewayV2::Integration", always(), properties);
    let stage = or_else(api.properties.get("StageName"), place.text("default"));
    let arn = format!(
        "arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{Api}}/${{Stage}}/{}",
        entry.key
    );
    let source = place.substitute(&arn, &|name| match name {
        "Api" => Some(own.clone()),
        "Stage" => Some(stage.clone()),
        _ => None,
    });
    let properties = place.map([
        ("Action", place.text("lambda:InvokeFunction")),
        ("FunctionName", function.clone()),
        ("Principal", place.text("apigateway.amazonaws.com")),
        ("SourceArn", source),
    ]);
    let address = format!("{base}Permission");
    generated.add(api, address, "AWS::Lambda::Permission", always(), properties);
}

fn capitalized(key: &str) -> String {
    let mut characters = key.chars().filter(|character| character.is_alphanumeric());
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters.map(|other| other.to_ascii_lowercase())).collect()
}

fn authorizer(api: &Resource, generated: &mut Generated) {
    let written = api.properties.get("Auth");
    let function = written.get("AuthArn");
    if !written.get("AuthType").is("CUSTOM").is_true() || function.is_absent() {
        return;
    }
    let place = place_of(&api.properties, "Auth", api.span);
    let address = format!("{}ConnectAuthorizer", api.address);
    let properties = place.map([
        ("ApiId", place.reference(&api.address)),
        ("AuthorizerType", place.text("REQUEST")),
        ("AuthorizerUri", place.with(FUNCTION, "Function", function)),
        ("AuthorizerCredentialsArn", written.get("InvokeRole").clone()),
        ("IdentitySource", written.get("IdentitySource").clone()),
        ("Name", or_else(written.get("Name"), place.text(&*address))),
    ]);
    let kind = "AWS::ApiGatewayV2::Authorizer";
    generated.add(api, address, kind, Formula::True, properties);
    // With a role of its own, API Gateway needs no permission.
    let wanted = given(written.get("InvokeRole")).negate();
    let address = format!("{}AuthorizerPermission", api.address);
    auth::permission(api, address, place, function, wanted, generated);
}

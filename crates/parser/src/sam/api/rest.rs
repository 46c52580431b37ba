//! `AWS::Serverless::Api`, and the one that `Api` events imply.

use std::sync::Arc;

use trilith_graph::{Flags, Formula, Map, Resource, Value, ValueKind};

use super::{auth, body, domain, usage_plan};
use crate::sam::choice::{map, or_else};
use crate::sam::function::tags;
use crate::sam::generated::{Generated, kept, put};
use crate::sam::place::{Place, place_of};
use crate::sam::routes::Route;

/// Properties that the API has under the same name.
const SAME: [&str; 12] = [
    "ApiKeySourceType",
    "BinaryMediaTypes",
    "Description",
    "DisableExecuteApiEndpoint",
    "EndpointAccessMode",
    "FailOnWarnings",
    "MinimumCompressionSize",
    "Mode",
    "Name",
    "Policy",
    "SecurityPolicy",
    "Tags",
];
/// Properties that its stage has under the same name.
const SAME_OF_STAGE: [&str; 9] = [
    "AccessLogSetting",
    "CacheClusterEnabled",
    "CacheClusterSize",
    "CanarySetting",
    "Description",
    "MethodSettings",
    "StageName",
    "TracingEnabled",
    "Variables",
];

/// Expands an API: the API itself, its deployment and stage, and what its settings imply.
pub(in crate::sam) fn expand(api: &Resource, routes: &[Route], generated: &mut Generated) {
    let written = &api.properties;
    if generated.keeps_opaque(api, "AWS::ApiGateway::RestApi") {
        return;
    }
    generated.written(api, "AWS::ApiGateway::RestApi", rest_api(api, routes));
    let place = Place(api.span);
    let deployment = format!("{}Deployment", api.address);
    let stage = format!("{}{}Stage", api.address, stage_suffix(written));
    let own = place.reference(&api.address);
    let properties = place.map([
        ("RestApiId", own.clone()),
        ("StageName", place.text("Stage")),
        ("Description", place.text("RestApi deployment")),
    ]);
    let always = Formula::True;
    let kind = "AWS::ApiGateway::Deployment";
    generated.add(api, &*deployment, kind, always.clone(), properties);
    let mut properties = kept(written, &SAME_OF_STAGE);
    // The description is that of the API.
    properties.remove("Description");
    put(&mut properties, "RestApiId", own);
    put(&mut properties, "DeploymentId", place.reference(&deployment));
    put(&mut properties, "Tags", tags(written.get("Tags")));
    let properties = Value::map(properties, api.span).with(Flags::SYNTHETIC);
    generated.add(api, &*stage, "AWS::ApiGateway::Stage", always, properties);
    generated.name(api, "Deployment", &deployment);
    generated.name(api, "Stage", &stage);
    auth::permissions(api, generated);
    usage_plan::expand(api, &stage, generated);
    domain::expand_rest(api, &stage, generated);
}

/// What the logical id of the stage has between that of the API and `Stage`.
fn stage_suffix(api: &Value) -> String {
    let name = api.get("StageName").as_str().unwrap_or_default();
    if name.chars().all(char::is_alphanumeric) { name.to_owned() } else { String::new() }
}

fn rest_api(api: &Resource, routes: &[Route]) -> Value {
    let written = &api.properties;
    let mut properties = kept(written, &SAME);
    put(&mut properties, "Tags", tags(written.get("Tags")));
    let endpoint = map(written.get("EndpointConfiguration"), endpoint);
    put(&mut properties, "EndpointConfiguration", endpoint);
    let policy = auth::resource_policy(written.get("Auth").get("ResourcePolicy"));
    put(&mut properties, "Policy", or_else(written.get("Policy"), policy));
    add_body(api, routes, &mut properties);
    Value { kind: ValueKind::Map(Arc::new(properties)), ..written.clone() }
}

/// The document that describes the API: the one that is written, or what its routes say.
pub(super) fn add_body(api: &Resource, routes: &[Route], properties: &mut Map) {
    let written = &api.properties;
    let (inline, uri) = (written.get("DefinitionBody"), written.get("DefinitionUri"));
    if !uri.is_absent() {
        let location = map(uri, |uri| {
            let place = Place(uri.span);
            let parts = uri.as_str().and_then(|text| text.strip_prefix("s3://")?.split_once('/'));
            match (&uri.kind, parts) {
                (ValueKind::Map(_), _) => uri.clone(),
                (_, Some((bucket, key))) => {
                    place.map([("Bucket", place.text(bucket)), ("Key", place.text(key))])
                }
                _ => place.map([]).with(Flags::OPEN),
            }
        });
        put(properties, "BodyS3Location", location);
        return;
    }
    let place = place_of(written, "Auth", api.span);
    let body = if inline.is_absent() {
        body::of_routes(api, routes)
    } else {
        body::secured(inline, written.get("Auth"), place)
    };
    put(properties, "Body", body);
}

fn endpoint(written: &Value) -> Value {
    let place = Place(written.span);
    let ValueKind::Map(_) = &written.kind else {
        return place.map([("Types", place.list(vec![written.clone()]))]);
    };
    // SAM spells the name of the first in two ways.
    let endpoints = or_else(written.get("VPCEndpointIds"), written.get("VpcEndpointIds").clone());
    place
        .map([
            ("Types", place.list(vec![written.get("Type").clone()])),
            ("VpcEndpointIds", endpoints),
            ("IpAddressType", written.get("IpAddressType").clone()),
        ])
        .with(written.flags)
}

//! `AWS::Serverless::HttpApi`, and the one that `HttpApi` events imply.

use std::sync::Arc;

use trilith_graph::{Flags, Formula, Resource, Value, ValueKind};

use super::rest::add_body;
use super::{auth, domain};
use crate::sam::choice::{map, or_else};
use crate::sam::generated::{Generated, kept, put};
use crate::sam::place::Place;
use crate::sam::routes::Route;

const STAGE: [&str; 5] =
    ["AccessLogSettings", "DefaultRouteSettings", "RouteSettings", "StageVariables", "Tags"];

/// Expands an API: the API itself, its stage, and what its settings imply.
pub(in crate::sam) fn expand(api: &Resource, routes: &[Route], generated: &mut Generated) {
    let written = &api.properties;
    if generated.keeps_opaque(api, "AWS::ApiGatewayV2::Api") {
        return;
    }
    let place = Place(api.span);
    let names = ["Description", "DisableExecuteApiEndpoint", "FailOnWarnings", "Name", "Tags"];
    let mut properties = kept(written, &names);
    put(&mut properties, "ProtocolType", place.text("HTTP"));
    put(&mut properties, "CorsConfiguration", map(written.get("CorsConfiguration"), cors));
    add_body(api, routes, &mut properties);
    let properties = Value { kind: ValueKind::Map(Arc::new(properties)), ..written.clone() };
    generated.written(api, "AWS::ApiGatewayV2::Api", properties);
    auth::permissions(api, generated);
    let stage = add_stage(api, "$default", generated);
    domain::expand_v2(api, &stage, generated);
}

fn cors(written: &Value) -> Value {
    let place = Place(written.span);
    match written.as_bool() {
        Some(true) => place.map([("AllowOrigins", place.texts(&["*"]))]),
        Some(false) => Value::absent().clone(),
        None => written.clone(),
    }
}

/// The stage of an API of this kind; returns its logical id.
pub(super) fn add_stage(api: &Resource, default: &str, generated: &mut Generated) -> String {
    let written = &api.properties;
    let place = Place(api.span);
    let name = or_else(written.get("StageName"), place.text(default));
    let id = &api.address;
    let stage = match name.as_str() {
        Some("$default") => format!("{id}ApiGatewayDefaultStage"),
        Some("default") => format!("{id}DefaultStage"),
        Some(name) if name.chars().all(char::is_alphanumeric) => format!("{id}{name}Stage"),
        _ => format!("{id}Stage"),
    };
    let mut properties = kept(written, &STAGE);
    put(&mut properties, "ApiId", place.reference(id));
    put(&mut properties, "StageName", name);
    put(&mut properties, "AutoDeploy", place.bool(true));
    let properties = Value::map(properties, api.span).with(Flags::SYNTHETIC);
    generated.add(api, &*stage, "AWS::ApiGatewayV2::Stage", Formula::True, properties);
    generated.name(api, "Stage", &stage);
    stage
}

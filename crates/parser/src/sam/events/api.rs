//! `Api` and `HttpApi` events: a route of an API, and the permission that it needs.

use std::sync::Arc;

use trilith_graph::{Formula, Value};

use super::invoked::{Event, Invoked};
use super::push::permission;
use super::schedule::starting_role;
use crate::sam::generated::Generated;
use crate::sam::routes::{IMPLICIT_HTTP_API, IMPLICIT_REST_API, Route};

/// The path that answers whatever no other does.
const DEFAULT_PATH: &str = "$default";
/// The method that stands for all of them in the documents of API Gateway.
const ANY_METHOD: &str = "x-amazon-apigateway-any-method";

/// `Api`: a route of a REST API.
pub(super) fn rest(invoked: &Invoked<'_>, event: &Event<'_>, generated: &mut Generated) {
    let place = event.place;
    let (api, id) = api_of(event, "RestApiId", IMPLICIT_REST_API);
    let written = event.get("Method").as_str().unwrap_or("any").to_ascii_lowercase();
    let any = written == "any" || written == "*";
    let integration = if invoked.is_state_machine {
        let service = "apigateway.amazonaws.com";
        let role = starting_role(invoked, event, service, None, generated);
        let uri = "arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/StartExecution";
        place.map([("type", place.text("aws")), ("uri", place.arn(uri)), ("credentials", role)])
    } else {
        let verb = if any { "*".to_owned() } else { written.to_ascii_uppercase() };
        let source = source_arn(event, &id, &verb);
        let suffix = stage_suffix(api.as_deref(), generated);
        let address = format!("{}Permission{suffix}", event.id);
        let limits = vec![("SourceArn", source)];
        permission(invoked, event, address, "apigateway.amazonaws.com", limits, generated);
        call(invoked, event)
    };
    let method = if any { ANY_METHOD.to_owned() } else { written };
    push_route(invoked, event, api, method, integration, generated);
}

/// `HttpApi`: a route of an HTTP API.
pub(super) fn http(
    invoked: &Invoked<'_>,
    event: &Event<'_>,
    all: &[Event<'_>],
    generated: &mut Generated,
) {
    let (api, id) = api_of(event, "ApiId", IMPLICIT_HTTP_API);
    let written = event.get("Method").as_str().unwrap_or(ANY_METHOD).to_ascii_lowercase();
    let any = matches!(&*written, "any" | "*" | ANY_METHOD);
    // The permission of the route that answers everything is that of all others.
    let same_api = |other: &Event<'_>| api_of(other, "ApiId", IMPLICIT_HTTP_API).0 == api;
    let mut others = all.iter().filter(|other| other.kind == "HttpApi" && same_api(other));
    if is_default(event) || !others.any(|other| is_default(other) && other.guard == Formula::True) {
        let verb = if any { "*".to_owned() } else { written.to_ascii_uppercase() };
        let source = if is_default(event) {
            let arn = format!("{EXECUTE_API}:${{Api}}/*/*");
            event.place.with(&arn, "Api", &id)
        } else {
            source_arn(event, &id, &verb)
        };
        let limits = vec![("SourceArn", source)];
        let address = format!("{}Permission", event.id);
        permission(invoked, event, address, "apigateway.amazonaws.com", limits, generated);
    }
    let method = if any { ANY_METHOD.to_owned() } else { written };
    push_route(invoked, event, api, method, call(invoked, event), generated);
}

fn is_default(event: &Event<'_>) -> bool {
    let path = event.get("Path");
    path.is_absent() || path.is(DEFAULT_PATH).is_true()
}

const EXECUTE_API: &str = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}";

/// What may call: every stage of the API, by the path and method of the route.
fn source_arn(event: &Event<'_>, api: &Value, verb: &str) -> Value {
    let arn = format!("{EXECUTE_API}:${{Api}}/*/{verb}${{Path}}");
    let path = path_of(event);
    event.place.substitute(&arn, &|name| match name {
        "Api" => Some(api.clone()),
        "Path" => Some(path.clone()),
        _ => None,
    })
}

/// The path as it is called: parameters stand for anything, a slash at the end for nothing.
fn path_of(event: &Event<'_>) -> Value {
    let path = event.get("Path");
    let Some(text) = path.as_str() else { return path.clone() };
    let text = if text.len() > 1 { text.trim_end_matches('/') } else { text };
    let mut called = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((_, after)) = after.split_once('}') else { break };
        called.push_str(before);
        called.push('*');
        rest = after;
    }
    called.push_str(rest);
    event.place.text(called)
}

/// Logical id of the API and what refers to it. No id if it is not part of the template.
fn api_of(event: &Event<'_>, property: &str, implicit: &str) -> (Option<Arc<str>>, Value) {
    let named = event.get(property);
    if named.is_absent() {
        return (Some(implicit.into()), event.place.reference(implicit));
    }
    if let Some(reference) = named.as_reference() {
        return (Some(reference.address.clone()), named.clone());
    }
    match named.as_str() {
        // SAM takes a bare name for a logical id, but does not refer to it.
        Some(name) => (Some(name.into()), named.clone()),
        None => (None, named.clone()),
    }
}

/// The end of the permission's logical id: the stage of the API.
fn stage_suffix(api: Option<&str>, generated: &Generated) -> String {
    match api {
        Some(IMPLICIT_REST_API) => "Prod".to_owned(),
        Some(api) => generated.stage_names.get(api).cloned().unwrap_or_else(|| "Stage".to_owned()),
        None => "AllStages".to_owned(),
    }
}

fn call(invoked: &Invoked<'_>, event: &Event<'_>) -> Value {
    let place = event.place;
    let uri = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Function}/invocations";
    place.map([
        ("type", place.text("aws_proxy")),
        ("uri", place.with(uri, "Function", &invoked.arn)),
    ])
}

fn push_route(
    invoked: &Invoked<'_>,
    event: &Event<'_>,
    api: Option<Arc<str>>,
    method: String,
    integration: Value,
    generated: &mut Generated,
) {
    let Some(api) = api else { return };
    let path = event.get("Path");
    let path = if path.is_absent() { event.place.text(DEFAULT_PATH) } else { path.clone() };
    generated.routes.push(Route {
        api,
        path,
        method,
        auth: event.get("Auth").clone(),
        integration,
        place: event.place,
        guard: Formula::all([invoked.sam.guard.clone(), event.guard.clone()]),
    });
}

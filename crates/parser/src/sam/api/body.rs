//! The document that describes an API, in the form that API Gateway imports.

use std::sync::Arc;

use trilith_graph::{Entry, Flags, Map, Resource, Value, ValueKind};

use super::auth;
use crate::sam::choice::only_when;
use crate::sam::place::Place;
use crate::sam::routes::Route;

/// The keys of a path in a document that are methods.
const METHODS: [&str; 9] = [
    "delete",
    "get",
    "head",
    "options",
    "patch",
    "post",
    "put",
    "trace",
    "x-amazon-apigateway-any-method",
];

/// The document of an API of which only the routes are written.
pub(super) fn of_routes(api: &Resource, routes: &[Route]) -> Value {
    let place = Place(api.span);
    let auth = api.properties.get("Auth");
    let mut paths = Map::default();
    for route in routes.iter().filter(|route| route.api == api.address) {
        let Some(path) = route.path.display_text() else { continue };
        let methods = paths.get_or_insert_with(&path, route.place.0, || route.place.map([]));
        let operation = route.place.map([
            ("x-amazon-apigateway-integration", route.integration.clone()),
            ("security", security(&route.auth, auth, route.place)),
        ]);
        if let ValueKind::Map(map) = &mut methods.kind {
            let operation = only_when(route.guard.clone(), operation);
            Arc::make_mut(map).insert(&*route.method, route.place.0, operation);
        }
    }
    let schemes = place.map(schemes(&api.properties));
    place.map([
        ("openapi", place.text("3.0.1")),
        ("paths", Value::map(paths, place.0).with(Flags::SYNTHETIC)),
        ("components", place.map([("securitySchemes", schemes)])),
    ])
}

fn schemes(api: &Value) -> Vec<(&str, Value)> {
    let declared = auth::authorizers(api).iter();
    declared.map(|entry| (&*entry.key, auth::scheme(entry))).collect()
}

/// What a route demands of its callers: the event's word counts before the API's. Absent if it
/// demands nothing.
fn security(event: &Value, api: &Value, place: Place) -> Value {
    let own = event.get("Authorizer");
    let authorizer = if own.is_absent() { api.get("DefaultAuthorizer") } else { own };
    let scopes = event.get("AuthorizationScopes").items().to_vec();
    let mut demands = Vec::new();
    match (&authorizer.kind, authorizer.as_str()) {
        (ValueKind::Absent | ValueKind::Null, _) | (_, Some("NONE")) => {}
        (_, Some(name)) => demands.push(place.map([(name, place.list(scopes))])),
        // Some authorizer; which one cannot be told.
        _ => return authorizer.clone(),
    }
    let key = event.get("ApiKeyRequired");
    let key = if key.is_absent() { api.get("ApiKeyRequired") } else { key };
    if key.is_true().is_true() {
        demands.push(place.map([("api_key", place.list(Vec::new()))]));
    }
    if demands.is_empty() { Value::absent().clone() } else { place.list(demands) }
}

/// A written document, with the default authorizer on the methods that name none.
pub(super) fn secured(body: &Value, auth: &Value, place: Place) -> Value {
    let security = security(Value::absent(), auth, place);
    let ValueKind::Map(document) = &body.kind else { return body.clone() };
    let Some(paths) = document.entry("paths").filter(|_| !security.is_absent()) else {
        return body.clone();
    };
    let secured_path =
        |path: &Entry| Entry { value: with_security(&path.value, &security), ..path.clone() };
    let mut secured = Map::default();
    paths.value.entries().iter().map(secured_path).for_each(|path| secured.push(path));
    let paths = Entry {
        value: Value { kind: ValueKind::Map(Arc::new(secured)), ..paths.value.clone() },
        ..paths.clone()
    };
    let mut document = Map::clone(document);
    document.insert(paths.key, paths.key_span, paths.value);
    Value { kind: ValueKind::Map(Arc::new(document)), ..body.clone() }
}

fn with_security(path: &Value, security: &Value) -> Value {
    let ValueKind::Map(methods) = &path.kind else { return path.clone() };
    let mut methods = Map::clone(methods);
    for method in methods.entries_mut() {
        let ValueKind::Map(operation) = &mut method.value.kind else { continue };
        // A preflight request carries no credentials.
        let is_method = METHODS.contains(&&*method.key) && &*method.key != "options";
        if is_method && operation.get("security").is_none() {
            Arc::make_mut(operation).insert("security", security.span, security.clone());
        }
    }
    Value { kind: ValueKind::Map(Arc::new(methods)), ..path.clone() }
}

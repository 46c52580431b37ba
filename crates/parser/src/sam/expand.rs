//! A template's SAM resources replaced by what they stand for.

use std::collections::BTreeMap;
use std::sync::Arc;

use trilith_graph::{Flags, Formula, Resource, Root, Value};

use super::api;
use super::connector::{self, Connector};
use super::generated::Generated;
use super::globals::{Globals, PREFIX};
use super::place::Place;
use super::routes::{IMPLICIT_HTTP_API, IMPLICIT_REST_API, Route};
use super::{deployment, function, graphql, simple, state_machine};

/// Expands the SAM resources of a root, as `AWS::Serverless` does when a stack is created. What
/// comes with a resource is flagged [`Flags::SYNTHETIC`] and named like it.
///
/// What is not known to SAM's transform either stays as it is written.
pub(crate) fn expand(root: &mut Root, globals: &Globals) {
    let is_sam = |resource: &Resource| resource.resource_type.starts_with(PREFIX);
    let is_used = root.resources.iter().any(|resource| {
        is_sam(resource) || !resource.attributes.get("Connectors").entries().is_empty()
    });
    if !is_used {
        return;
    }
    let mut written = std::mem::take(&mut root.resources);
    written.iter_mut().for_each(|resource| globals.merge_into(resource));
    let mut generated = Generated::default();
    generated.stage_names = stage_names(&written);
    let mut sources = Vec::new();
    // Routes are known once every function is expanded, APIs before what connects them.
    let (apis, others): (Vec<Resource>, Vec<Resource>) = written.into_iter().partition(is_api);
    let (connectors, others): (Vec<Resource>, Vec<Resource>) =
        others.into_iter().partition(|resource| kind(resource) == Some("Connector"));
    // What is written has precedence over what is generated under the same logical id.
    for resource in others.iter().filter(|resource| kind(resource).is_none()) {
        generated.keep(resource);
    }
    for resource in others {
        expand_one(&resource, &mut generated);
        sources.push(resource);
    }
    let functions = sources.iter().filter(|resource| kind(resource) == Some("Function"));
    deployment::expand(&functions.collect::<Vec<_>>(), &mut generated);
    expand_apis(&apis, globals, &mut generated);
    sources.extend(apis);
    expand_connectors(&connectors, &sources, &mut generated);
    let mut resources = std::mem::take(&mut generated.resources);
    generated.apply(&mut resources);
    // INVARIANT: resources of a root are in the order of the source.
    resources.sort_by_key(|resource| resource.span);
    root.open |= generated.is_open;
    root.resources = resources;
}

fn kind(resource: &Resource) -> Option<&str> {
    resource.resource_type.strip_prefix(PREFIX)
}

fn is_api(resource: &Resource) -> bool {
    matches!(kind(resource), Some("Api" | "HttpApi" | "WebSocketApi"))
}

fn expand_one(resource: &Resource, generated: &mut Generated) {
    match kind(resource) {
        Some("Application") => simple::application(resource, generated),
        Some("CapacityProvider") => simple::capacity_provider(resource, generated),
        Some("Function") => function::expand(resource, generated),
        Some("GraphQLApi") => graphql::expand(resource, generated),
        Some("LayerVersion") => simple::layer(resource, generated),
        Some("SimpleTable") => simple::table(resource, generated),
        Some("StateMachine") => state_machine::expand(resource, generated),
        Some(_) => generated.keep(resource),
        None => {}
    }
}

/// The stage that the permission of a route names in its logical id, by API.
fn stage_names(resources: &[Resource]) -> BTreeMap<Arc<str>, String> {
    let apis = resources.iter().filter(|resource| kind(resource) == Some("Api"));
    let named = apis.filter_map(|api| {
        let name = api.properties.get("StageName").as_str()?;
        Some((api.address.clone(), name.to_owned()))
    });
    named.collect()
}

fn expand_apis(written: &[Resource], globals: &Globals, generated: &mut Generated) {
    let routes = std::mem::take(&mut generated.routes);
    let implied = [(IMPLICIT_REST_API, "Api", Some("Prod")), (IMPLICIT_HTTP_API, "HttpApi", None)];
    let implied = implied.into_iter().filter_map(|(address, kind, stage)| {
        let is_written = written.iter().any(|api| &*api.address == address);
        let own = routes.iter().filter(|route| &*route.api == address);
        let own: Vec<&Route> = own.collect();
        (!is_written && !own.is_empty()).then(|| implicit(address, kind, stage, &own, globals))
    });
    for api in implied.flatten().collect::<Vec<_>>().iter().chain(written) {
        match kind(api) {
            Some("Api") => api::expand_rest(api, &routes, generated),
            Some("HttpApi") => api::expand_http(api, &routes, generated),
            _ => api::expand_websocket(api, generated),
        }
    }
}

/// The API that events imply: it exists where one of them does, and is named where the first is.
fn implicit(
    address: &str,
    kind: &str,
    stage: Option<&str>,
    routes: &[&Route],
    globals: &Globals,
) -> Option<Resource> {
    let place = Place(routes.first()?.place.0);
    let stage = stage.map(|stage| ("StageName", place.text(stage)));
    let resource_type: Arc<str> = format!("{PREFIX}{kind}").into();
    let properties = place.map(stage);
    let mut api = Resource {
        root: trilith_graph::RootId(0),
        address: address.into(),
        name: address.into(),
        resource_type: resource_type.clone(),
        source_type: resource_type,
        format: trilith_graph::Format::CloudFormation,
        span: place.0,
        raw: properties.clone(),
        properties,
        attributes: Value::map(trilith_graph::Map::default(), place.0),
        guard: Formula::any(routes.iter().map(|route| route.guard.clone())),
        flags: Flags::SYNTHETIC,
    };
    globals.merge_into(&mut api);
    api.raw = api.properties.clone();
    Some(api)
}

fn expand_connectors(connectors: &[Resource], sources: &[Resource], generated: &mut Generated) {
    let resources = generated.resources.clone();
    let resources: Vec<&Resource> = resources.iter().collect();
    for resource in connectors {
        connector::expand(&Connector::written(resource), &resources, generated);
    }
    for resource in sources {
        for embedded in connector::embedded(resource) {
            connector::expand_embedded(&embedded, &resources, generated);
        }
    }
}

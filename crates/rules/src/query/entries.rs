//! Ways into code that ask nobody who they are.

use trilith_graph::Tri;

use crate::View;

/// Whether anyone may call a method, a route or a function URL.
pub fn is_open(entry: &View<'_>) -> Tri {
    if entry.resource_type() == "AWS::Lambda::Url" {
        return entry.get("AuthType").is("NONE");
    }
    let kind = entry.get("AuthorizationType");
    let open = kind.is_ignoring_case("NONE").or(!kind.is_present());
    let exempt = Tri::any([
        entry.get("HttpMethod").is_ignoring_case("OPTIONS"),
        entry.get("RouteKey").starts_with("OPTIONS "),
        is_sheltered(entry),
    ]);
    open.and(!exempt)
}

/// Whether the API itself keeps strangers out, or authorizes the connection.
fn is_sheltered(method: &View<'_>) -> Tri {
    let Some(api) = method.referenced("RestApiId").or_else(|| method.referenced("ApiId")) else {
        return Tri::False;
    };
    let types = api.all("EndpointConfiguration/Types/*");
    let private = Tri::any(types.iter().map(|(_, kind)| kind.is("PRIVATE")));
    let policies = api.resource_policies();
    let public = Tri::any(policies.iter().map(|policy| policy.document.is_public().truth));
    let guarded = api.get("Policy").is_present().and(!public);
    let socket = api.get("ProtocolType").is("WEBSOCKET");
    private.or(guarded).or(socket.and(!method.get("RouteKey").is("$connect")))
}

/// The function that an entry invokes, if it is part of the graph.
pub fn function_behind<'a>(entry: &View<'a>) -> Option<View<'a>> {
    let target = match entry.resource_type() {
        "AWS::Lambda::Url" => entry.referenced("TargetFunctionArn"),
        "AWS::ApiGateway::Method" => entry.referenced("Integration/Uri"),
        _ => entry.referenced("Target").and_then(|it| it.referenced("IntegrationUri")),
    }?;
    match target.resource_type() {
        "AWS::Lambda::Function" => Some(target),
        "AWS::Lambda::Alias" | "AWS::Lambda::Version" => target.referenced("FunctionName"),
        _ => None,
    }
}

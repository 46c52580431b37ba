//! Methods and routes that anyone may call.

use trilith_rules::prelude::*;

pub(crate) fn check(method: &View<'_>, findings: &mut Findings<'_>) {
    let kind = method.get("AuthorizationType");
    let open = kind.is_ignoring_case("NONE").or(!kind.is_present());
    let exempt = Tri::any([
        method.get("HttpMethod").is_ignoring_case("OPTIONS"),
        method.get("RouteKey").starts_with("OPTIONS "),
        is_sheltered(method),
    ]);
    findings.when(open.and(!exempt), || {
        let message = format!("anyone may call `{}`", method.name());
        Finding::new(method.id(), "AuthorizationType", message).label("no authorization")
    });
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

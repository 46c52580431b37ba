//! HTTP APIs that answer scripts of any page.

use trilith_rules::prelude::*;

const ORIGINS: &str = "CorsConfiguration/AllowOrigins/*";

/// What stands for every page, or every page of a scheme.
const EVERY_PAGE: [&str; 3] = ["*", "https://*", "http://*"];

pub(crate) fn check(api: &View<'_>, findings: &mut Findings<'_>) {
    let credentials = api.get("CorsConfiguration/AllowCredentials").is_true();
    for (path, origin) in api.all(ORIGINS) {
        let any = origin.is_one_of(&EVERY_PAGE);
        if any.is_false() {
            continue;
        }
        findings.when(any.and(credentials.or(is_authenticated(api))), || {
            let message = format!("scripts of any page may call `{}` as its users", api.name());
            let severity = if credentials.is_true() { Severity::High } else { Severity::Medium };
            Finding::new(api.id(), path, message).label("every page").severity(severity)
        });
    }
}

/// Whether any part of an API asks for its caller.
fn is_authenticated(api: &View<'_>) -> Tri {
    let authorizers = api.referrers("AWS::ApiGatewayV2::Authorizer");
    let routes = api.referrers("AWS::ApiGatewayV2::Route");
    let asks = routes.iter().map(|(_, route)| {
        let kind = route.get("AuthorizationType");
        kind.is_present().and(!kind.is("NONE"))
    });
    Tri::from(!authorizers.is_empty()).or(Tri::any(asks))
}

//! APIs that answer at their default address although they have a domain.

use trilith_rules::prelude::*;

const OFF: &str = "DisableExecuteApiEndpoint";
const MAPPINGS: [&str; 2] = ["AWS::ApiGateway::BasePathMapping", "AWS::ApiGatewayV2::ApiMapping"];

pub(crate) fn check(api: &View<'_>, findings: &mut Findings<'_>) {
    let mappings = MAPPINGS.iter().flat_map(|kind| api.referrers(kind));
    let Some((_, mapping)) = mappings.into_iter().next() else { return };
    let types = api.all("EndpointConfiguration/Types/*");
    let private = Tri::any(types.iter().map(|(_, kind)| kind.is("PRIVATE")));
    let other = private.or(api.get("ProtocolType").is("WEBSOCKET"));
    let open = !api.get(OFF).is_true();
    findings.when(open.and(!other).and(mapping.existence()), || {
        let message = format!("`{}` can be reached past its domain", api.name());
        let domain = mapping.referenced("DomainName");
        let demands =
            domain.is_some_and(|it| it.get("MutualTlsAuthentication").is_present().is_true());
        Finding::new(api.id(), OFF, message)
            .label("the default address answers too")
            .severity(if demands { Severity::High } else { Severity::Medium })
            .related(mapping.id(), "", "meant to be reached by this domain")
    });
}

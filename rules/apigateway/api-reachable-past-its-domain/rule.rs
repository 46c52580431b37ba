//! APIs that answer at their default address although they have a domain.

use trilith_graph::Flags;
use trilith_rules::prelude::*;

const OFF: &str = "DisableExecuteApiEndpoint";
const MAPPINGS: [&str; 2] = ["AWS::ApiGateway::BasePathMapping", "AWS::ApiGatewayV2::ApiMapping"];

pub(crate) fn check(api: &View<'_>, findings: &mut Findings<'_>) {
    let mappings = MAPPINGS.iter().flat_map(|kind| api.referrers(kind));
    let Some((_, mapping)) = mappings.into_iter().next() else { return };
    let types = api.all("EndpointConfiguration/Types/*");
    let private = Tri::any(types.iter().map(|(_, kind)| kind.is("PRIVATE")));
    let off = api.get(OFF).is_true().or(is_off_in(api.get("Body")));
    let elsewhere = api.get("BodyS3Location").is_present().and(Tri::Unknown);
    findings.when((!off.or(elsewhere).or(private)).and(mapping.existence()), || {
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

/// Whether the definition of an API may switch the default address off, in one of its extensions.
///
/// What SAM writes itself has no such extension.
fn is_off_in(definition: &Value) -> Tri {
    const SAID: &str = "disableExecuteApiEndpoint";
    let mut found = if definition.is_unknown() { Tri::Unknown } else { Tri::False };
    definition.walk(&mut |_, value| {
        let own = value.entries().iter().find(|entry| &*entry.key == SAID);
        let own = own.map_or(Tri::False, |entry| entry.value.is_true());
        let text = value.display_text().is_some_and(|text| text.contains(SAID));
        let hidden = value.flags.has(Flags::OPEN) && !value.flags.has(Flags::SYNTHETIC);
        found = found.or(own).or(Tri::from(text || hidden).and(Tri::Unknown));
    });
    found
}

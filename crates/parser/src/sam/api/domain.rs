//! `Domain`: a domain name of one's own for an API.

use trilith_graph::{Formula, Map, Resource, Value};

use crate::sam::choice::{alternatives, or_else};
use crate::sam::generated::{Generated, kept, put};
use crate::sam::place::{Place, place_of};

/// The domain of a REST API.
pub(super) fn expand_rest(api: &Resource, stage: &str, generated: &mut Generated) {
    for (guard, domain) in alternatives(api.properties.get("Domain")) {
        let place = place_of(&api.properties, "Domain", api.span);
        let kind = or_else(domain.get("EndpointConfiguration"), place.text("REGIONAL"));
        let is_private = kind.is("PRIVATE").is_true();
        let mut properties = kept(
            domain,
            &[
                "DomainName",
                "EndpointAccessMode",
                "MutualTlsAuthentication",
                "OwnershipVerificationCertificateArn",
                "Policy",
                "SecurityPolicy",
            ],
        );
        let is_regional = kind.is("REGIONAL").is_true();
        let certificate = if is_regional { "RegionalCertificateArn" } else { "CertificateArn" };
        put(&mut properties, certificate, domain.get("CertificateArn").clone());
        let endpoint = place.map([
            ("Types", place.list(vec![kind])),
            ("IpAddressType", domain.get("IpAddressType").clone()),
        ]);
        put(&mut properties, "EndpointConfiguration", endpoint);
        let (suffix, version) = if is_private { ("V2", "V2") } else { ("", "") };
        let address = address_of(api, domain, suffix);
        let properties = written_map(place, properties);
        let kind = format!("AWS::ApiGateway::DomainName{version}");
        generated.add(api, &*address, &kind, guard.clone(), properties);
        generated.name(api, if is_private { "DomainNameV2" } else { "DomainName" }, &address);
        let name = if is_private { "DomainNameArn" } else { "DomainName" };
        let kind = format!("AWS::ApiGateway::BasePathMapping{version}");
        let members = [
            (name, place.reference(&address)),
            ("RestApiId", place.reference(&api.address)),
            ("Stage", place.reference(stage)),
        ];
        let mapping = Mapping { kind: &kind, suffix: "BasePathMapping", key: "BasePath" };
        mapping.expand(api, domain, &members, &guard, generated);
        let association = domain.get("AccessAssociation");
        if is_private && !association.is_absent() {
            let properties = place.map([
                ("DomainNameArn", place.reference(&address)),
                ("AccessAssociationSourceType", place.text("VPCE")),
                ("AccessAssociationSource", association.get("VpcEndpointId").clone()),
            ]);
            let kind = "AWS::ApiGateway::DomainNameAccessAssociation";
            let address = format!("{}DomainNameAccessAssociation", api.address);
            generated.add(api, address, kind, guard.clone(), properties);
        }
        record_sets(api, domain, &address, guard, generated);
    }
}

/// The domain of an HTTP or WebSocket API.
pub(super) fn expand_v2(api: &Resource, stage: &str, generated: &mut Generated) {
    for (guard, domain) in alternatives(api.properties.get("Domain")) {
        let place = place_of(&api.properties, "Domain", api.span);
        let names = ["CertificateArn", "OwnershipVerificationCertificateArn", "SecurityPolicy"];
        let mut configuration = kept(domain, &names);
        let kind = or_else(domain.get("EndpointConfiguration"), place.text("REGIONAL"));
        put(&mut configuration, "EndpointType", kind);
        let mut properties = kept(domain, &["DomainName", "MutualTlsAuthentication"]);
        let configuration = written_map(place, configuration);
        put(&mut properties, "DomainNameConfigurations", place.list(vec![configuration]));
        put(&mut properties, "Tags", api.properties.get("Tags").clone());
        let address = address_of(api, domain, "V2");
        let properties = written_map(place, properties);
        let kind = "AWS::ApiGatewayV2::DomainName";
        generated.add(api, &*address, kind, guard.clone(), properties);
        generated.name(api, "DomainName", &address);
        let members = [
            ("DomainName", place.reference(&address)),
            ("ApiId", place.reference(&api.address)),
            ("Stage", place.reference(stage)),
        ];
        let kind = "AWS::ApiGatewayV2::ApiMapping";
        let mapping = Mapping { kind, suffix: "ApiMapping", key: "ApiMappingKey" };
        mapping.expand(api, domain, &members, &guard, generated);
        record_sets(api, domain, &address, guard, generated);
    }
}

/// The logical id of a domain: APIs of the same name share it.
fn address_of(api: &Resource, domain: &Value, suffix: &str) -> String {
    let name = domain.get("DomainName").display_text();
    let name = name.unwrap_or_else(|| api.address.to_string());
    let word: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    format!("ApiGatewayDomainName{suffix}{word}")
}

fn written_map(place: Place, members: Map) -> Value {
    Value::map(members, place.0)
}

/// The resources that put an API under a path of a domain.
struct Mapping<'m> {
    kind: &'m str,
    suffix: &'static str,
    key: &'static str,
}

impl Mapping<'_> {
    fn expand(
        &self,
        api: &Resource,
        domain: &Value,
        members: &[(&str, Value)],
        guard: &Formula,
        generated: &mut Generated,
    ) {
        let place = Place(domain.span);
        let paths = domain.get("BasePath");
        let whole = [Value::absent().clone()];
        let paths = if paths.is_absent() { &whole[..] } else { paths.items() };
        for path in paths {
            let text = path.as_str().unwrap_or_default();
            let word: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
            let own = (self.key, path.clone());
            let properties = place.map(members.iter().cloned().chain([own]));
            let address = format!("{}{word}{}", api.address, self.suffix);
            generated.add(api, address, self.kind, guard.clone(), properties);
        }
    }
}

/// The records of the domain in Route 53. APIs with domains in one hosted zone share a group.
fn record_sets(
    api: &Resource,
    domain: &Value,
    domain_name: &str,
    guard: Formula,
    generated: &mut Generated,
) {
    let route53 = domain.get("Route53");
    if route53.is_absent() {
        return;
    }
    let place = Place(route53.span);
    let target = place.map([
        ("DNSName", place.attribute(domain_name, "RegionalDomainName")),
        ("HostedZoneId", place.attribute(domain_name, "RegionalHostedZoneId")),
        ("EvaluateTargetHealth", route53.get("EvaluateTargetHealth").clone()),
    ]);
    let record = |kind: &str| {
        place.map([
            ("Name", domain.get("DomainName").clone()),
            ("Type", place.text(kind)),
            ("AliasTarget", target.clone()),
        ])
    };
    let mut records = vec![record("A")];
    if route53.get("IpV6").is_true().is_true() {
        records.push(record("AAAA"));
    }
    let mut properties = kept(route53, &["HostedZoneId", "HostedZoneName"]);
    put(&mut properties, "RecordSets", place.list(records));
    let zone = or_else(route53.get("HostedZoneId"), route53.get("HostedZoneName").clone());
    let zone = zone.display_text().unwrap_or_default();
    let is_separate = route53.get("SeparateRecordSetGroup").is_true().is_true();
    let owner = if is_separate { &*api.address } else { "" };
    let word: String = zone.chars().filter(|c| c.is_alphanumeric()).collect();
    let address = format!("{owner}RecordSetGroup{word}");
    let properties = written_map(place, properties);
    generated.add(api, address, "AWS::Route53::RecordSetGroup", guard, properties);
}

package trilith.api_domain_tls_outdated

import data.trilith

old contains ["SecurityPolicy", []] if trilith.may_be(input, "SecurityPolicy", {"TLS_1_0"})

# Only edge-optimized domains of REST APIs have an old default.
old contains ["SecurityPolicy", ["EndpointConfiguration", "RegionalCertificateArn"]] if {
	input.type == "AWS::ApiGateway::DomainName"
	not input.properties.SecurityPolicy
	is_edge
}

is_edge if "EDGE" in input.properties.EndpointConfiguration.Types

# A domain that says nothing else is one, if its certificate is for the edge.
is_edge if {
	not input.properties.EndpointConfiguration
	not input.properties.RegionalCertificateArn
	input.properties.CertificateArn
}

# The policy of an HTTP API is TLS 1.2 if it is not named.
old contains [path, []] if {
	some index, configuration in trilith.items(input.properties.DomainNameConfigurations)
	configuration.SecurityPolicy == "TLS_1_0"
	path := sprintf("DomainNameConfigurations/%d/SecurityPolicy", [index])
}

deny contains {"path": path, "message": msg, "label": "TLS 1.0", "rests_on": rests_on} if {
	some [path, rests_on] in old
	msg := sprintf("domain `%s` accepts TLS 1.0", [input.name])
}

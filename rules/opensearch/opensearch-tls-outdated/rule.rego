package trilith.opensearch_tls_outdated

outdated := "Policy-Min-TLS-1-0"

deny contains {
	"path": "DomainEndpointOptions/TLSSecurityPolicy", "message": msg, "label": "TLS 1.0",
} if {
	policy := object.get(input.properties, ["DomainEndpointOptions", "TLSSecurityPolicy"], outdated)
	startswith(policy, outdated)
	msg := sprintf("search domain `%s` accepts outdated TLS", [input.name])
}

package trilith.listener_tls_policy_outdated

import data.trilith

# Policies that accept TLS 1.0 or 1.1; the one that applies when none is named is among them.
outdated := `^ELBSecurityPolicy-(20\d\d-\d\d|FS-20\d\d-\d\d|(TLS13|TLS|FS)-1-[01]-.*)$`

severity := "medium" if {
	some reference in trilith.references(input)
	reference.type == "AWS::ElasticLoadBalancingV2::LoadBalancer"
	reference.properties.Scheme == "internal"
} else := "high"

deny contains {
	"path": "SslPolicy", "message": msg, "label": label, "severity": severity, "rests_on": ["Protocol"],
} if {
	trilith.may_be(input, "Protocol", {"HTTPS", "TLS"})
	policy := object.get(input.properties, "SslPolicy", "ELBSecurityPolicy-2016-08")
	regex.match(outdated, policy)
	label := sprintf("`%s` applies", [policy])
	msg := sprintf("listener `%s` accepts TLS 1.0 or 1.1", [input.name])
}

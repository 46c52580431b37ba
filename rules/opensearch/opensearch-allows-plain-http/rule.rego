package trilith.opensearch_allows_plain_http

import data.trilith

option(path, absent) := object.get(input.properties, split(path, "/"), absent)

https_by_default if {
	input.terraform
	trilith.known(input, "DomainEndpointOptions/EnforceHTTPS")
} else := false

# What is wrong at a path: how bad it is, in a word and in a sentence.
defects["NodeToNodeEncryptionOptions/Enabled"] := ["high", "plain text", "sends data between its nodes unencrypted"] if {
	not trilith.is_true(option("NodeToNodeEncryptionOptions/Enabled", false))
}

defects["DomainEndpointOptions/EnforceHTTPS"] := ["high", "HTTP is served", "answers over plain HTTP"] if {
	not trilith.is_true(option("DomainEndpointOptions/EnforceHTTPS", https_by_default))
}

defects["DomainEndpointOptions/TLSSecurityPolicy"] := ["medium", "TLS 1.0", "accepts outdated TLS"] if {
	policy := option("DomainEndpointOptions/TLSSecurityPolicy", "Policy-Min-TLS-1-0")
	startswith(policy, "Policy-Min-TLS-1-0")
}

deny contains {"path": path, "message": msg, "label": label, "severity": severity} if {
	some path, [severity, label, what] in defects
	msg := sprintf("search domain `%s` %s", [input.name, what])
}

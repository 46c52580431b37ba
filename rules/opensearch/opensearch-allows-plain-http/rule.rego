package trilith.opensearch_allows_plain_http

import data.trilith

https_by_default if {
	input.terraform
	trilith.known(input, "DomainEndpointOptions/EnforceHTTPS")
} else := false

deny contains {
	"path": "DomainEndpointOptions/EnforceHTTPS", "message": msg, "label": "HTTP is served",
} if {
	https := object.get(input.properties, ["DomainEndpointOptions", "EnforceHTTPS"], https_by_default)
	not trilith.is_true(https)
	msg := sprintf("search domain `%s` answers over plain HTTP", [input.name])
}

package trilith.rds_proxy_without_tls

import data.trilith

deny contains {"path": "RequireTLS", "message": msg, "label": "TLS is optional"} if {
	not trilith.is_true(input.properties.RequireTLS)
	msg := sprintf("proxy `%s` accepts unencrypted connections", [input.name])
}

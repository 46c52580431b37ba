package trilith.subnet_assigns_public_ip

import data.trilith

deny contains {"path": "MapPublicIpOnLaunch", "message": msg, "label": "public addresses for all"} if {
	trilith.is_true(input.properties.MapPublicIpOnLaunch)
	msg := sprintf("everything launched in subnet `%s` gets a public address unasked", [input.name])
}

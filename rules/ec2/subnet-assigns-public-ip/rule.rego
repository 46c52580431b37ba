package trilith.subnet_assigns_public_ip

import data.trilith

deny contains {"path": "MapPublicIpOnLaunch", "message": msg, "label": "public addresses for all"} if {
	trilith.may_be(input, "MapPublicIpOnLaunch", {true, "true"})
	msg := sprintf("everything launched in subnet `%s` gets a public address unasked", [input.name])
}

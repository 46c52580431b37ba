package trilith.subnet_assigns_public_ip

import data.trilith

deny contains {
	"path": "MapPublicIpOnLaunch", "message": msg, "label": "public addresses for all",
} if {
	trilith.may_be_true(input, "MapPublicIpOnLaunch")
	msg := sprintf("everything launched in subnet `%s` gets a public address unasked", [input.name])
}

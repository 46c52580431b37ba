package trilith.ecs_service_public_ip

import data.trilith

# The two types spell the property differently.
networks := ["AwsvpcConfiguration", "AwsVpcConfiguration"]

deny contains {"path": path, "message": msg, "label": "a public address"} if {
	some network in networks
	path := sprintf("NetworkConfiguration/%s/AssignPublicIp", [network])
	trilith.may_be(input, path, {"ENABLED"})
	msg := sprintf("every task of `%s` gets a public IP address", [input.name])
}

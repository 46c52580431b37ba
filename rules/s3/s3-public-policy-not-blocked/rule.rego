package trilith.s3_public_policy_not_blocked

import data.trilith

deny contains {"path": path, "message": msg, "label": "switched off"} if {
	input.properties.PublicAccessBlockConfiguration
	path := "PublicAccessBlockConfiguration/BlockPublicPolicy"
	not trilith.is_true(trilith.property(input, path))
	msg := sprintf("bucket `%s` has `BlockPublicPolicy` switched off", [input.name])
}

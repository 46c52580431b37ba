package trilith.s3_public_acls_in_force

import data.trilith

deny contains {"path": path, "message": msg, "label": "switched off"} if {
	input.properties.PublicAccessBlockConfiguration
	path := "PublicAccessBlockConfiguration/IgnorePublicAcls"
	not trilith.is_true(trilith.property(input, path))
	msg := sprintf("bucket `%s` has `IgnorePublicAcls` switched off", [input.name])
}

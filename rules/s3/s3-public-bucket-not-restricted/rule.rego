package trilith.s3_public_bucket_not_restricted

import data.trilith

deny contains {"path": path, "message": msg, "label": "switched off"} if {
	input.properties.PublicAccessBlockConfiguration
	path := "PublicAccessBlockConfiguration/RestrictPublicBuckets"
	not trilith.is_true(trilith.property(input, path))
	msg := sprintf("bucket `%s` has `RestrictPublicBuckets` switched off", [input.name])
}

package trilith.s3_bucket_public_acl

import data.trilith

deny contains {"path": "AccessControl", "message": msg, "label": "anyone can list it", "rests_on": rests_on} if {
	trilith.may_be(input, "AccessControl", {"PublicRead"})
	not trilith.is_true(input.properties.PublicAccessBlockConfiguration.IgnorePublicAcls)
	rests_on := ["PublicAccessBlockConfiguration/IgnorePublicAcls"]
	msg := sprintf("the ACL of bucket `%s` opens it to the public", [input.name])
}

package trilith.s3_bucket_public_write_acl

import data.trilith

deny contains {"path": "AccessControl", "message": msg, "label": "anyone can list, write and delete", "rests_on": rests_on} if {
	trilith.may_be(input, "AccessControl", {"PublicReadWrite"})
	not trilith.is_true(input.properties.PublicAccessBlockConfiguration.IgnorePublicAcls)
	rests_on := ["PublicAccessBlockConfiguration/IgnorePublicAcls"]
	msg := sprintf("the ACL of bucket `%s` lets anyone write to it", [input.name])
}

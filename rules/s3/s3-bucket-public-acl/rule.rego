package trilith.s3_bucket_public_acl

import data.trilith

audience := {
	"PublicRead": "anyone can list it",
	"PublicReadWrite": "anyone can list, write and delete",
	"AuthenticatedRead": "anyone with an AWS account can list it",
}

deny contains {"path": "AccessControl", "message": msg, "label": label, "rests_on": rests_on} if {
	trilith.may_be(input, "AccessControl", object.keys(audience))
	not trilith.is_true(input.properties.PublicAccessBlockConfiguration.IgnorePublicAcls)
	rests_on := ["PublicAccessBlockConfiguration/IgnorePublicAcls"]
	label := object.get(audience, object.get(input.properties, "AccessControl", ""), "")
	msg := sprintf("the ACL of bucket `%s` opens it to the public", [input.name])
}

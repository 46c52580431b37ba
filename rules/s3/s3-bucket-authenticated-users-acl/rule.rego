package trilith.s3_bucket_authenticated_users_acl

import data.trilith

deny contains {"path": "AccessControl", "message": msg, "label": "anyone with an AWS account can list it", "rests_on": rests_on} if {
	trilith.may_be(input, "AccessControl", {"AuthenticatedRead"})
	not trilith.is_true(input.properties.PublicAccessBlockConfiguration.IgnorePublicAcls)
	rests_on := ["PublicAccessBlockConfiguration/IgnorePublicAcls"]
	msg := sprintf("the ACL of bucket `%s` opens it to every AWS account", [input.name])
}

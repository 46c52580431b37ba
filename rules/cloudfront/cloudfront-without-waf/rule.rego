package trilith.cloudfront_without_waf

import data.trilith

config := object.get(input.properties, "DistributionConfig", {})

acl := "DistributionConfig/WebACLId"

written if "WebACLId" in object.keys(config)

written if not trilith.known(input, acl)

deny contains {
	"path": path, "message": msg, "label": "no web ACL", "rests_on": ["DistributionConfig/Enabled"],
} if {
	object.get(config, "WebACLId", "") == ""
	path := concat("", [acl | written])
	not trilith.is_false(config.Enabled)
	msg := sprintf("nothing filters what is sent to distribution `%s`", [input.name])
}

package trilith.cloudfront_allows_plain_http

import data.trilith

config := input.properties.DistributionConfig

behaviors contains ["DistributionConfig/DefaultCacheBehavior", config.DefaultCacheBehavior]

behaviors contains [path, behavior] if {
	some index, behavior in trilith.items(config.CacheBehaviors)
	path := sprintf("DistributionConfig/CacheBehaviors/%d", [index])
}

deny contains {"path": place, "message": msg, "label": "HTTP is served"} if {
	some [path, behavior] in behaviors
	place := concat("/", [path, "ViewerProtocolPolicy"])
	policies := {object.get(behavior, "ViewerProtocolPolicy", "")} | {"allow-all" | not trilith.known(input, place)}
	"allow-all" in policies
	msg := sprintf("distribution `%s` answers viewers over plain HTTP", [input.name])
}

package trilith.cloudfront_origin_unencrypted

import data.trilith

config := input.properties.DistributionConfig

behaviors := array.concat(
	[object.get(config, "DefaultCacheBehavior", {})],
	trilith.items(object.get(config, "CacheBehaviors", [])),
)

# A website endpoint of S3 speaks HTTP only; such origins have no other choice.
origins[path] := custom if {
	some index, origin in trilith.items(config.Origins)
	custom := origin.CustomOriginConfig
	not regex.match(`\.s3-website[.-]`, object.get(origin, "DomainName", ""))
	path := sprintf("DistributionConfig/Origins/%d/CustomOriginConfig", [index])
}

# Whether the policy is this one, or unknown.
maybe(custom, policy, _) if custom.OriginProtocolPolicy == policy

maybe(_, _, place) if not trilith.known(input, place)

weak contains [place, "plain HTTP"] if {
	some path, custom in origins
	place := concat("/", [path, "OriginProtocolPolicy"])
	maybe(custom, "http-only", place)
}

# What viewers use is used towards the origin too.
weak contains [place, "plain HTTP if the viewer uses it"] if {
	some path, custom in origins
	place := concat("/", [path, "OriginProtocolPolicy"])
	custom.OriginProtocolPolicy == "match-viewer"
	some behavior in behaviors
	behavior.ViewerProtocolPolicy == "allow-all"
}

weak contains [sprintf("%s/OriginSSLProtocols/%d", [path, index]), "outdated"] if {
	some path, custom in origins
	some index, protocol in trilith.items(custom.OriginSSLProtocols)
	protocol in {"SSLv3", "TLSv1", "TLSv1.1", "${unknown}"}
}

deny contains {"path": path, "message": msg, "label": label} if {
	some [path, label] in weak
	msg := sprintf("distribution `%s` may reach its origin without encryption that holds", [input.name])
}

package trilith.cloudfront_origin_bucket_open

import data.trilith

bucket(origin) if origin.S3OriginConfig

# A bucket of the same template shows as a reference to its name.
bucket(origin) if regex.match(`(\.s3[.-][a-z0-9.-]*amazonaws\.com$)|(RegionalDomainName\}$)`, origin.DomainName)

identified(origin) if object.get(origin, "OriginAccessControlId", "") != ""

identified(origin) if object.get(origin, ["S3OriginConfig", "OriginAccessIdentity"], "") != ""

deny contains {
	"path": concat("/", [path, "OriginAccessControlId"]), "message": msg, "label": "unsigned requests",
	"rests_on": [concat("/", [path, "S3OriginConfig/OriginAccessIdentity"])],
} if {
	some index, origin in trilith.items(input.properties.DistributionConfig.Origins)
	bucket(origin)
	not origin.CustomOriginConfig
	not identified(origin)
	path := sprintf("DistributionConfig/Origins/%d", [index])
	msg := sprintf("distribution `%s` needs a public bucket behind it", [input.name])
}

package trilith.cloudfront_origin_bucket_open

import data.trilith

bucket(origin, _) if origin.S3OriginConfig

bucket(origin, _) if regex.match(`(\.s3[.-][a-z0-9.-]*amazonaws\.com$)|(RegionalDomainName\}$)`, origin.DomainName)

# A bucket of the same template.
bucket(_, path) if {
	some reference in trilith.references(input)
	reference.path == concat("/", [path, "DomainName"])
	reference.type == "AWS::S3::Bucket"
	endswith(reference.attribute, "DomainName")
}

identified(origin) if trim_space(object.get(origin, "OriginAccessControlId", "")) != ""

identified(origin) if object.get(origin, ["S3OriginConfig", "OriginAccessIdentity"], "") != ""

deny contains {
	"path": concat("/", [path, "OriginAccessControlId"]), "message": msg, "label": "unsigned requests",
	"rests_on": [concat("/", [path, "S3OriginConfig/OriginAccessIdentity"])],
} if {
	some index, origin in trilith.items(input.properties.DistributionConfig.Origins)
	path := sprintf("DistributionConfig/Origins/%d", [index])
	bucket(origin, path)
	not origin.CustomOriginConfig
	not identified(origin)
	msg := sprintf("distribution `%s` needs a public bucket behind it", [input.name])
}

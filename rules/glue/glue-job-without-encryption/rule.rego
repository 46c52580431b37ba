package trilith.glue_job_without_encryption

import data.trilith

property := {
	"AWS::Glue::Crawler": "CrawlerSecurityConfiguration",
	"AWS::Glue::DevEndpoint": "SecurityConfiguration",
	"AWS::Glue::Job": "SecurityConfiguration",
}[input.type]

own := object.get(input.properties, "EncryptionConfiguration", {})

buckets := trilith.items(object.get(own, "S3Encryptions", {}))

modes := [
	["CloudWatchEncryption", "CloudWatchEncryptionMode", object.get(own, "CloudWatchEncryption", {})],
	["JobBookmarksEncryption", "JobBookmarksEncryptionMode", object.get(own, "JobBookmarksEncryption", {})],
	["S3Encryptions/0", "S3EncryptionMode", buckets[0]],
]

off := [concat("/", ["EncryptionConfiguration", at, key]) |
	some [at, key, part] in modes
	object.get(part, key, "DISABLED") == "DISABLED"
]

missing := property if object.get(input.properties, property, "") == ""

missing := off[0] if input.type == "AWS::Glue::SecurityConfiguration"

deny contains {"path": missing, "message": msg, "label": "not encrypted"} if {
	msg := sprintf("Glue encrypts not all that `%s` writes", [input.name])
}

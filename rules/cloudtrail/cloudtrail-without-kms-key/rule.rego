package trilith.cloudtrail_without_kms_key

import data.trilith

property := {"AWS::CloudTrail::Trail": "KMSKeyId", "AWS::CloudTrail::EventDataStore": "KmsKeyId"}[input.type]

deny contains {"path": property, "message": msg, "label": "no key"} if {
	object.get(input.properties, property, "") == ""
	msg := sprintf("`%s` encrypts its files with no key of its own", [input.name])
}

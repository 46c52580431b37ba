package trilith.ec2_imdsv1_allowed

import data.trilith

options := "LaunchTemplateData/MetadataOptions" if {
	input.type == "AWS::EC2::LaunchTemplate"
} else := "MetadataOptions"

option(key, absent) := object.get(input.properties, split(concat("/", [options, key]), "/"), absent)

# Left out, it depends on the image and the account, or on the launch template of an instance.
severity := {"optional": "high", "left out": "medium"}[option("HttpTokens", "left out")]

inherited if {
	trilith.known(input, concat("/", [options, "HttpTokens"]))
	option("HttpTokens", "left out") == "left out"
	input.properties.LaunchTemplate
}

deny contains {
	"path": concat("/", [options, "HttpTokens"]), "message": msg, "label": "version 1 is answered",
	"severity": severity, "rests_on": [concat("/", [options, "HttpEndpoint"]), "LaunchTemplate"],
} if {
	option("HttpEndpoint", "enabled") == "enabled"
	not inherited
	msg := sprintf("`%s` answers metadata requests that carry no session token", [input.name])
}

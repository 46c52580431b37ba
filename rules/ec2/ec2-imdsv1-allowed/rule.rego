package trilith.ec2_imdsv1_allowed

options_at := ["LaunchTemplateData", "MetadataOptions"] if {
	input.type == "AWS::EC2::LaunchTemplate"
} else := ["MetadataOptions"]

options := object.get(input.properties, options_at, {})

# Left out, it depends on the image, the account and the launch template, if there is one.
severity := {"optional": "high", "left out": "medium"}[object.get(options, "HttpTokens", "left out")]

deny contains {"path": path, "message": msg, "severity": severity, "rests_on": rests_on} if {
	not options.HttpEndpoint == "disabled"
	not {"left out": input.properties.LaunchTemplate}[object.get(options, "HttpTokens", "left out")]
	path := array.concat(options_at, ["HttpTokens"])
	rests_on := [array.concat(options_at, ["HttpEndpoint"]), "LaunchTemplate"]
	msg := sprintf("`%s` answers metadata requests that carry no session token", [input.name])
}

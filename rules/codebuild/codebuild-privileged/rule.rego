package trilith.codebuild_privileged

import data.trilith

path := "Environment/PrivilegedMode"

# What asks for a daemon says so where the commands are written here.
builds_images if regex.match(`\b(docker|buildah|podman|earthly|sam build|cdk)\b`, input.properties.Source.BuildSpec)

strangers if {
	trilith.is_true(input.properties.Triggers.Webhook)
	count(trilith.items(object.get(input.properties.Triggers, "FilterGroups", []))) == 0
}

severity := "high" if strangers else := "medium"

deny contains {
	"path": path, "message": msg, "label": "root on the host", "severity": severity,
	"rests_on": ["Source/BuildSpec"],
} if {
	trilith.may_be_true(input, path)
	not builds_images
	msg := sprintf("builds of `%s` have the power of their host", [input.name])
}

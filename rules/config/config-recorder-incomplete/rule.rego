package trilith.config_recorder_incomplete

import data.trilith

group := input.properties.RecordingGroup

# Terraform starts the recorder with a resource of its own.
gaps contains ["is_enabled", "medium", "stopped"] if {
	not is_recorder
	trilith.may_be_false(input, "is_enabled")
}

is_recorder if input.type == "AWS::Config::ConfigurationRecorder"

gaps contains ["RecordingGroup/AllSupported", "medium", "only what is listed"] if {
	is_recorder
	trilith.may_be_false(input, "RecordingGroup/AllSupported")
	not group.ExclusionByResourceTypes
}

gaps contains ["RecordingGroup/IncludeGlobalResourceTypes", "low", "no users, roles and policies"] if {
	is_recorder
	records_all
	not trilith.is_true(group.IncludeGlobalResourceTypes)
}

# All types of the Region are recorded if nothing is said.
records_all if not input.properties.RecordingGroup

records_all if {
	not trilith.is_false(group.AllSupported)
	count(trilith.items(object.get(group, "ResourceTypes", []))) == 0
}

deny contains {
	"path": gap[0], "message": msg, "label": gap[2], "severity": gap[1],
	"rests_on": ["RecordingGroup", "RecordingGroup/AllSupported", "RecordingGroup/ExclusionByResourceTypes"],
} if {
	some gap in gaps
	msg := sprintf(text, [input.name])
}

text := "recorder `%s` leaves out kinds of resources" if is_recorder else := "recorder `%s` is not started"

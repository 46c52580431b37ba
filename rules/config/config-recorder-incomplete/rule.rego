package trilith.config_recorder_incomplete

import data.trilith

group := input.properties.RecordingGroup

gap := ["AllSupported", "medium", "only what is listed"] if {
	trilith.may_be_false(input, "RecordingGroup/AllSupported")
	not group.ExclusionByResourceTypes
}

gap := ["IncludeGlobalResourceTypes", "low", "no users, roles and policies"] if {
	trilith.is_true(group.AllSupported)
	trilith.may_be_false(input, "RecordingGroup/IncludeGlobalResourceTypes")
}

deny contains {
	"path": concat("/", ["RecordingGroup", gap[0]]), "message": msg, "label": gap[2], "severity": gap[1],
	"rests_on": ["RecordingGroup/ExclusionByResourceTypes"],
} if {
	msg := sprintf("recorder `%s` leaves out kinds of resources", [input.name])
}

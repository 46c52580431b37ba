package trilith.instance_without_role

deny contains {
	"path": "IamInstanceProfile", "message": msg, "label": "no role", "rests_on": ["LaunchTemplate"],
} if {
	object.get(input.properties, "IamInstanceProfile", "") == ""
	not input.properties.LaunchTemplate
	msg := sprintf("what runs on `%s` has no identity of its own", [input.name])
}

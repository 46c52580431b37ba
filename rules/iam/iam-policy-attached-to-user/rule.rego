package trilith.iam_policy_attached_to_user

import data.trilith

places := ["ManagedPolicyArns", "Policies"] if {
	input.type == "AWS::IAM::User"
} else := ["UserName"] if {
	input.type == "AWS::IAM::UserPolicy"
} else := ["Users"]

deny contains {"path": path, "message": msg, "label": "not through a group"} if {
	some path in places
	object.get(input.properties, path, "unknown") != []
	given(path)
	msg := sprintf("`%s` gives permissions to a single user", [input.name])
}

given(path) if input.properties[path]

given(path) if not trilith.known(input, path)

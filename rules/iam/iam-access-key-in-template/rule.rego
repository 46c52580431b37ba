package trilith.iam_access_key_in_template

deny contains {"path": "", "message": msg, "label": "its secret is written down", "rests_on": ["Status"]} if {
	object.get(input.properties, "Status", "Active") == "Active"
	msg := sprintf("access key `%s` never expires, and its secret is where the stack is", [input.name])
}

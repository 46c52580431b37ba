package trilith.iam_password_reuse

default_value := 0

value := to_number(object.get(input.properties, "password_reuse_prevention", default_value))

deny contains {"path": "password_reuse_prevention", "message": msg, "label": label} if {
	value < 24
	label := sprintf("%d passwords are remembered", [value])
	msg := sprintf("`%s` lets users take old passwords again", [input.name])
}

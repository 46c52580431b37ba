package trilith.iam_password_too_short

default_value := 6

value := to_number(object.get(input.properties, "minimum_password_length", default_value))

deny contains {"path": "minimum_password_length", "message": msg, "label": label} if {
	value < 14
	label := sprintf("%d characters are enough", [value])
	msg := sprintf("`%s` accepts passwords of fewer than 14 characters", [input.name])
}

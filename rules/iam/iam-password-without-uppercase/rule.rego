package trilith.iam_password_without_uppercase

import data.trilith

deny contains {"path": "require_uppercase_characters", "message": msg, "label": "not asked for"} if {
	not trilith.is_true(trilith.property(input, "require_uppercase_characters"))
	msg := sprintf("`%s` accepts passwords without capital letters", [input.name])
}

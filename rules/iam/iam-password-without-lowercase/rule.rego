package trilith.iam_password_without_lowercase

import data.trilith

deny contains {"path": "require_lowercase_characters", "message": msg, "label": "not asked for"} if {
	not trilith.is_true(trilith.property(input, "require_lowercase_characters"))
	msg := sprintf("`%s` accepts passwords without lower-case letters", [input.name])
}

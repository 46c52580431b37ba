package trilith.iam_password_without_numbers

import data.trilith

deny contains {"path": "require_numbers", "message": msg, "label": "not asked for"} if {
	not trilith.is_true(trilith.property(input, "require_numbers"))
	msg := sprintf("`%s` accepts passwords without digits", [input.name])
}

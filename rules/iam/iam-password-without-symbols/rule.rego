package trilith.iam_password_without_symbols

import data.trilith

deny contains {"path": "require_symbols", "message": msg, "label": "not asked for"} if {
	not trilith.is_true(trilith.property(input, "require_symbols"))
	msg := sprintf("`%s` accepts passwords without symbols", [input.name])
}

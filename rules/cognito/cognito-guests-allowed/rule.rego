package trilith.cognito_guests_allowed

import data.trilith

deny contains {
	"path": "AllowUnauthenticatedIdentities", "message": msg, "label": "no sign-in needed",
} if {
	trilith.may_be_true(input, "AllowUnauthenticatedIdentities")
	msg := sprintf("identity pool `%s` hands out AWS credentials without sign-in", [input.name])
}

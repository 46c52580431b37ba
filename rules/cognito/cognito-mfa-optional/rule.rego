package trilith.cognito_mfa_optional

import data.trilith

optional if upper(input.properties.MfaConfiguration) == "OPTIONAL"

optional if not trilith.known(input, "MfaConfiguration")

deny contains {"path": "MfaConfiguration", "message": msg, "label": "up to each user"} if {
	optional
	msg := sprintf("users of pool `%s` may sign in with a password alone", [input.name])
}

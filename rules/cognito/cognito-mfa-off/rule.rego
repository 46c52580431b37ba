package trilith.cognito_mfa_off

value := object.get(input.properties, "MfaConfiguration", "OFF")

off if upper(value) == "OFF"

# Unquoted OFF is a boolean in YAML.
off if value == false

deny contains {"path": "MfaConfiguration", "message": msg, "label": "off"} if {
	off
	msg := sprintf("users of pool `%s` sign in with a password alone", [input.name])
}

package trilith.cognito_mfa_off

# Unquoted ON and OFF are booleans in YAML.
setting := upper(value) if is_string(value)

setting := value if is_boolean(value)

value := object.get(input.properties, "MfaConfiguration", "OFF")

weak := {"OFF": ["medium", "off"], false: ["medium", "off"], "OPTIONAL": ["low", "up to each user"]}

deny contains {
	"path": "MfaConfiguration", "message": msg, "label": weak[setting][1], "severity": weak[setting][0],
} if {
	msg := sprintf("users of pool `%s` may sign in with a password alone", [input.name])
}

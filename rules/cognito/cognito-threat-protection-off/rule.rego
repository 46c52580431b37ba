package trilith.cognito_threat_protection_off

path := "UserPoolAddOns/AdvancedSecurityMode"

mode := object.get(input.properties, split(path, "/"), "OFF")

severity := "low" if mode == "AUDIT" else := "medium"

# Unquoted OFF is a boolean in YAML.
off if mode in {"OFF", "AUDIT", false}

deny contains {"path": path, "message": msg, "label": "off", "severity": severity} if {
	off
	msg := sprintf("leaked passwords and odd sign-ins pass unnoticed in pool `%s`", [input.name])
}

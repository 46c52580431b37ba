package trilith.state_machine_logs_off

path := "LoggingConfiguration/Level"

level := object.get(input.properties, split(path, "/"), "OFF")

# Unquoted OFF is a boolean in YAML.
off if level in {"OFF", false}

severity := "medium" if object.get(input.properties, "StateMachineType", "STANDARD") == "EXPRESS" else := "low"

deny contains {"path": path, "message": msg, "label": "off", "severity": severity} if {
	off
	msg := sprintf("what executions of `%s` did is written to no log", [input.name])
}

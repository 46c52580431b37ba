package trilith.api_execution_logs_off

import data.trilith

settings := trilith.items(object.get(input.properties, "MethodSettings", []))

logs if {
	some setting in settings
	upper(setting.LoggingLevel) in {"ERROR", "INFO"}
}

# The only setting is where the level belongs.
path := "MethodSettings/0/LoggingLevel" if count(settings) == 1

	else := "MethodSettings"

deny contains {"path": path, "message": msg, "label": "no execution log"} if {
	not logs
	msg := sprintf("stage `%s` does not log what goes wrong inside", [input.name])
}

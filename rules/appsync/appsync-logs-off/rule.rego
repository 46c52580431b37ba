package trilith.appsync_logs_off

import data.trilith

level := object.get(input.properties, ["LogConfig", "FieldLogLevel"], "NONE")

deny contains {"path": "LogConfig/FieldLogLevel", "message": msg, "label": "no log"} if {
	upper(level) == "NONE"
	msg := sprintf("API `%s` logs nothing", [input.name])
}

package trilith.ecs_exec_log_off

import data.trilith

path := "Configuration/ExecuteCommandConfiguration/Logging"

deny contains {"path": path, "message": msg, "label": "not logged"} if {
	trilith.may_be(input, path, {"NONE"})
	msg := sprintf("shells in containers of `%s` leave no trace", [input.name])
}

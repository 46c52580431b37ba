package trilith.ecs_task_shares_host

import data.trilith

root contains index if {
	some index, container in trilith.items(input.properties.ContainerDefinitions)
	not trilith.is_true(object.get(container, "Privileged", false))
	user := split(sprintf("%v", [object.get(container, "User", "root")]), ":")[0]
	user in {"root", "0", ""}
}

shared contains mode if {
	some mode in ["PidMode", "IpcMode"]
	trilith.may_be(input, mode, {"host"})
}

shared contains "NetworkMode" if {
	trilith.may_be(input, "NetworkMode", {"host"})
	count(root) > 0
}

deny contains {"path": mode, "message": msg, "label": "the host's", "rests_on": rests_on} if {
	some mode in shared
	rests_on := [sprintf("ContainerDefinitions/%d/User", [index]) | some index in root; mode == "NetworkMode"]
	msg := sprintf("task `%s` shares the host with its neighbours", [input.name])
}

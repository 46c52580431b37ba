package trilith.ecs_container_without_logs

import data.trilith

# What names a container without logs: its driver, or its missing configuration.
silent(container) := "LogConfiguration" if not container.LogConfiguration

silent(container) := "LogConfiguration/LogDriver" if {
	object.get(container.LogConfiguration, "LogDriver", "none") == "none"
}

deny contains {"path": path, "message": msg, "label": "no logs"} if {
	some index, container in trilith.items(input.properties.ContainerDefinitions)
	is_object(container)
	path := sprintf("ContainerDefinitions/%d/%s", [index, silent(container)])
	name := object.get(container, "Name", "?")
	msg := sprintf("what container `%s` of `%s` prints is kept nowhere", [name, input.name])
}

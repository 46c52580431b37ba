package trilith.ecs_container_privileged

import data.trilith

privileged(container, _) if trilith.is_true(container.Privileged)

privileged(_, path) if not trilith.known(input, path)

deny contains {"path": path, "message": msg, "label": "root on the host"} if {
	some index, container in trilith.items(input.properties.ContainerDefinitions)
	path := sprintf("ContainerDefinitions/%d/Privileged", [index])
	privileged(container, path)
	name := object.get(container, "Name", "?")
	msg := sprintf("container `%s` of `%s` has the rights of the host", [name, input.name])
}

package trilith.ecs_container_filesystem_writable

import data.trilith

windows if startswith(input.properties.RuntimePlatform.OperatingSystemFamily, "WINDOWS")

deny contains {
	"path": path, "message": msg, "label": "can be written",
	"rests_on": ["RuntimePlatform/OperatingSystemFamily"],
} if {
	not windows
	some index, container in trilith.items(input.properties.ContainerDefinitions)
	is_object(container)
	not trilith.is_true(container.ReadonlyRootFilesystem)
	path := sprintf("ContainerDefinitions/%d/ReadonlyRootFilesystem", [index])
	name := object.get(container, "Name", "?")
	msg := sprintf("what gets into container `%s` of `%s` can change its files", [name, input.name])
}

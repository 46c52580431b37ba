package trilith.batch_container_privileged

import data.trilith

containers["ContainerProperties"] := input.properties.ContainerProperties

containers[sprintf("NodeProperties/NodeRangeProperties/%d/Container", [index])] := node.Container if {
	some index, node in trilith.items(input.properties.NodeProperties.NodeRangeProperties)
}

# A setting that is not known is no reason to report, but one to say so.
privileged(path, _) if not trilith.known(input, path)

privileged(_, container) if trilith.is_true(container.Privileged)

deny contains {"path": path, "message": msg, "label": "root on the host"} if {
	some at, container in containers
	path := concat("/", [at, "Privileged"])
	privileged(path, container)
	msg := sprintf("jobs of `%s` have the power of their host", [input.name])
}

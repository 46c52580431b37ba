package trilith.ecs_container_power_over_host

import data.trilith

powerful := `^(ALL|SYS_ADMIN|SYS_MODULE|SYS_PTRACE|SYS_RAWIO|DAC_READ_SEARCH|NET_ADMIN)$`

host := `^(/|/(etc|root|boot|proc|var/lib/(docker|ecs|containerd))(/.*)?|/var(/lib)?|(/var)?/run|(/var)?/run/.*(docker|containerd)\.sock)/?$`

# What is read for the time, and tells nothing.
harmless := {"/etc/localtime", "/etc/timezone"}

# Tasks of Fargate have a machine of their own.
fargate if {
	kinds := trilith.items(input.properties.RequiresCompatibilities)
	count(kinds) > 0
	every kind in kinds { kind == "FARGATE" }
}

levers contains [path, "high", "files of the host"] if {
	some index, volume in trilith.items(input.properties.Volumes)
	path := sprintf("Volumes/%d/Host/SourcePath", [index])
	not object.get(volume, ["Host", "SourcePath"], null) in harmless
	is_like(host, object.get(volume, ["Host", "SourcePath"], null), path)
}

levers contains [path, "medium", "power over the kernel"] if {
	some index, container in trilith.items(input.properties.ContainerDefinitions)
	some at, capability in trilith.items(container.LinuxParameters.Capabilities.Add)
	path := sprintf("ContainerDefinitions/%d/LinuxParameters/Capabilities/Add/%d", [index, at])
	is_like(powerful, capability, path)
}

is_like(pattern, text, _) if regex.match(pattern, text)

is_like(_, _, path) if not trilith.known(input, path)

deny contains {
	"path": path, "message": msg, "label": label, "severity": severity, "rests_on": ["RequiresCompatibilities"],
} if {
	not fargate
	some [path, severity, label] in levers
	msg := sprintf("what gets into a container of `%s` can take over its host", [input.name])
}

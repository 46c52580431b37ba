package trilith.eks_node_ssh_open_to_world

import data.trilith

deny contains {
	"path": "RemoteAccess/SourceSecurityGroups", "message": msg, "label": "open to the internet",
} if {
	access := input.properties.RemoteAccess
	object.get(access, "Ec2SshKey", "") != ""
	count(trilith.items(object.get(access, "SourceSecurityGroups", []))) == 0
	msg := sprintf("the whole internet can try to log in to the nodes of `%s`", [input.name])
}

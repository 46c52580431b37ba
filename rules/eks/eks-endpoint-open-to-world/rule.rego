package trilith.eks_endpoint_open_to_world

import data.trilith

vpc := object.get(input.properties, "ResourcesVpcConfig", {})

cidrs := trilith.items(object.get(vpc, "PublicAccessCidrs", []))

# The property to change, and what else makes it one.
open["ResourcesVpcConfig/EndpointPublicAccess"] := "ResourcesVpcConfig/PublicAccessCidrs" if {
	count(cidrs) == 0
}

open[path] := path if {
	some index, cidr in cidrs
	path := sprintf("ResourcesVpcConfig/PublicAccessCidrs/%d", [index])
	cidr in {"0.0.0.0/0", "::/0", "${unknown}"}
}

deny contains {
	"path": path, "message": msg, "label": "open to the internet", "rests_on": rests_on,
} if {
	not trilith.is_false(vpc.EndpointPublicAccess)
	some path, other in open
	rests_on := ["ResourcesVpcConfig/EndpointPublicAccess", other]
	msg := sprintf("the whole internet can reach the Kubernetes API of cluster `%s`", [input.name])
}

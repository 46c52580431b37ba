package trilith.eks_endpoint_open_to_world

import data.trilith

vpc := object.get(input.properties, "ResourcesVpcConfig", {})

cidrs := trilith.items(object.get(vpc, "PublicAccessCidrs", []))

open contains "ResourcesVpcConfig/EndpointPublicAccess" if count(cidrs) == 0

open contains sprintf("ResourcesVpcConfig/PublicAccessCidrs/%d", [index]) if {
	some index, cidr in cidrs
	cidr in {"0.0.0.0/0", "::/0"}
}

deny contains {"path": path, "message": msg, "label": "open to the internet", "rests_on": rests_on} if {
	not trilith.is_false(vpc.EndpointPublicAccess)
	some path in open
	rests_on := ["ResourcesVpcConfig/EndpointPublicAccess", "ResourcesVpcConfig/PublicAccessCidrs"]
	msg := sprintf("the whole internet can reach the Kubernetes API of cluster `%s`", [input.name])
}

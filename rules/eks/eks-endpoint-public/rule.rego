package trilith.eks_endpoint_public

import data.trilith

vpc := object.get(input.properties, "ResourcesVpcConfig", {})

cidrs := trilith.items(object.get(vpc, "PublicAccessCidrs", []))

deny contains {
	"path": "ResourcesVpcConfig/EndpointPublicAccess", "message": msg, "label": "public, for some",
	"rests_on": ["ResourcesVpcConfig/PublicAccessCidrs"],
} if {
	not trilith.is_false(vpc.EndpointPublicAccess)
	count(cidrs) > 0
	every cidr in cidrs { not cidr in {"0.0.0.0/0", "::/0"} }
	msg := sprintf("the Kubernetes API of cluster `%s` has a public address, for some networks", [input.name])
}

package trilith.eks_endpoint_not_private

import data.trilith

vpc := object.get(input.properties, "ResourcesVpcConfig", {})

deny contains {
	"path": "ResourcesVpcConfig/EndpointPrivateAccess", "message": msg, "label": "nodes use the public address",
	"rests_on": ["ResourcesVpcConfig/EndpointPublicAccess"],
} if {
	not trilith.is_true(vpc.EndpointPrivateAccess)
	not trilith.is_false(vpc.EndpointPublicAccess)
	msg := sprintf("nodes of cluster `%s` reach the Kubernetes API outside of the VPC", [input.name])
}

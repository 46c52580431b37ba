package trilith.redshift_without_vpc_routing

import data.trilith

deny contains {"path": "EnhancedVpcRouting", "message": msg, "label": "past the VPC"} if {
	not trilith.is_true(input.properties.EnhancedVpcRouting)
	msg := sprintf("data warehouse `%s` loads and unloads past the VPC", [input.name])
}

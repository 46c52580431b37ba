package trilith.opensearch_outside_vpc

deny contains {"path": "VPCOptions", "message": msg, "label": "not in a VPC"} if {
	not input.properties.VPCOptions
	msg := sprintf("search domain `%s` has a public endpoint", [input.name])
}

package trilith.sagemaker_notebook_outside_vpc

deny contains {"path": "SubnetId", "message": msg, "label": "not in a VPC"} if {
	not input.properties.SubnetId
	msg := sprintf("notebook `%s` runs outside your network", [input.name])
}

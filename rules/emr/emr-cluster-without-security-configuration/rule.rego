package trilith.emr_cluster_without_security_configuration

deny contains {"path": "SecurityConfiguration", "message": msg, "label": "no security configuration"} if {
	object.get(input.properties, "SecurityConfiguration", "") == ""
	msg := sprintf("nothing encrypts the disks and the traffic of cluster `%s`", [input.name])
}

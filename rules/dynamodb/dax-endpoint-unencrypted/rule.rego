package trilith.dax_endpoint_unencrypted

deny contains {"path": "ClusterEndpointEncryptionType", "message": msg, "label": "not encrypted"} if {
	object.get(input.properties, "ClusterEndpointEncryptionType", "NONE") != "TLS"
	msg := sprintf("DAX cluster `%s` sends what it caches unencrypted", [input.name])
}

package trilith.dax_unencrypted

import data.trilith

defects contains ["SSESpecification/SSEEnabled", "keeps what it caches unencrypted", "high"] if {
	not trilith.is_true(trilith.property(input, "SSESpecification/SSEEnabled"))
}

defects contains ["ClusterEndpointEncryptionType", "sends what it caches unencrypted", "medium"] if {
	object.get(input.properties, "ClusterEndpointEncryptionType", "NONE") != "TLS"
}

deny contains {"path": path, "message": msg, "label": "not encrypted", "severity": severity} if {
	some [path, what, severity] in defects
	msg := sprintf("DAX cluster `%s` %s", [input.name, what])
}

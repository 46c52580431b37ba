package trilith.dax_unencrypted

import data.trilith

deny contains {"path": "SSESpecification/SSEEnabled", "message": msg, "label": "not encrypted"} if {
	not trilith.is_true(trilith.property(input, "SSESpecification/SSEEnabled"))
	msg := sprintf("DAX cluster `%s` keeps what it caches unencrypted", [input.name])
}

package trilith.elasticache_unencrypted_at_rest

import data.trilith

encrypted if trilith.is_true(input.properties.AtRestEncryptionEnabled)

# What decides if the group says nothing.
encrypted if {
	not "AtRestEncryptionEnabled" in object.keys(input.properties)
	trilith.known(input, "AtRestEncryptionEnabled")
	input.properties.Engine == "valkey"
}

encrypted if input.properties.GlobalReplicationGroupId

deny contains {
	"path": "AtRestEncryptionEnabled", "message": msg, "label": "not encrypted",
	"rests_on": ["Engine", "GlobalReplicationGroupId"],
} if {
	not encrypted
	msg := sprintf("cache `%s` is not encrypted at rest", [input.name])
}

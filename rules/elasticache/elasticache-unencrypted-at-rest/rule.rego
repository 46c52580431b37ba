package trilith.elasticache_unencrypted_at_rest

import data.trilith

encrypted if trilith.is_true(input.properties.AtRestEncryptionEnabled)

# What decides if the group says nothing.
encrypted if {
	not "AtRestEncryptionEnabled" in object.keys(input.properties)
	trilith.known(input, "AtRestEncryptionEnabled")
	lower(input.properties.Engine) == "valkey"
}

encrypted if input.properties.GlobalReplicationGroupId

# Redis has it in 3.2.6, and from 4.0.10 on.
help := "raise `EngineVersion` to 4.0.10 or later, and set `AtRestEncryptionEnabled` to true" if {
	regex.match(`^(2\.|3\.2\.(4|10)$)`, sprintf("%v", [input.properties.EngineVersion]))
} else := "set `AtRestEncryptionEnabled` to true"

deny contains {
	"path": "AtRestEncryptionEnabled", "message": msg, "label": "not encrypted", "help": help,
	"rests_on": ["Engine", "GlobalReplicationGroupId"],
} if {
	not encrypted
	msg := sprintf("cache `%s` is not encrypted at rest", [input.name])
}

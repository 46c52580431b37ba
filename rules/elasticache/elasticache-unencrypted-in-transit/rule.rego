package trilith.elasticache_unencrypted_in_transit

import data.trilith

plain contains "TLSEnabled" if trilith.may_be_false(input, "TLSEnabled")

plain contains "TransitEncryptionEnabled" if {
	startswith(input.type, "AWS::ElastiCache::")
	not member
	not trilith.is_true(input.properties.TransitEncryptionEnabled)
}

# A cluster without an engine of its own belongs to a replication group.
member if {
	input.type == "AWS::ElastiCache::CacheCluster"
	trilith.known(input, "Engine")
	not input.properties.Engine
}

deny contains {
	"path": path, "message": msg, "label": "plain text", "rests_on": ["GlobalReplicationGroupId"],
	"help": help,
} if {
	some path in plain
	not input.properties.GlobalReplicationGroupId
	help := sprintf("set `%s` to true", [path])
	msg := sprintf("cache `%s` is read and written over unencrypted connections", [input.name])
}

deny contains {
	"path": "TransitEncryptionMode", "message": msg, "label": "TLS is optional", "severity": "low",
} if {
	trilith.may_be(input, "TransitEncryptionMode", {"preferred"})
	msg := sprintf("cache `%s` still accepts unencrypted connections", [input.name])
}

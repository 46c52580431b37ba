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

# A cache cluster has it with Memcached only, from 1.6.12 on; Redis in 3.2.6, and from 4.0.10 on.
help := "declare a replication group of one node, with `TransitEncryptionEnabled`" if {
	input.type == "AWS::ElastiCache::CacheCluster"
	lower(input.properties.Engine) in {"redis", "valkey"}
} else := "raise `EngineVersion` to 1.6.12 or later, and set `TransitEncryptionEnabled` to true" if {
	input.type == "AWS::ElastiCache::CacheCluster"
	regex.match(`^1\.([45]\.|6\.6$)`, input.properties.EngineVersion)
} else := "raise `EngineVersion` to 4.0.10 or later, and set `TransitEncryptionEnabled` to true" if {
	input.type == "AWS::ElastiCache::ReplicationGroup"
	regex.match(`^(2\.|3\.2\.(4|10)$)`, input.properties.EngineVersion)
} else := "set `TLSEnabled` to true" if {
	input.type == "AWS::MemoryDB::Cluster"
} else := "set `TransitEncryptionEnabled` to true"

deny contains {
	"path": path, "message": msg, "label": "plain text", "rests_on": ["GlobalReplicationGroupId"],
	"help": help,
} if {
	some path in plain
	not input.properties.GlobalReplicationGroupId
	msg := sprintf("cache `%s` is read and written over unencrypted connections", [input.name])
}

deny contains {
	"path": "TransitEncryptionMode", "message": msg, "label": "TLS is optional", "severity": "low",
} if {
	trilith.may_be(input, "TransitEncryptionMode", {"preferred"})
	msg := sprintf("cache `%s` still accepts unencrypted connections", [input.name])
}

package trilith.elasticache_unencrypted_in_transit

import data.trilith

plain contains "TLSEnabled" if trilith.may_be(input, "TLSEnabled", {false, "false"})

plain contains "TransitEncryptionEnabled" if {
	startswith(input.type, "AWS::ElastiCache::")
	not trilith.is_true(input.properties.TransitEncryptionEnabled)
}

deny contains {"path": path, "message": msg, "label": "plain text", "rests_on": ["GlobalReplicationGroupId"]} if {
	some path in plain
	not input.properties.GlobalReplicationGroupId
	msg := sprintf("cache `%s` is read and written over unencrypted connections", [input.name])
}

deny contains {"path": "TransitEncryptionMode", "message": msg, "severity": "low"} if {
	trilith.may_be(input, "TransitEncryptionMode", {"preferred"})
	msg := sprintf("cache `%s` still accepts unencrypted connections", [input.name])
}

package trilith.opensearch_unencrypted

import data.trilith

deny contains {
	"path": "EncryptionAtRestOptions/Enabled", "message": msg, "label": "not encrypted",
} if {
	not trilith.is_true(input.properties.EncryptionAtRestOptions.Enabled)
	msg := sprintf("the indexes and snapshots of domain `%s` are not encrypted", [input.name])
}

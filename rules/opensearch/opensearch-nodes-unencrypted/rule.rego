package trilith.opensearch_nodes_unencrypted

import data.trilith

deny contains {
	"path": "NodeToNodeEncryptionOptions/Enabled", "message": msg, "label": "plain text",
} if {
	not trilith.is_true(input.properties.NodeToNodeEncryptionOptions.Enabled)
	msg := sprintf("search domain `%s` sends data between its nodes unencrypted", [input.name])
}

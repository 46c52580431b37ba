package trilith.opensearch_nodes_unencrypted

import data.trilith

engine := object.get(input.properties, "EngineVersion", "")

version := sprintf("%v", [object.get(input.properties, "ElasticsearchVersion", trim_prefix(engine, "Elasticsearch_"))])

property := "ElasticsearchVersion" if input.type == "AWS::Elasticsearch::Domain" else := "EngineVersion"

# Elasticsearch has it from 6.0 on.
help := sprintf("raise `%s` to Elasticsearch 6.0 or later, then set `NodeToNodeEncryptionOptions.Enabled` to true", [property]) if {
	regex.match(`^[125]\.`, version)
} else := "set `NodeToNodeEncryptionOptions.Enabled` to true"

deny contains {
	"path": "NodeToNodeEncryptionOptions/Enabled", "message": msg, "label": "plain text", "help": help,
} if {
	not trilith.is_true(input.properties.NodeToNodeEncryptionOptions.Enabled)
	msg := sprintf("search domain `%s` sends data between its nodes unencrypted", [input.name])
}

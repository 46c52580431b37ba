package trilith.opensearch_unencrypted

import data.trilith

engine := object.get(input.properties, "EngineVersion", "")

version := sprintf("%v", [object.get(input.properties, "ElasticsearchVersion", trim_prefix(engine, "Elasticsearch_"))])

property := "ElasticsearchVersion" if input.type == "AWS::Elasticsearch::Domain" else := "EngineVersion"

# Elasticsearch has it from 5.1 on.
help := sprintf("raise `%s` to Elasticsearch 5.1 or later, then set `EncryptionAtRestOptions.Enabled` to true", [property]) if {
	regex.match(`^[12]\.`, version)
} else := "set `EncryptionAtRestOptions.Enabled` to true"

deny contains {
	"path": "EncryptionAtRestOptions/Enabled", "message": msg, "label": "not encrypted", "help": help,
} if {
	not trilith.is_true(input.properties.EncryptionAtRestOptions.Enabled)
	msg := sprintf("the indexes and snapshots of domain `%s` are not encrypted", [input.name])
}

package trilith.redshift_encryption_off

import data.trilith

deny contains {"path": "Encrypted", "message": msg, "label": "not encrypted"} if {
	trilith.may_be_false(input, "Encrypted")
	msg := sprintf("data warehouse `%s` asks for unencrypted storage", [input.name])
}

deny contains {"path": "Encrypted", "message": msg, "label": "left to the default", "severity": "info"} if {
	trilith.known(input, "Encrypted")
	not "Encrypted" in object.keys(input.properties)
	not input.properties.SnapshotIdentifier
	not input.properties.SnapshotClusterIdentifier
	msg := sprintf("data warehouse `%s` is encrypted only if it was created since January 2025", [input.name])
}
